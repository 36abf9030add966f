//! The columns of a partial state, which are known when a query is planned.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::arrow::error::ArrowError;

use crate::define::Grain;
use crate::fold::entity::entities::EntityFolds;
use crate::fold::facts::call::UnboundCall;
use crate::fold::keys::directory::Directory;
use crate::fold::run::beside::Beside;
use crate::fold::sum::tally::Tally;

/// Those of a call that is alone; as [`Groups::state_fields`](crate::fold::run::groups::Groups::state_fields) of it.
pub fn state_fields(call: &UnboundCall) -> Result<Vec<FieldRef>, ArrowError> {
    let mut types = match call.form.grain {
        Grain::Row(_) => Tally::new(call, 0).state_types(),
        Grain::Entity { folds, .. } => {
            let mut types: Vec<_> = Directory::of(call)?.state_types().collect();
            types.extend(EntityFolds::state_types_of(call, folds)?);
            if let Some(item) = call.counted_items() {
                types.extend(Directory::of_items(call, item)?.state_types());
            }
            types
        }
    };
    types.extend(Beside::state_types(call)?);
    Ok(fields(types))
}

/// Columns of these names and types, in which NULL is possible.
pub(in crate::fold) fn fields(types: Vec<(&'static str, DataType)>) -> Vec<FieldRef> {
    let fields = types.into_iter();
    fields
        .map(|(name, data_type)| Arc::new(Field::new(name, data_type, true)))
        .collect()
}
