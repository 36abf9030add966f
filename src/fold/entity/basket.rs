//! What is outside an entity's initial basket: [`crate::define::Fold::TimeToOutsideBasket`] tells how long
//! until there is something, [`crate::define::Fold::RevenueOutsideBasket`] what it brings.
//!
//! What has to be known is the earliest time of each item, and nothing else: the earliest of these is
//! the entity's start, and the earliest later one is the first time of an item that was not in the
//! basket. That holds in any order of the rows and under any split of them.

use std::cmp::Ordering;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use super::fold::{EntityFold, known_as};
use crate::fold::entity::cells::{Cells, WITH_CODE};
use crate::fold::keys::arguments::{Encoders, encoder, encoder_mut};
use crate::fold::keys::encoder::Codes;
use crate::fold::keys::lists::{EntityLists, FlatLists};
use crate::fold::keys::pair::CHUNK;
use crate::fold::sum::change::Change;
use crate::fold::sum::money::Sums;

/// The earliest time of each (entity, item).
#[derive(Debug)]
pub struct TimeToOutsideBasket {
    item: usize,
    at: usize,
    /// Beside each item, its earliest time.
    cells: Cells<WITH_CODE>,
    /// The cells of the last batch's rows that take part.
    scratch: Vec<u32>,
}

impl TimeToOutsideBasket {
    pub fn new(item: usize, at: usize) -> Self {
        TimeToOutsideBasket {
            item,
            at,
            cells: Cells::default(),
            scratch: vec![],
        }
    }

    fn start_of(&self, entity: u32) -> Option<u64> {
        self.cells.codes_of(entity).min()
    }

    fn see(&mut self, entities: &[u32], items: &Codes, at: &Codes) -> Result<(), ArrowError> {
        let rows = entities
            .iter()
            .enumerate()
            .filter_map(|(row, entity)| Some((*entity, items.get(row)?, at.get(row)?)));
        self.scratch.clear();
        self.cells.intern_all(rows, |cells, cell, at| {
            cells.lower(cell, at);
            self.scratch.push(cell as u32);
        })
    }
}

impl EntityFold for TimeToOutsideBasket {
    fn grow(&mut self, n: usize) {
        self.cells.grow(n);
    }

    fn update(
        &mut self,
        entities: &[u32],
        columns: &[Codes],
        _: &Encoders,
    ) -> Result<(), ArrowError> {
        self.see(entities, &columns[self.item], &columns[self.at])
    }

    fn has_amounts(&self) -> bool {
        false
    }

    fn update_amounts(&mut self, _: &[u32], _: &[ArrayRef]) -> Result<(), ArrowError> {
        Ok(())
    }

    fn keeps_items(&self) -> bool {
        true
    }

    fn outcomes(&self, entities: &[u32]) -> Vec<Option<i128>> {
        let mut outcomes = Vec::with_capacity(entities.len());
        for chunk in entities.chunks(CHUNK) {
            self.cells.fetch(chunk.iter().copied());
            outcomes.extend(chunk.iter().map(|entity| self.outcome(*entity)));
        }
        outcomes
    }

    fn outcome(&self, entity: u32) -> Option<i128> {
        let mut times = self.cells.codes_of(entity);
        let (mut start, mut outside) = (times.next()?, None);
        for at in times {
            match at.cmp(&start) {
                Ordering::Less => (start, outside) = (at, Some(start)),
                Ordering::Equal => {}
                Ordering::Greater => outside = Some(outside.map_or(at, |known| at.min(known))),
            }
        }
        let outside = outside?;
        // Codes of times differ as the times do: by up to 584 years of nanoseconds, too many for an i64.
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
        let earliest = cells.ids().map(|cell| Some(self.cells.code(cell)));
        let earliest = encoder(encoders, self.at).decode_state(earliest);
        vec![cells.owners(), cells.list(items), cells.list(earliest)]
    }

    fn merge(&mut self, merged: &FlatLists, encoders: &Encoders) -> Result<(), ArrowError> {
        let cells = merged.cell_entities(0)?;
        let items = merged.cell_column(1, &cells)?;
        let items = encoder_mut(encoders, self.item).encode_state(&items)?;
        let earliest = merged.cell_column(2, &cells)?;
        let earliest = encoder_mut(encoders, self.at).encode_state(&earliest)?;
        self.see(&cells, &items, &earliest)
    }

