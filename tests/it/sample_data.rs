//! The sample data is what its generator makes and what its README says, and its Parquet and CSV files
//! tell the same story.

use std::collections::BTreeMap;
use std::fs::{read, read_dir, read_to_string};
use std::path::{Path, PathBuf};

use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::error::Result;
use datafusion::prelude::{
    CsvReadOptions, DataFrame, ParquetReadOptions, SessionConfig, SessionContext,
};

#[path = "../../sample_data/generate.rs"]
mod generate;

const TABLES: [&str; 7] = [
    "customers",
    "opportunities",
    "orders",
    "product_usage",
    "products",
    "subscriptions",
    "surveys",
];

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data")
}

/// A path as a table: the file `dir/name.parquet`, or the folder `dir/name` with one folder per month.
fn location(dir: &Path, name: &str, extension: &str) -> String {
    let folder = dir.join(name);
    let path = if folder.is_dir() {
        folder
    } else {
        dir.join(format!("{name}.{extension}"))
    };
    path.to_str().expect("the path is UTF-8").to_string()
}

fn months(name: &str) -> Vec<(String, DataType)> {
    let months = [("month".to_string(), DataType::Utf8)];
    months.into_iter().filter(|_| name == "orders").collect()
}

async fn parquet(dir: &Path) -> Result<SessionContext> {
    let ctx = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
    for name in TABLES {
        let options = ParquetReadOptions::default().table_partition_cols(months(name));
        ctx.register_parquet(name, location(dir, name, "parquet"), options)
            .await?;
    }
    Ok(ctx)
}

async fn csv(dir: &Path) -> Result<SessionContext> {
    let ctx = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
    for name in TABLES {
        let options = CsvReadOptions::new().table_partition_cols(months(name));
        ctx.register_csv(name, location(&dir.join("csv"), name, "csv"), options)
            .await?;
    }
    Ok(ctx)
}

/// The answer as text, which is the same for all types that mean the same.
async fn answer(ctx: &SessionContext, sql: &str) -> Result<String> {
    Ok(pretty_format_batches(&ctx.sql(sql).await?.collect().await?)?.to_string())
}

/// All rows, sorted; money as decimals, times in seconds and numbers as BIGINT, whatever the file knows.
async fn rows(ctx: &SessionContext, name: &str) -> Result<String> {
    let table = ctx.table(name).await?;
    let columns = table.schema().fields().iter().map(|field| {
        let name = field.name();
        let cast = match field.data_type() {
            DataType::Decimal128(..) | DataType::Float64 => Some("DECIMAL(12, 2)"),
            DataType::Int32 | DataType::Int64 => Some("BIGINT"),
            DataType::Timestamp(..) => Some("TIMESTAMP(0)"),
            DataType::Utf8 | DataType::Utf8View => Some("VARCHAR"),
            _ => None,
        };
        cast.map_or(name.clone(), |to| format!("CAST({name} AS {to}) AS {name}"))
    });
    let columns: Vec<_> = columns.collect();
    let order: Vec<_> = (1..=columns.len()).map(|i| i.to_string()).collect();
    let sql = format!(
        "SELECT {} FROM {name} ORDER BY {}",
        columns.join(", "),
        order.join(", ")
    );
    answer(ctx, &sql).await
}

/// Every file below `dir`, by its path inside.
fn files(dir: &Path, extension: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                let inside = path
                    .strip_prefix(dir)
                    .expect("it lies inside")
                    .to_path_buf();
                found.insert(inside, read(&path).expect("the file can be read"));
            }
        }
    }
    found
}

#[tokio::test]
async fn generator_makes_the_committed_files() -> Result<()> {
    let fresh = tempfile::tempdir()?;
    generate::generate(fresh.path())?;

    let (new, old) = (files(fresh.path(), "csv"), files(&committed(), "csv"));
    assert!(new.keys().eq(old.keys()), "other CSV files; {AGAIN}");
    for (path, bytes) in &new {
        assert!(*bytes == old[path], "{} differs; {AGAIN}", path.display());
    }
    // A later Parquet writer may lay out the same rows in other bytes.
    let names = |dir: &Path| files(dir, "parquet").into_keys().collect::<Vec<_>>();
    assert_eq!(
        names(fresh.path()),
        names(&committed()),
        "other Parquet files; {AGAIN}"
    );
    let (new, old) = (parquet(fresh.path()).await?, parquet(&committed()).await?);
    for name in TABLES {
        let schema = |table: DataFrame| table.schema().as_arrow().clone();
        assert_eq!(
            schema(new.table(name).await?),
            schema(old.table(name).await?),
            "{name}"
        );
        assert!(
            rows(&new, name).await? == rows(&old, name).await?,
            "{name} differs; {AGAIN}"
        );
    }
    Ok(())
}

const AGAIN: &str = "to make them again: cargo run --example generate_sample_data";

