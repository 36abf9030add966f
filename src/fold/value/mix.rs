//! The items of each group with the numbers of entities that have them: [`Finish::Mix`].
//!
//! [`Finish::Mix`]: crate::define::Finish::Mix

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, AsArray, Float64Array, Int64Array, ListArray, StructArray, UInt64Array,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, UInt64Type};
use datafusion::arrow::error::ArrowError;

use crate::fold::entity::distinct::DistinctItems;
use crate::fold::entity::entities::Entities;
use crate::fold::facts::call::Call;
use crate::fold::facts::value_type::mix_fields;
use crate::fold::keys::encoder::Encoder;
use crate::fold::keys::lists::{elements, lengths, list_of, list_type};
use crate::fold::value::entities_of::{count, in_first};

/// By group: how many entities there are, and how many of them have each item.
#[derive(Debug)]
pub struct Mix {
    items: Encoder,
    entities: Vec<u64>,
    holders: Vec<HashMap<u64, i64>>,
    /// How many numbers of holders there are in all groups, to tell the size.
    len: usize,
}

impl Mix {
    /// Nothing seen yet.
    pub fn new(call: &Call, item: usize) -> Result<Self, ArrowError> {
        Ok(Mix {
            items: Encoder::dense(&call.arg_types[item])?,
            entities: vec![],
            holders: vec![],
            len: 0,
        })
    }

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        if self.entities.len() < groups {
            self.entities.resize(groups, 0);
            self.holders.resize(groups, HashMap::new());
        }
    }

    /// How many entities a group has.
    pub fn entities(&self, group: usize) -> u64 {
        self.entities[group]
    }

    /// Counts the entities of the first groups and their items.
    pub fn scan(
        &mut self,
        entities: Entities,
        item: usize,
        groups: usize,
    ) -> Result<(), ArrowError> {
        self.entities = count(entities.pairs(), groups);
        let mut holders: Vec<HashMap<u64, i64>> = vec![HashMap::new(); groups];
        let cells = entities.sought::<DistinctItems>()?.items();
        for pair in in_first(entities, groups) {
            for cell in cells.of(pair.id) {
                *holders[pair.owner as usize]
                    .entry(cells.item(cell))
                    .or_default() += 1;
            }
        }
        // Codes mean something to their own encoder alone.
        let encoder = entities.encoder(item);
        let all = holders.iter().flatten();
        let codes = encoder.decode_state(
            all.clone()
                .map(|(code, _)| Some(*code))
                .collect::<Vec<_>>()
                .into_iter(),
        );
        let codes = self.items.encode_state(&codes)?.values;
        let counts: Vec<i64> = all.map(|(_, n)| *n).collect();
        let groups = holders.iter().enumerate();
        let groups = groups.flat_map(|(group, items)| std::iter::repeat_n(group, items.len()));
        for ((group, code), n) in groups.zip(codes).zip(counts) {
            self.add(group, code, n);
        }
        Ok(())
    }

    fn add(&mut self, group: usize, item: u64, n: i64) {
        let holders = self.holders[group].entry(item).or_insert_with(|| {
            self.len += 1;
            0
        });
        *holders = holders.wrapping_add(n);
    }

    /// The items of each of the first groups, the most widespread first, then in their own order.
    pub fn values(&self, groups: usize) -> Result<ArrayRef, ArrowError> {
        let (holders, entities) = (&self.holders[..groups], &self.entities[..groups]);
        let mut rows: Vec<(u64, i64, f64)> = vec![];
        for (holders, entities) in holders.iter().zip(entities) {
            let first = rows.len();
            rows.extend(
                holders
                    .iter()
                    .map(|(item, n)| (*item, *n, 100.0 * *n as f64 / *entities as f64)),
            );
            rows[first..].sort_by(|(item, n, _), (other, m, _)| {
                m.cmp(n).then_with(|| self.items.compare(*item, *other))
            });
        }
        let items = self.items.decode(rows.iter().map(|(item, _, _)| *item))?;
        let fields = mix_fields(items.data_type());
        let structs = StructArray::try_new(
            fields.clone(),
            vec![
                items,
                Arc::new(Int64Array::from_iter_values(
                    rows.iter().map(|(_, n, _)| *n),
                )),
                Arc::new(Float64Array::from_iter_values(
                    rows.iter().map(|(_, _, share)| *share),
                )),
            ],
            None,
        )?;
        let lengths = holders.iter().map(HashMap::len);
        let total: usize = lengths.clone().sum();
        if i32::try_from(total).is_err() {
            return Err(ArrowError::ComputeError(
                "the lists of all groups have more than 2,147,483,647 elements".into(),
            ));
        }
        Ok(Arc::new(ListArray::try_new(
            Arc::new(Field::new_list_field(DataType::Struct(fields), true)),
            OffsetBuffer::from_lengths(lengths),
            Arc::new(structs),
            Some(entities.iter().map(|n| *n > 0).collect()),
        )?))
    }

    /// Names and types of [`Mix::state`].
    pub fn state_types(&self) -> Vec<(&'static str, DataType)> {
        vec![
            ("entities", DataType::UInt64),
            ("items", list_type(self.items.state_type())),
            ("holders", list_type(DataType::UInt64)),
        ]
    }

    /// The first groups as arrays, one row per group.
    pub fn state(&self, groups: usize) -> Vec<ArrayRef> {
        let holders = &self.holders[..groups];
        let codes: Vec<Option<u64>> = holders
            .iter()
            .flatten()
            .map(|(code, _)| Some(*code))
            .collect();
        let counts = holders.iter().flatten().map(|(_, n)| *n as u64);
        let list = |elements| list_of(holders.iter().map(HashMap::len), elements);
        vec![
            Arc::new(UInt64Array::from(self.entities[..groups].to_vec())),
            list(self.items.decode_state(codes.into_iter())),
            list(Arc::new(UInt64Array::from_iter_values(counts))),
        ]
    }

    /// Adds the rows of a state. Gives how many columns were read.
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<usize, ArrowError> {
        let entities = state[0].as_primitive::<UInt64Type>();
        for (n, group) in entities.values().iter().zip(groups) {
            self.entities[*group] = self.entities[*group].wrapping_add(*n);
        }
        let codes = self.items.encode_state(&elements(&state[1]))?.values;
        let counts = elements(&state[2]);
        let counts = counts.as_primitive::<UInt64Type>().values();
        let groups = groups.iter().zip(lengths(&state[1]));
        let groups = groups.flat_map(|(group, length)| std::iter::repeat_n(*group, length));
        for ((group, code), n) in groups.zip(codes).zip(counts) {
            self.add(group, code, *n as i64);
        }
        Ok(3)
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        self.items.size()
            + self.entities.capacity() * size_of::<u64>()
            + self.holders.capacity() * size_of::<HashMap<u64, i64>>()
            + self.len * 2 * size_of::<(u64, i64)>()
    }
}