    fn absorb(
        &mut self,
        other: &dyn EntityFold,
        pairs: &[(u32, u32)],
        _: &Encoders,
    ) -> Result<(), ArrowError> {
        let other: &Self = known_as(other)?;
        let items = pairs.iter().flat_map(|(there, here)| {
            let cells = other.cells.of(*there);
            cells.map(|cell| (*here, other.cells.item(cell), other.cells.code(cell)))
        });
        self.cells.intern_all(items, Cells::lower)
    }

    fn size(&self) -> usize {
        self.cells.size() + self.scratch.capacity() * size_of::<u32>()
    }
}

/// What each (entity, item) brings, beside its earliest time.
#[derive(Debug)]
pub struct Revenue {
    baskets: TimeToOutsideBasket,
    amount: usize,
    amount_type: DataType,
    /// By the rank of a cell.
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

    /// The ranks of the cells of the last batch's rows that take part.
    fn ranks(&self) -> Vec<usize> {
        let cells = self.baskets.scratch.iter();
        let ranks = cells.map(|cell| self.baskets.cells.rank(*cell as usize));
        ranks.collect()
    }

    /// Adds what an entity has outside its initial basket.
    pub(in crate::fold) fn add_outside(
        &self,
        entity: u32,
        into: &mut Sums,
        group: usize,
    ) -> Result<(), ArrowError> {
        let Some(start) = self.baskets.start_of(entity) else {
            return Ok(());
        };
        let outside = self.baskets.cells.of(entity);
        for cell in outside.filter(|cell| self.baskets.cells.code(*cell) > start) {
            into.add_from(group, &self.sums, self.baskets.cells.rank(cell))?;
        }
        Ok(())
    }
}

impl EntityFold for Revenue {
    fn grow(&mut self, n: usize) {
        self.baskets.grow(n);
    }

    fn update(
        &mut self,
        entities: &[u32],
        columns: &[Codes],
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
        self.sums.update(&amounts, &self.ranks(), Change::Add)
    }

    fn has_amounts(&self) -> bool {
        true
    }

    fn keeps_items(&self) -> bool {
        true
    }

    fn outcome(&self, _: u32) -> Option<i128> {
        None
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
        let ranks = cells.ids().map(|cell| self.baskets.cells.rank(cell) as u32);
        let ranks: ArrayRef = Arc::new(UInt32Array::from_iter_values(ranks));
        for column in self.sums.state(self.baskets.cells.end()) {
            state.push(cells.list(take(&column, &ranks, None).expect("cells have sums")));
        }
        state
    }

    fn merge(&mut self, merged: &FlatLists, encoders: &Encoders) -> Result<(), ArrowError> {
        self.baskets.merge(merged, encoders)?;
        self.sums.grow(self.baskets.cells.end());
        let first = self.baskets.state_types(encoders).len();
        let width = self.sums.state_width();
        let ranks = self.ranks();
        let parts = (first..first + width)
            .map(|column| merged.cell_column(column, &self.baskets.scratch))
            .collect::<Result<Vec<_>, _>>()?;
        self.sums.merge(&parts, &ranks)
    }

    fn absorb(
        &mut self,
        other: &dyn EntityFold,
        pairs: &[(u32, u32)],
        _: &Encoders,
    ) -> Result<(), ArrowError> {
        let other: &Self = known_as(other)?;
        let theirs = &other.baskets.cells;
        for (there, here) in pairs {
            for cell in theirs.of(*there) {
                let cells = &mut self.baskets.cells;
                let ours = cells.intern(*here, theirs.item(cell))?;
                cells.lower(ours, theirs.code(cell));
                self.sums.grow(cells.end());
                let rank = cells.rank(ours);
                self.sums.add_from(rank, &other.sums, theirs.rank(cell))?;
            }
        }
        Ok(())
    }

    fn size(&self) -> usize {
        self.baskets.size() + self.sums.size() + self.places.capacity() * size_of::<u32>()
    }
}
