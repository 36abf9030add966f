//! The layout of partial states: one list per group and column.
//!
//! Every group's row holds the list of its entities and, for each thing that a fold keeps, a list
//! beside it: either one element per entity, or one per *cell* (something that an entity has several
//! of) together with the position of the cell's entity in the group's list. The lists are
//! `LargeList`, because one batch may carry all groups, and so more than 2³¹ elements.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, LargeListArray, UInt32Array};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, UInt32Type};
use datafusion::arrow::error::ArrowError;

use crate::fold::keys::pair_table::PairTable;

/// The list type with elements of a type.
pub fn list_type(element: DataType) -> DataType {
    DataType::LargeList(Arc::new(Field::new_list_field(element, true)))
}

/// Lists of these lengths, cut from their elements.
pub fn list_of(lengths: impl IntoIterator<Item = usize>, elements: ArrayRef) -> ArrayRef {
    let field = Arc::new(Field::new_list_field(elements.data_type().clone(), true));
    let offsets = OffsetBuffer::from_lengths(lengths);
    Arc::new(LargeListArray::new(field, offsets, elements, None))
}

/// The entities of some groups, in the order in which their lists hold them.
pub struct EntityLists {
    /// Group by group: the ids, and the codes that name the entities.
    ids: Vec<u32>,
    codes: Vec<u64>,
    /// By group: how many entities.
    lengths: Vec<usize>,
}

impl EntityLists {
    /// Sorts the entities of these groups by group, with a counting sort: those of the table that are there. Within a
    /// group they keep an order in which another table can take them in.
    pub fn new(table: &PairTable, groups: Range<usize>, has: impl Fn(u32) -> bool) -> Self {
        let wanted = || {
            let pairs = table.scattered();
            pairs.filter(|pair| groups.contains(&(pair.owner as usize)) && has(pair.id))
        };
        let mut lengths = vec![0; groups.len()];
        for pair in wanted() {
            lengths[pair.owner as usize - groups.start] += 1;
        }
        let mut next: Vec<usize> = lengths
            .iter()
            .scan(0, |start, length| {
                Some(std::mem::replace(start, *start + length))
            })
            .collect();
        let n = lengths.iter().sum();
        let (mut ids, mut codes) = (vec![0; n], vec![0; n]);
        for pair in wanted() {
            let place = &mut next[pair.owner as usize - groups.start];
            (ids[*place], codes[*place]) = (pair.id, pair.key);
            *place += 1;
        }
        EntityLists {
            ids,
            codes,
            lengths,
        }
    }

    /// The entities of each of so many regions, and the groups that have any there. `regions` has the region of each
    /// entity, group by group.
    pub fn split(&self, regions: &[usize], n: usize) -> Vec<(Vec<usize>, Self)> {
        let none = || EntityLists {
            ids: vec![],
            codes: vec![],
            lengths: vec![],
        };
        let mut pieces: Vec<_> = (0..n).map(|_| (vec![], none())).collect();
        let mut entities = self.ids.iter().zip(&self.codes).zip(regions);
        for (group, length) in self.lengths.iter().enumerate() {
            for ((id, code), region) in entities.by_ref().take(*length) {
                let (groups, lists): &mut (Vec<usize>, Self) = &mut pieces[*region];
                if groups.last() != Some(&group) {
                    groups.push(group);
                    lists.lengths.push(0);
                }
                lists.ids.push(*id);
                lists.codes.push(*code);
                *lists.lengths.last_mut().expect("it was just pushed") += 1;
            }
        }
        pieces
    }

    /// The ids, group by group.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = usize> {
        self.ids.iter().map(|id| *id as usize)
    }

    /// The codes that name the entities, group by group.
    pub fn codes(&self) -> impl ExactSizeIterator<Item = u64> {
        self.codes.iter().copied()
    }

    /// One list per group of elements that stand in the order of [`EntityLists::ids`].
    pub fn list(&self, elements: ArrayRef) -> ArrayRef {
        list_of(self.lengths.iter().copied(), elements)
    }

    /// The lists of the cells that belong to these entities, of which there are `n` or fewer.
    pub fn cells<C: Iterator<Item = usize>>(&self, n: usize, of: impl Fn(u32) -> C) -> CellLists {
        let (mut ids, mut owners) = (Vec::with_capacity(n), Vec::with_capacity(n));
        let mut lengths = Vec::with_capacity(self.lengths.len());
        let mut rest = self.ids.as_slice();
        for length in &self.lengths {
            let (group, others) = rest.split_at(*length);
            let before = ids.len();
            for (position, entity) in group.iter().enumerate() {
                ids.extend(of(*entity).map(|cell| cell as u32));
                owners.resize(ids.len(), position as u32);
            }
            lengths.push(ids.len() - before);
            rest = others;
        }
        CellLists {
            ids,
            owners,
            lengths,
        }
    }
}

