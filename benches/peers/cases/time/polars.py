from polars import col

CUSTOMER = ["segment", "customer_id"]


def usual(orders):
    products = first_purchases(orders)
    starts = products.group_by(CUSTOMER).agg(started=col("first_bought").min())
    later = products.join(starts, on=CUSTOMER).filter(col("first_bought") > col("started"))
    return finish(later.group_by(CUSTOMER).agg(started=col("started").first(), next=col("first_bought").min()))


def best(orders):
    customers = first_purchases(orders).group_by(CUSTOMER).agg(started=col("first_bought").min(), bought=col("first_bought"))
    later = customers.explode("bought").filter(col("bought") > col("started"))
    return finish(later.group_by(CUSTOMER).agg(started=col("started").first(), next=col("bought").min()))


def first_purchases(orders):
    return orders.group_by(*CUSTOMER, "product_id").agg(first_bought=col("ordered_at").min())


def finish(cross_sold):
    days = (col("next") - col("started")).dt.total_microseconds() / 86400e6
    return cross_sold.group_by("segment").agg(days=days.mean()).sort("segment")
