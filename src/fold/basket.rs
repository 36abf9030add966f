//! What is outside an entity's initial basket: [`crate::define::Fold::TimeToOutsideBasket`] tells how long
//! until there is something, [`crate::define::Fold::RevenueOutsideBasket`] what it brings.
//!
//! What has to be known is the earliest time of each item, and nothing else: the earliest of these is
//! the entity's start, and the earliest later one is the first time of an item that was not in the
//! basket. That holds in any order of the rows and under any split of them.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use super::cells::Cells;
use super::lists::{EntityLists, FlatLists};
use super::money::{Direction, Sums};
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
    /// The cells of the last batch's rows that take part.
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

    fn start_of(&self, entity: u32) -> Option<u64> {
        self.cells.of(entity).map(|cell| self.earliest[cell]).min()
    }

    fn see(&mut self, entities: &[u32], items: &Words, at: &Words) -> Result<(), ArrowError> {
        let rows = entities
            .iter()
            .enumerate()
            .filter_map(|(row, entity)| Some((*entity, items.get(row)?, at.get(row)?)));
        self.scratch.clear();
        let pairs = rows.clone().map(|(entity, item, _)| (entity, item));
        self.cells.intern_all(pairs, &mut self.scratch)?;
        self.earliest.resize(self.cells.end(), u64::MAX);
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
        let items = cells.ids().map(|cell| Some(self.cells.item(cell)));
        let items = encoder(encoders, self.item).decode_state(items);
        let earliest = cells.ids().map(|cell| Some(self.earliest[cell]));
        let earliest = encoder(encoders, self.at).decode_state(earliest);
        vec![cells.owners(), cells.list(items), cells.list(earliest)]
    }

    fn merge(&mut self, merged: &FlatLists, encoders: &mut Encoders) -> Result<(), ArrowError> {
        let cells = merged.cell_entities(0)?;
        let items = merged.cell_column(1, &cells)?;
        let items = encoder_mut(encoders, self.item).encode_state(&items)?;
        let earliest = merged.cell_column(2, &cells)?;
        let earliest = encoder_mut(encoders, self.at).encode_state(&earliest)?;
        self.see(&cells, &items, &earliest)
    }

    fn size(&self) -> usize {
        self.cells.size()
            + self.earliest.capacity() * size_of::<u64>()
            + self.scratch.capacity() * size_of::<u32>()
    }
}

/// What each (entity, item) brings, beside its earliest time.
#[derive(Debug)]
pub struct Revenue {
    baskets: TimeToOutsideBasket,
    amount: usize,
    amount_type: DataType,
    /// By cell.
    sums: Sums,
    /// Which rows of the last batch take part.
    places: Vec<u32>,
}

impl Revenue {
    pub fn new(baskets: TimeToOutsideBasket, amount: usize, amount_type: &DataType) -> Self {
        Revenue {
            baskets,
            amount,
            amount_type: amount_type.clone(),
            sums: Sums::new(amount_type).expect("amounts were checked to be numbers"),
            places: vec![],
        }
    }

    /// The cells of the last batch's rows that take part.
    fn cells(&self) -> Vec<usize> {
        self.baskets
            .scratch
            .iter()
            .map(|cell| *cell as usize)
            .collect()
    }
}

impl EntityFold for Revenue {
    fn grow(&mut self, n: usize) {
        self.baskets.grow(n);
    }

    fn update(
        &mut self,
        entities: &[u32],
        columns: &[Words],
        encoders: &Encoders,
    ) -> Result<(), ArrowError> {
        let (items, at) = (&columns[self.baskets.item], &columns[self.baskets.at]);
        let takes_part = |row: &usize| items.get(*row).is_some() && at.get(*row).is_some();
        let places = (0..entities.len()).filter(takes_part);
        self.places.clear();
        self.places.extend(places.map(|row| row as u32));
        self.baskets.update(entities, columns, encoders)
    }

    fn update_amounts(&mut self, _: &[u32], args: &[ArrayRef]) -> Result<(), ArrowError> {
        let places = UInt32Array::from_iter_values(self.places.iter().copied());
        let amounts = take(&args[self.amount], &places, None)?;
        self.sums.grow(self.baskets.cells.end());
        self.sums.update(&amounts, &self.cells(), Direction::Add)
    }

    fn outcome(&self, _: u32) -> Option<i128> {
        None
    }

    fn add_outside(&self, entity: u32, into: &mut Sums, group: usize) -> Result<(), ArrowError> {
        let Some(start) = self.baskets.start_of(entity) else {
            return Ok(());
        };
        let outside = self.baskets.cells.of(entity);
        for cell in outside.filter(|cell| self.baskets.earliest[*cell] > start) {
            into.add_from(group, &self.sums, cell)?;
        }
        Ok(())
    }

    fn state_types(&self, encoders: &Encoders) -> Vec<(&'static str, DataType)> {
        let mut types = self.baskets.state_types(encoders);
        let sums = Sums::state_types(&self.amount_type);
        types.extend(sums.expect("amounts were checked to be numbers"));
        types
    }

    fn state(&self, lists: &EntityLists, encoders: &Encoders) -> Vec<ArrayRef> {
        let mut state = self.baskets.state(lists, encoders);
        let cells = self.baskets.cells.lists(lists);
        let ids: ArrayRef = Arc::new(UInt32Array::from_iter_values(
            cells.ids().map(|id| id as u32),
        ));
        for column in self.sums.state(self.baskets.cells.end()) {
            state.push(cells.list(take(&column, &ids, None).expect("ids are cells")));
        }
        state
    }

    fn merge(&mut self, merged: &FlatLists, encoders: &mut Encoders) -> Result<(), ArrowError> {
        self.baskets.merge(merged, encoders)?;
        self.sums.grow(self.baskets.cells.end());
        let first = self.baskets.state_types(encoders).len();
        let width = self.sums.state_width();
        let cells = self.cells();
        let parts = (first..first + width)
            .map(|column| merged.cell_column(column, &self.baskets.scratch))
            .collect::<Result<Vec<_>, _>>()?;
        self.sums.merge(&parts, &cells)
    }

    fn size(&self) -> usize {
        self.baskets.size() + self.sums.size() + self.places.capacity() * size_of::<u32>()
    }
}
