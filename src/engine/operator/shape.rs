//! How rows come to those who fold them.

use std::fmt::{Display, Formatter};
use std::sync::Arc;

use datafusion::physical_expr::PhysicalExpr;

/// Which rows have to be in one partition.
#[derive(Debug, Clone)]
pub enum Shape {
    /// Any: each row is judged by itself.
    Rows,
    /// All of them.
    OnePartition,
    /// Those of an entity.
    ByEntity(Vec<Arc<dyn PhysicalExpr>>),
    /// Those of an entity, for each of several kinds of them: every row comes once for each.
    BySeveral {
        /// What names the entities, for readers of the plan.
        entities: Vec<String>,
        /// The column that has the hash of an entity.
        hash: Vec<Arc<dyn PhysicalExpr>>,
        /// The column that tells of which kind it is.
        tag: usize,
    },
}

impl Display for Shape {
    fn fmt(&self, f: &mut Formatter) -> std::fmt::Result {
        match self {
            Shape::Rows => write!(f, "shape=rows"),
            Shape::OnePartition => write!(f, "shape=one partition"),
            Shape::ByEntity(by) => {
                let by: Vec<_> = by.iter().map(ToString::to_string).collect();
                write!(f, "shape=by entity [{}]", by.join(", "))
            }
            Shape::BySeveral { entities, .. } => {
                write!(f, "shape=by each entity [{}]", entities.join("; "))
            }
        }
    }
}
