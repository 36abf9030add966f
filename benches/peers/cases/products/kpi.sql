SELECT segment, products_per_customer(customer_id, product_id) AS products
FROM orders
GROUP BY segment
ORDER BY segment
