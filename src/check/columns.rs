//! What a column is taken for: by its name and its type, or because somebody said so.

use datafusion::arrow::datatypes::{DataType, Field};

use crate::session_support::{is_named_like_a_flag, words_of};

/// What a column is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnRole {
    Key,
    Flag,
    Amount,
    Date,
    Currency,
    /// Nothing in particular.
    Other,
}

impl ColumnRole {
    /// What the report calls one.
    pub fn name(self) -> &'static str {
        match self {
            ColumnRole::Key => "key",
            ColumnRole::Flag => "flag",
            ColumnRole::Amount => "amount",
            ColumnRole::Date => "date",
            ColumnRole::Currency => "currency",
            ColumnRole::Other => "other",
        }
    }

    /// What the report calls it, of several.
    pub fn names(self) -> &'static str {
        match self {
            ColumnRole::Key => "keys",
            ColumnRole::Flag => "flags",
            ColumnRole::Amount => "amounts",
            ColumnRole::Date => "dates",
            ColumnRole::Currency => "currencies",
            ColumnRole::Other => "others",
        }
    }
}

/// The last words of names of keys.
const KEYS: &[&str] = &["id", "ids", "key", "uuid", "guid", "nr", "no", "number"];

/// What stands before `id` in names of one word of small letters.
const OWNERS: &[&str] = &[
    "account",
    "client",
    "cust",
    "customer",
    "deal",
    "invoice",
    "lead",
    "opportunity",
    "order",
    "person",
    "product",
    "session",
    "sku",
    "subscription",
    "transaction",
    "user",
    "visitor",
];

/// Words of names of amounts.
const AMOUNTS: &[&str] = &[
    "amount",
    "amounts",
    "amt",
    "arpa",
    "arpu",
    "arr",
    "balance",
    "betrag",
    "budget",
    "charge",
    "charges",
    "cost",
    "costs",
    "cltv",
    "clv",
    "discount",
    "earnings",
    "fee",
    "fees",
    "freight",
    "gmv",
    "gross",
    "income",
    "kosten",
    "ltv",
    "margin",
    "menge",
    "mrr",
    "net",
    "paid",
    "payment",
    "payments",
    "preis",
    "price",
    "prices",
    "profit",
    "qty",
    "quantity",
    "revenue",
    "sales",
    "seats",
    "spend",
    "spending",
    "subtotal",
    "tax",
    "total",
    "turnover",
    "umsatz",
    "unitprice",
    "units",
    "value",
    "wert",
];

/// Words that make another thing of such a name.
const NO_AMOUNTS: &[&str] = &[
    "rate", "ratio", "percent", "pct", "share", "type", "method", "code", "days", "count", "rank",
    "index", "month", "year", "date", "at", "level", "tier", "score",
];

const CURRENCIES: &[&str] = &[
    "currency",
    "ccy",
    "currencies",
    "waehrung",
    "währung",
    "devise",
    "moneda",
];

/// Words of days that may lie ahead.
const AHEAD: &[&str] = &[
    "end",
    "ends",
    "due",
    "expiry",
    "expires",
    "expiration",
    "expected",
    "renewal",
    "renews",
    "until",
    "to",
    "close",
    "closes",
    "closing",
    "planned",
    "target",
    "deadline",
    "next",
    "valid",
    "forecast",
    "delivery",
    "required",
    "estimated",
    "scheduled",
    "future",
    "plan",
];

/// Words of days that lie far back.
const LONG_AGO: &[&str] = &[
    "birth",
    "birthday",
    "birthdate",
    "born",
    "dob",
    "geburtsdatum",
    "founded",
];

fn words(column: &str) -> Vec<String> {
    let words = words_of(column).into_iter().map(|word| word.to_lowercase());
    words.filter(|word| !word.is_empty()).collect()
}

/// Whether one of these is a word of the name.
pub(super) fn has_word(column: &str, of: &[&str]) -> bool {
    words(column).iter().any(|word| of.contains(&word.as_str()))
}

/// Whether a day of this column may lie ahead.
pub(super) fn may_lie_ahead(column: &str) -> bool {
    has_word(column, AHEAD)
}

/// Whether days of this column may lie far back.
pub(super) fn may_be_long_ago(column: &str) -> bool {
    has_word(column, LONG_AGO)
}

pub(super) fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

pub(super) fn is_date(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..)
    )
}

