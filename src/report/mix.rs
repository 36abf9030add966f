//! The lists that `product_mix` gives.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::error::ArrowError;

/// A product and the share of customers who have it.
#[derive(Debug, Clone, PartialEq)]
pub struct MixShare {
    /// The product.
    pub product: String,
    /// In percent.
    pub share: f64,
}

/// The shares in each row of a column, the largest first.
///
/// # Errors
/// Products of types that arrow cannot write.
pub fn mixes(column: &ArrayRef) -> Result<Vec<Option<Vec<MixShare>>>, ArrowError> {
    let Some(lists) = column.as_list_opt::<i32>() else {
        return Ok(vec![None; column.len()]);
    };
    let rows = (0..lists.len()).map(|row| {
        if lists.is_null(row) {
            return Ok(None);
        }
        let items = lists.value(row);
        let items = items.as_struct();
        let (Some(products), Some(shares)) = (
            items.column_by_name("product"),
            items.column_by_name("share"),
        ) else {
            return Ok(None);
        };
        let (products, shares) = (
            cast(products, &DataType::Utf8)?,
            cast(shares, &DataType::Float64)?,
        );
        let products = products.as_string::<i32>().iter();
        let shares = shares.as_primitive::<Float64Type>().iter();
        let mut mix: Vec<MixShare> = products
            .zip(shares)
            .filter_map(|(product, share)| {
                Some(MixShare {
                    product: product.unwrap_or("NULL").to_string(),
                    share: share?,
                })
            })
            .collect();
        mix.sort_by(|one, other| {
            let by_share = other.share.total_cmp(&one.share);
            by_share.then_with(|| one.product.cmp(&other.product))
        });
        Ok(Some(mix))
    });
    rows.collect()
}
