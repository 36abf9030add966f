from polars import col

GROUP = ["month", "segment"]


def by_month(orders):
    return orders.with_columns(month=col("ordered_at").dt.truncate("1mo"))


def usual(orders):
    customers = by_month(orders).group_by(*GROUP, "customer_id").agg(products=col("product_id").n_unique())
    return customers.group_by(GROUP).agg(cross_sell_rate=100 * (col("products") > 1).mean()).sort(GROUP)


def best(orders):
    product = col("product_id")
    customers = by_month(orders).group_by(*GROUP, "customer_id").agg(first=product.min(), last=product.max())
    return customers.group_by(GROUP).agg(cross_sell_rate=100 * (col("first") != col("last")).mean()).sort(GROUP)