/// The cells of some groups' entities, in the order in which their lists hold them.
pub struct CellLists {
    /// Group by group: the cells, and the positions of their entities in the group's list.
    ids: Vec<u32>,
    owners: Vec<u32>,
    /// By group: how many cells.
    lengths: Vec<usize>,
}

impl CellLists {
    /// The cells' ids, group by group.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = usize> {
        self.ids.iter().map(|id| *id as usize)
    }

    /// For each cell the position of its entity in the group's list.
    pub fn owners(&self) -> ArrayRef {
        self.list(Arc::new(UInt32Array::from(self.owners.clone())))
    }

    /// One list per group of elements that stand in the order of [`CellLists::ids`].
    pub fn list(&self, elements: ArrayRef) -> ArrayRef {
        list_of(self.lengths.iter().copied(), elements)
    }
}

/// Partial states of other groups, with their lists strung together.
pub struct FlatLists<'a> {
    state: &'a [ArrayRef],
    entities: &'a [u32],
    lengths: &'a [usize],
}

impl<'a> FlatLists<'a> {
    /// `state` holds what the fold laid out, `entities` the ids that the entities got here, and
    /// `lengths` how many entities each group has.
    pub fn new(state: &'a [ArrayRef], entities: &'a [u32], lengths: &'a [usize]) -> Self {
        FlatLists {
            state,
            entities,
            lengths,
        }
    }

    /// The id of each entity.
    pub fn entities(&self) -> &[u32] {
        self.entities
    }

    /// The elements of a column that has one for each entity.
    pub fn column(&self, column: usize) -> Result<ArrayRef, ArrowError> {
        self.checked(column, self.entities.len())
    }

    /// The elements of a column that has one for each cell.
    pub fn cell_column(&self, column: usize, cells: &[u32]) -> Result<ArrayRef, ArrowError> {
        self.checked(column, cells.len())
    }

    fn checked(&self, column: usize, length: usize) -> Result<ArrayRef, ArrowError> {
        let elements = elements(&self.state[column]);
        match elements.len() == length {
            true => Ok(elements),
            false => Err(contradiction("its lists are not of one length")),
        }
    }

    /// For each cell the id of its entity; `owners` is the column that [`CellLists::owners`] made.
    pub fn cell_entities(&self, owners: usize) -> Result<Vec<u32>, ArrowError> {
        let lists = self.state[owners].as_list::<i64>();
        let positions = elements(&self.state[owners]);
        let positions = positions.as_primitive::<UInt32Type>();
        let mut cells = Vec::with_capacity(positions.len());
        let mut rest = self.entities;
        for (list, length) in ranges(lists).zip(self.lengths) {
            let (entities, others) = rest.split_at(*length);
            for position in &positions.values()[list] {
                let entity = entities.get(*position as usize);
                cells
                    .push(*entity.ok_or_else(|| {
                        contradiction("it names an entity that it does not have")
                    })?);
            }
            rest = others;
        }
        Ok(cells)
    }
}

/// States that were kept outside a query may hold anything.
pub fn contradiction(what: &str) -> ArrowError {
    ArrowError::ComputeError(format!("the state is inconsistent: {what}"))
}

/// The elements of all lists of an array, end to end.
pub fn elements(lists: &ArrayRef) -> ArrayRef {
    let lists = lists.as_list::<i64>();
    let offsets = lists.value_offsets();
    let (first, last) = (offsets[0] as usize, offsets[lists.len()] as usize);
    lists.values().slice(first, last - first)
}

/// How many elements each list of an array has.
pub fn lengths(lists: &ArrayRef) -> Vec<usize> {
    ranges(lists.as_list::<i64>())
        .map(|list| list.len())
        .collect()
}

/// Where each list stands among [`elements`].
fn ranges(lists: &LargeListArray) -> impl Iterator<Item = Range<usize>> {
    let first = lists.value_offsets()[0];
    lists
        .value_offsets()
        .windows(2)
        .map(move |ends| (ends[0] - first) as usize..(ends[1] - first) as usize)
}
