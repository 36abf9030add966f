//! How many distinct items an entity has: [`crate::define::Fold::DistinctAtLeast`], `DistinctCount` and
//! `DistinctUpToTwo`.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use super::fold::{EntityFold, known_as};
use crate::fold::entity::cells::Cells;
use crate::fold::keys::arguments::{Encoders, encoder, encoder_mut};
use crate::fold::keys::encoder::Codes;
use crate::fold::keys::lists::{EntityLists, FlatLists};

/// None, one or several.
///
/// Most rows find that their entity has several already, and look at one byte: two million entities fit in a
/// cache. The first item is looked at only while it is the only one.
#[derive(Debug)]
pub struct Several {
    item: usize,
    /// What none, one and several distinct items amount to.
    outcomes: [i128; 3],
    /// By entity: [`NONE`], [`ONE`] or [`SEVERAL`].
    seen: Vec<u8>,
    /// By entity: the first item seen, if there is one.
    first: Vec<u64>,
}

const NONE: u8 = 0;
const ONE: u8 = 1;
const SEVERAL: u8 = 2;

impl Several {
    pub fn new(item: usize, outcomes: [i128; 3]) -> Self {
        Several {
            item,
            outcomes,
            seen: vec![],
            first: vec![],
        }
    }

    #[inline]
    fn see(&mut self, entity: u32, item: u64) {
        let entity = entity as usize;
        let seen = &mut self.seen[entity];
        if *seen == SEVERAL {
            return;
        }
        let first = &mut self.first[entity];
        if *seen == NONE {
            (*seen, *first) = (ONE, item);
        } else if *first != item {
            *seen = SEVERAL;
        }
    }
}

impl EntityFold for Several {
    fn grow(&mut self, n: usize) {
        self.seen.resize(n, NONE);
        self.first.resize(n, 0);
    }

    fn update(
        &mut self,
        entities: &[u32],
        columns: &[Codes],
        _: &Encoders,
    ) -> Result<(), ArrowError> {
        let items = &columns[self.item];
        if items.nulls.is_none() {
            for (entity, item) in entities.iter().zip(&items.values) {
                self.see(*entity, *item);
            }
            return Ok(());
        }
        for (row, entity) in entities.iter().enumerate() {
            if let Some(item) = items.get(row) {
                self.see(*entity, item);
            }
        }
        Ok(())
    }

    fn has_amounts(&self) -> bool {
        false
    }

    fn update_amounts(&mut self, _: &[u32], _: &[ArrayRef]) -> Result<(), ArrowError> {
        Ok(())
    }

    fn keeps_items(&self) -> bool {
        // Of two or more it knows that there are two.
        false
    }

    fn outcome(&self, entity: u32) -> Option<i128> {
        Some(self.outcomes[usize::from(self.seen[entity as usize])])
    }

    fn state_types(&self, encoders: &Encoders) -> Vec<(&'static str, DataType)> {
        vec![
            ("only_item", encoder(encoders, self.item).state_type()),
            ("several", DataType::Boolean),
        ]
    }

    fn state(&self, lists: &EntityLists, encoders: &Encoders) -> Vec<ArrayRef> {
        let only = lists
            .ids()
            .map(|id| (self.seen[id] == ONE).then(|| self.first[id]));
        let several: Vec<bool> = lists.ids().map(|id| self.seen[id] == SEVERAL).collect();
        vec![
            lists.list(encoder(encoders, self.item).decode_state(only)),
            lists.list(Arc::new(BooleanArray::from(several))),
        ]
    }

    fn merge(&mut self, merged: &FlatLists, encoders: &Encoders) -> Result<(), ArrowError> {
        let items = encoder_mut(encoders, self.item).encode_state(&merged.column(0)?)?;
        let several = merged.column(1)?;
        let several = several.as_boolean();
        for (row, entity) in merged.entities().iter().enumerate() {
            if several.is_valid(row) && several.value(row) {
                self.seen[*entity as usize] = SEVERAL;
            } else if let Some(item) = items.get(row) {
                self.see(*entity, item);
            }
        }
        Ok(())
    }

