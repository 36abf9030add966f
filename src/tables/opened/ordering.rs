//! The order that files have in common.

use datafusion::datasource::listing::PartitionedFile;
use datafusion::physical_expr::LexOrdering;

/// The order that all files have, as far as they agree.
pub(super) fn common_ordering(files: &[PartitionedFile]) -> Option<LexOrdering> {
    let (first, others) = files.split_first()?;
    let mut common: Vec<_> = first.ordering.as_ref()?.to_vec();
    for file in others {
        let own = file.ordering.as_ref()?;
        let same = common
            .iter()
            .zip(own.iter())
            .take_while(|(a, b)| a == b)
            .count();
        common.truncate(same);
    }
    LexOrdering::new(common)
}
