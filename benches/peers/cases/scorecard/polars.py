from polars import col


def usual(orders):
    customers = orders.group_by("segment", "customer_id").agg(
        products=col("product_id").n_unique(),
        upsold=col("is_upsell").any(),
        revenue=col("amount").sum(),
        orders=col("order_id").n_unique(),
    )
    return finish(customers, several_products=col("products") > 1, several_orders=col("orders") > 1)


def best(orders):
    product, order = col("product_id"), col("order_id")
    customers = orders.group_by("segment", "customer_id").agg(
        first_product=product.min(),
        last_product=product.max(),
        upsold=col("is_upsell").any(),
        revenue=col("amount").sum(),
        first_order=order.min(),
        last_order=order.max(),
    )
    return finish(
        customers,
        several_products=col("first_product") != col("last_product"),
        several_orders=col("first_order") != col("last_order"),
    )


def finish(customers, several_products, several_orders):
    scorecard = customers.group_by("segment").agg(
        cross_sell_rate=100 * several_products.mean(),
        upsell_rate=100 * col("upsold").mean(),
        arpa=col("revenue").mean(),
        repeat_purchase_rate=100 * several_orders.mean(),
    )
    return scorecard.sort("segment")