/// Whether a name is that of a key, whatever its values.
pub(super) fn is_named_like_a_key(column: &str) -> bool {
    let words = words(column);
    let Some(last) = words.last() else {
        return false;
    };
    let owned = last
        .strip_suffix("id")
        .is_some_and(|owner| OWNERS.contains(&owner));
    owned || KEYS.contains(&last.as_str())
}

/// What a column is taken for by its name and its type.
pub(super) fn role(field: &Field) -> ColumnRole {
    let (name, data_type) = (field.name(), field.data_type());
    if is_date(data_type) {
        return ColumnRole::Date;
    }
    let may_be_key = is_text(data_type) || data_type.is_numeric();
    if may_be_key && is_named_like_a_key(name) {
        return ColumnRole::Key;
    }
    if is_named_like_a_flag(name) {
        return ColumnRole::Flag;
    }
    if is_text(data_type) && has_word(name, CURRENCIES) {
        return ColumnRole::Currency;
    }
    if data_type.is_numeric() && has_word(name, AMOUNTS) && !has_word(name, NO_AMOUNTS) {
        return ColumnRole::Amount;
    }
    ColumnRole::Other
}

/// What names of files have beside what their rows are: `customers_export_nov2026.csv`.
const OF_EXPORTS: &[&str] = &[
    "export",
    "exports",
    "exported",
    "extract",
    "dump",
    "backup",
    "snapshot",
    "report",
    "data",
    "list",
    "table",
    "full",
    "final",
    "latest",
    "current",
    "new",
    "old",
    "copy",
    "all",
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "q",
    "kw",
    "w",
    "v",
    "t",
    "z",
];

/// Whether a key is named after a file: `order_id` after `raw_orders.csv`.
pub(super) fn is_named_after(column: &str, file: &str) -> bool {
    let column = column.to_lowercase();
    let owner: String = column
        .trim_end_matches("id")
        .chars()
        .filter(|c| c.is_alphabetic())
        .collect();
    let file = file
        .rsplit('/')
        .find(|part| !part.is_empty())
        .unwrap_or(file);
    let file = file.split(['.', '#']).next().unwrap_or(file);
    let mut words = words(file);
    words.retain(|word| !OF_EXPORTS.contains(&word.as_str()));
    let file = words.concat();
    let one = match file.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => file.strip_suffix('s').unwrap_or(&file).to_string(),
    };
    !owner.is_empty() && one.ends_with(&owner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role_of(name: &str, data_type: DataType) -> ColumnRole {
        role(&Field::new(name, data_type, true))
    }

    #[test]
    fn names_say_what_a_column_is() {
        for name in [
            "id",
            "customer_id",
            "customerID",
            "CustomerId",
            "customerid",
            "InvoiceNo",
            "Order Number",
        ] {
            assert_eq!(role_of(name, DataType::Utf8), ColumnRole::Key, "{name}");
        }
        for name in ["paid", "valid", "grid", "number_of_visits", "name"] {
            assert_ne!(role_of(name, DataType::Utf8), ColumnRole::Key, "{name}");
        }
        for name in [
            "amount",
            "mrr_amount",
            "UnitPrice",
            "TotalCharges",
            "net revenue",
            "Quantity",
        ] {
            assert_eq!(
                role_of(name, DataType::Float64),
                ColumnRole::Amount,
                "{name}"
            );
        }
        for name in [
            "discount_rate",
            "payment_method",
            "sales_rank",
            "price_level",
        ] {
            assert_eq!(role_of(name, DataType::Int64), ColumnRole::Other, "{name}");
        }
        assert_eq!(role_of("is_won", DataType::Utf8), ColumnRole::Flag);
        assert_eq!(role_of("currency", DataType::Utf8), ColumnRole::Currency);
    }

    #[test]
    fn keys_are_named_after_their_files() {
        assert!(is_named_after("order_id", "exports/raw_orders.csv"));
        assert!(is_named_after("accountId", "accounts/"));
        assert!(is_named_after("company_id", "companies.parquet"));
        assert!(!is_named_after("customer_id", "orders.csv"));
        assert!(!is_named_after("id", "orders.csv"));
        for file in [
            "customers_2026-11.csv",
            "customers_export.csv",
            "CustomersExport2026.csv",
            "crm/export_customers_20261130.parquet",
            "customer_nov2026.csv",
        ] {
            assert!(is_named_after("customer_id", file), "{file}");
        }
    }
}
