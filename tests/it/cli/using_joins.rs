//! The key of RIGHT and FULL JOIN … USING, which is not the one of the first table alone.

use crate::command::Folder;

fn folder() -> Folder {
    let folder = Folder::new();
    folder
        .file(
            "od.csv",
            "customer_id,product,amount\n1,A,10\n1,B,20\n2,A,30\n",
        )
        .file("cu.csv", "customer_id\n1\n2\n3\n4\n");
    folder
}

#[test]
fn a_key_without_its_table_is_refused_everywhere() {
    let folder = folder();
    for (sql, instead) in [
        (
            "SELECT cross_sell_rate(customer_id, product) FROM 'od.csv' RIGHT JOIN 'cu.csv' USING (customer_id)",
            "write \"cu.csv\".customer_id",
        ),
        (
            "SELECT o.customer_id FROM 'od.csv' o RIGHT JOIN 'cu.csv' c USING (customer_id) GROUP BY Customer_ID, o.customer_id",
            "write c.customer_id",
        ),
        (
            "SELECT count(*) AS n FROM 'od.csv' o FULL JOIN 'cu.csv' c USING (customer_id) GROUP BY c.customer_id ORDER BY \"customer_id\"",
            "write coalesce(o.customer_id, c.customer_id)",
        ),
        (
            "SELECT count(*) AS n FROM 'od.csv' o FULL JOIN 'cu.csv' c USING (customer_id) WHERE customer_id > 1",
            "write coalesce(o.customer_id, c.customer_id)",
        ),
        (
            "SELECT * FROM 'od.csv' o FULL OUTER JOIN 'cu.csv' c USING (customer_id)",
            "SELECT coalesce(o.customer_id, c.customer_id) AS customer_id, …",
        ),
        (
            "SELECT c.customer_id FROM ('od.csv' o RIGHT JOIN 'cu.csv' c USING (customer_id)) JOIN 'cu.csv' d USING (customer_id)",
            "JOIN d ON c.customer_id = d.customer_id",
        ),
        (
            "SELECT c.customer_id FROM 'od.csv' o NATURAL RIGHT JOIN 'cu.csv' c",
            "RIGHT JOIN c ON o.id = c.id",
        ),
    ] {
        folder.run(&["-c", sql]).failed(1, &[instead]);
    }
}

/// Of four customers one has two products, so 25 %; the orders are 60 in all, so 15 for each.
#[test]
fn with_its_table_all_customers_count() {
    for key in ["c.customer_id", "coalesce(o.customer_id, c.customer_id)"] {
        for join in ["RIGHT", "FULL"] {
            let sql = format!(
                "SELECT cross_sell_rate({key}, product) AS r, arpa({key}, amount) AS a FROM 'od.csv' o {join} JOIN 'cu.csv' c USING (customer_id)"
            );
            assert_eq!(folder().csv(&["-c", &sql]), "r,a\n25.0,15.0\n", "{sql}");
        }
    }
    // The first table of a LEFT JOIN has all keys, and a column of the result is that column.
    for sql in [
        "SELECT customer_id FROM 'cu.csv' LEFT JOIN 'od.csv' USING (customer_id) WHERE amount IS NULL ORDER BY customer_id",
        "SELECT c.customer_id FROM 'od.csv' o RIGHT JOIN 'cu.csv' c USING (customer_id) WHERE amount IS NULL ORDER BY customer_id",
    ] {
        assert_eq!(folder().csv(&["-c", sql]), "customer_id\n3\n4\n", "{sql}");
    }
}
