from polars import col


def usual(orders):
    customer = col("customer_id")
    rate = 100 * customer.filter(col("is_upsell")).n_unique() / customer.n_unique()
    return orders.group_by("segment").agg(upsell_rate=rate).sort("segment")


def best(orders):
    customers = orders.group_by("segment", "customer_id").agg(upsold=col("is_upsell").any())
    return customers.group_by("segment").agg(upsell_rate=100 * col("upsold").mean()).sort("segment")
