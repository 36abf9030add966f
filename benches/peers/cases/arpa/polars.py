from polars import col


def usual(orders):
    return orders.group_by("segment").agg(arpa=col("amount").sum() / col("customer_id").n_unique()).sort("segment")


def best(orders):
    customers = orders.group_by("segment", "customer_id").agg(revenue=col("amount").sum())
    return customers.group_by("segment").agg(arpa=col("revenue").mean()).sort("segment")
