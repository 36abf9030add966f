from polars import col
import polars


def usual(orders):
    customers = orders.group_by("segment", "customer_id").agg(products=col("product_id").n_unique())
    return customers.group_by("segment").agg(products=col("products").mean()).sort("segment")


def best(orders):
    pairs = orders.select("segment", "customer_id", "product_id").unique()
    customers = pairs.group_by("segment", "customer_id").agg(products=polars.len())
    return customers.group_by("segment").agg(products=col("products").mean()).sort("segment")
