from polars import col


def usual(orders):
    customers = orders.group_by("region", "customer_id").agg(products=col("product_id").n_unique())
    return customers.group_by("region").agg(cross_sell_rate=100 * (col("products") > 1).mean()).sort("region")


def best(orders):
    product = col("product_id")
    customers = orders.group_by("region", "customer_id").agg(first=product.min(), last=product.max())
    return customers.group_by("region").agg(cross_sell_rate=100 * (col("first") != col("last")).mean()).sort("region")