#[tokio::test]
async fn csv_says_what_parquet_says() -> Result<()> {
    let (parquet, csv) = (parquet(&committed()).await?, csv(&committed()).await?);
    for name in TABLES {
        let (left, right) = (rows(&parquet, name).await?, rows(&csv, name).await?);
        let difference = left
            .lines()
            .zip(right.lines())
            .find(|(left, right)| left != right);
        assert_eq!(difference, None, "first difference in {name}");
        assert_eq!(
            left.len(),
            right.len(),
            "{name} has more rows in one of the formats"
        );
    }
    Ok(())
}

#[tokio::test]
async fn csv_is_read_with_the_right_types() -> Result<()> {
    let csv = csv(&committed()).await?;
    let kind = |data_type: &DataType| match data_type {
        DataType::Utf8 | DataType::Utf8View => "text",
        DataType::Int32 | DataType::Int64 => "whole",
        DataType::Float64 | DataType::Decimal128(..) => "money",
        DataType::Timestamp(..) => "time",
        DataType::Date32 => "date",
        DataType::Boolean => "flag",
        other => panic!("no column of the sample data is {other}"),
    };
    let parquet = parquet(&committed()).await?;
    for name in TABLES {
        let (left, right) = (parquet.table(name).await?, csv.table(name).await?);
        for (left, right) in left.schema().fields().iter().zip(right.schema().fields()) {
            assert_eq!(left.name(), right.name(), "{name}");
            let kinds = (kind(left.data_type()), kind(right.data_type()));
            assert_eq!(kinds.0, kinds.1, "{name}.{}", left.name());
        }
    }
    Ok(())
}

#[tokio::test]
async fn readme_counts_the_rows() -> Result<()> {
    let ctx = parquet(&committed()).await?;
    let readme = read_to_string(committed().join("README.md"))?;
    for name in TABLES {
        let count = ctx.table(name).await?.count().await?;
        assert!(
            readme.contains(&format!("| `{name}` | {count} |")),
            "{name} has {count} rows"
        );
    }
    Ok(())
}

/// What `sample_data/README.md` promises under "Quirks" and "Columns".
#[tokio::test]
async fn quirks_are_there() -> Result<()> {
    let ctx = parquet(&committed()).await?;
    for (quirk, sql) in QUIRKS {
        let holds = answer(&ctx, sql).await?;
        assert!(holds.contains("true"), "{quirk}: {sql}\n{holds}");
    }
    Ok(())
}

/// Each query gives one BOOLEAN.
const QUIRKS: [(&str, &str); 9] = [
    (
        "37 customers never order",
        "SELECT count(*) = 37 FROM customers c
         LEFT ANTI JOIN orders o ON c.customer_id = o.customer_id",
    ),
    (
        "1 to 2 % of the order lines have no customer, all on the marketplace, all without flags",
        "SELECT count(*) * 100.0 / (SELECT count(*) FROM orders) BETWEEN 1 AND 2
             AND bool_and(channel = 'Marketplace' AND is_cross_sell IS NULL AND is_upsell IS NULL)
         FROM orders WHERE customer_id IS NULL",
    ),
    (
        "some order lines have no product",
        "SELECT count(*) > 0 FROM orders WHERE product_id IS NULL",
    ),
    (
        "flags are sometimes missing from a sale to a known customer",
        "SELECT count(*) > 0 FROM orders
         WHERE customer_id IS NOT NULL AND amount > 0 AND is_cross_sell IS NULL",
    ),
    (
        "returns are negative and have no flags",
        "SELECT count(*) > 0 AND bool_and(amount < 0 AND is_cross_sell IS NULL AND is_upsell IS NULL)
         FROM orders WHERE quantity < 0",
    ),
    (
        "2025-11-12 is missing, its neighbours are there",
        "SELECT count(*) FILTER (WHERE CAST(ordered_at AS DATE) = DATE '2025-11-12') = 0
             AND count(DISTINCT CAST(ordered_at AS DATE)) = 2
         FROM orders WHERE CAST(ordered_at AS DATE) BETWEEN DATE '2025-11-11' AND DATE '2025-11-13'",
    ),
    (
        "from 2025-01-13 on, no other weekday is missing",
        "SELECT count(DISTINCT CAST(ordered_at AS DATE)) = 382 - 1
         FROM orders WHERE ordered_at >= DATE '2025-01-13' AND date_part('dow', ordered_at) BETWEEN 1 AND 5",
    ),
    (
        "rep-10 pursues no cross-sell opportunity, every other representative does",
        "SELECT count(DISTINCT owner) = 10 AND count(DISTINCT owner) FILTER (WHERE is_cross_sell) = 9
             AND NOT bool_or(is_cross_sell AND owner = 'rep-10')
         FROM opportunities",
    ),
    (
        "every customer, product and representative key leads somewhere",
        "SELECT (SELECT count(*) FROM orders o LEFT ANTI JOIN customers c ON o.customer_id = c.customer_id
                 WHERE o.customer_id IS NOT NULL) = 0
            AND (SELECT count(*) FROM orders o LEFT ANTI JOIN products p ON o.product_id = p.product_id
                 WHERE o.product_id IS NOT NULL) = 0",
    ),
];