    fn absorb(
        &mut self,
        other: &dyn EntityFold,
        pairs: &[(u32, u32)],
        _: &Encoders,
    ) -> Result<(), ArrowError> {
        let other: &Self = known_as(other)?;
        for (there, here) in pairs {
            match other.seen[*there as usize] {
                NONE => {}
                ONE => self.see(*here, other.first[*there as usize]),
                _ => self.seen[*here as usize] = SEVERAL,
            }
        }
        Ok(())
    }

    fn size(&self) -> usize {
        self.seen.capacity() + self.first.capacity() * size_of::<u64>()
    }
}

/// Any other number: the items of each entity.
#[derive(Debug)]
pub struct DistinctItems {
    item: usize,
    judge: Judge,
    cells: Cells,
}

/// What the number of distinct items amounts to.
#[derive(Debug, Clone, Copy)]
pub enum Judge {
    /// The number itself.
    Count,
    /// Whether it is large enough.
    AtLeast(u32),
}

impl DistinctItems {
    pub fn new(item: usize, judge: Judge) -> Self {
        DistinctItems {
            item,
            judge,
            cells: Cells::default(),
        }
    }

    fn see(&mut self, entities: &[u32], items: &Codes) -> Result<(), ArrowError> {
        let rows = entities.iter().enumerate();
        let rows = rows.filter_map(|(row, entity)| Some((*entity, items.get(row)?, ())));
        self.cells.intern_all(rows, |_, _, ()| {})
    }

    /// The items of the entities.
    pub(in crate::fold) fn items(&self) -> &Cells {
        &self.cells
    }
}

impl EntityFold for DistinctItems {
    fn grow(&mut self, n: usize) {
        self.cells.grow(n);
    }

    fn update(
        &mut self,
        entities: &[u32],
        columns: &[Codes],
        _: &Encoders,
    ) -> Result<(), ArrowError> {
        self.see(entities, &columns[self.item])
    }

    fn has_amounts(&self) -> bool {
        false
    }

    fn update_amounts(&mut self, _: &[u32], _: &[ArrayRef]) -> Result<(), ArrowError> {
        Ok(())
    }

    fn outcome(&self, entity: u32) -> Option<i128> {
        let distinct = self.cells.count(entity);
        Some(match self.judge {
            Judge::Count => distinct.into(),
            Judge::AtLeast(count) => (distinct >= count).into(),
        })
    }

    fn keeps_items(&self) -> bool {
        true
    }

    fn state_types(&self, encoders: &Encoders) -> Vec<(&'static str, DataType)> {
        state_types(self.item, encoders)
    }

    fn state(&self, lists: &EntityLists, encoders: &Encoders) -> Vec<ArrayRef> {
        let cells = self.cells.lists(lists);
        let items = encoder(encoders, self.item)
            .decode_state(cells.ids().map(|cell| Some(self.cells.item(cell))));
        vec![cells.owners(), cells.list(items)]
    }

    fn merge(&mut self, merged: &FlatLists, encoders: &Encoders) -> Result<(), ArrowError> {
        let cells = merged.cell_entities(0)?;
        let items = merged.cell_column(1, &cells)?;
        let items = encoder_mut(encoders, self.item).encode_state(&items)?;
        self.see(&cells, &items)
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
            cells.map(|cell| (*here, other.cells.item(cell), ()))
        });
        self.cells.intern_all(items, |_, _, ()| {})
    }

    fn size(&self) -> usize {
        self.cells.size()
    }
}

/// What a state has of each item of an entity, whatever is made of their number.
pub(in crate::fold) fn state_types(
    item: usize,
    encoders: &Encoders,
) -> Vec<(&'static str, DataType)> {
    vec![
        ("owner", DataType::UInt32),
        ("item", encoder(encoders, item).state_type()),
    ]
}
