-- The tables of an accounting system under the names that the queries have. One view for each, written once.
CREATE VIEW orders AS
SELECT
  "InvoiceNo" AS order_id,
  "ClientId" AS customer_id,
  "InvoiceDate" AS ordered_at,
  "Net" AS amount,
  -- No flag of its own: whatever was not in the client's first invoice is a cross-sell, each time anew.
  min("InvoiceDate") OVER (PARTITION BY "ClientId", "Category") > min("InvoiceDate") OVER (PARTITION BY "ClientId") AS is_cross_sell,
  "Remark" = 'upgrade' AS is_upsell
FROM invoices;

CREATE VIEW customers AS
SELECT "Id" AS customer_id, "Size" AS segment
FROM clients;
