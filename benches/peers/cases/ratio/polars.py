from polars import col


def best(orders):
    return orders.group_by("segment").agg(cross_sell_ratio=100 * col("is_cross_sell").mean()).sort("segment")
