//! How rows come to those who fold them.

use std::fmt::{Display, Formatter};
use std::sync::Arc;

use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;

use super::bundles::Bundle;

/// The column by which rows that are there for one of several entities are sent.
pub const HASH: &str = "__kpi_entity_hash";

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

impl Shape {
    /// By each of the entities of these, of rows with two columns more than so many.
    pub fn by_each(bundles: &[Bundle], columns: usize) -> Self {
        let entities = bundles.iter().map(|bundle| &bundle.entity);
        let entities = entities.filter(|entity| !entity.is_empty());
        let words = |entity: &Vec<Arc<dyn PhysicalExpr>>| {
            let words: Vec<_> = entity.iter().map(ToString::to_string).collect();
            words.join(", ")
        };
        Shape::BySeveral {
            entities: entities.map(words).collect(),
            hash: vec![Arc::new(Column::new(HASH, columns + 1))],
            tag: columns,
        }
    }
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
