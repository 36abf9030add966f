//! [`crate::define::Fold::TimeToOutsideBasket`]: how long until an entity has something outside its
//! initial basket.
//!
//! What has to be known is the earliest time of each item, and nothing else: the earliest of these is
//! the entity's start, and the earliest later one is the first time of an item that was not in the
//! basket. That holds in any order of the rows and under any split of them.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use super::cells::Cells;
use super::lists::{EntityLists, FlatLists};
use super::words::Words;
use super::{Encoders, EntityFold, encoder, encoder_mut};

/// The earliest time of each (entity, item).
#[derive(Debug)]
pub struct TimeToOutsideBasket {
    item: usize,
    at: usize,
    cells: Cells,
    /// By cell.
    earliest: Vec<u64>,
    /// Kept between batches for its allocation.
    scratch: Vec<u32>,
}

impl TimeToOutsideBasket {
    pub fn new(item: usize, at: usize) -> Self {
        TimeToOutsideBasket {
            item,
            at,
            cells: Cells::default(),
            earliest: vec![],
            scratch: vec![],
        }
    }

    fn see(&mut self, entities: &[u32], items: &Words, at: &Words) -> Result<(), ArrowError> {
        let rows = entities
            .iter()
            .enumerate()
            .filter_map(|(row, entity)| Some((*entity, items.get(row)?, at.get(row)?)));
        self.scratch.clear();
        self.cells.intern(
            rows.clone().map(|(entity, item, _)| (entity, item)),
            &mut self.scratch,
        )?;
        self.earliest.resize(self.cells.len(), u64::MAX);
        for ((_, _, at), cell) in rows.zip(&self.scratch) {
            let earliest = &mut self.earliest[*cell as usize];
            *earliest = at.min(*earliest);
        }
        Ok(())
    }
}

impl EntityFold for TimeToOutsideBasket {
    fn grow(&mut self, n: usize) {
        self.cells.grow(n);
    }

    fn update(
        &mut self,
        entities: &[u32],
        columns: &[Words],
        _: &Encoders,
    ) -> Result<(), ArrowError> {
        self.see(entities, &columns[self.item], &columns[self.at])
    }

    fn outcome(&self, entity: u32) -> Option<i128> {
        let times = self.cells.of(entity).map(|cell| self.earliest[cell]);
        let start = times.clone().min()?;
        let outside = times.filter(|at| *at > start).min()?;
        // Words of times differ as the times do: by up to 584 years of nanoseconds, too many for an i64.
        Some((outside - start).into())
    }

    fn state_types(&self, encoders: &Encoders) -> Vec<(&'static str, DataType)> {
        vec![
            ("owner", DataType::UInt32),
            ("item", encoder(encoders, self.item).state_type()),
            ("earliest", encoder(encoders, self.at).state_type()),
        ]
    }

    fn state(&self, lists: &EntityLists, encoders: &Encoders) -> Vec<ArrayRef> {
        let cells = self.cells.lists(lists);
        let items = encoder(encoders, self.item).decode_state(cells.words().map(Some));
        let earliest = cells.ids().map(|cell| Some(self.earliest[cell]));
        let earliest = encoder(encoders, self.at).decode_state(earliest);
        vec![cells.owners(), cells.list(items), cells.list(earliest)]
    }

    fn merge(&mut self, merged: &FlatLists, encoders: &mut Encoders) -> Result<(), ArrowError> {
        let items = encoder_mut(encoders, self.item).encode_state(&merged.column(1))?;
        let earliest = encoder_mut(encoders, self.at).encode_state(&merged.column(2))?;
        self.see(&merged.cell_entities(0), &items, &earliest)
    }

    fn size(&self) -> usize {
        self.cells.size()
            + self.earliest.capacity() * size_of::<u64>()
            + self.scratch.capacity() * size_of::<u32>()
    }
}
