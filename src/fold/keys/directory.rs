//! Who is there: the entities of all groups by name, each with a small id.

use std::ops::Range;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use crate::fold::facts::call::UnboundCall;
use crate::fold::keys::encoder::{Codes, Encoder, SharedEncoder};
use crate::fold::keys::lists::{EntityLists, contradiction, elements, lengths, list_type};
use crate::fold::keys::pair::Pair;
use crate::fold::keys::pair_table::PairTable;

/// The entities that were seen, each in its group. What is folded of them is kept elsewhere, by their ids.
#[derive(Debug)]
pub struct Directory {
    /// For each argument that names an entity, of which there are one or two: its codes.
    encoders: Vec<SharedEncoder>,
    table: PairTable,
    /// The entities of the rows of the last batch.
    ids: Vec<u32>,
}

impl Directory {
    /// The entities of a call.
    pub fn of(call: &UnboundCall) -> Result<Self, ArrowError> {
        let key = call.key().iter();
        let encoders = key.map(|arg| name_encoder(call, *arg).map(SharedEncoder::from));
        Ok(Directory::named_by(encoders.collect::<Result<_, _>>()?))
    }

    /// Entities of a second kind, which are only counted: the items of an argument.
    pub fn of_items(call: &UnboundCall, item: usize) -> Result<Self, ArrowError> {
        let encoder = Encoder::dense(&call.arg_types[item])?;
        Ok(Directory::named_by(vec![encoder.into()]))
    }

    /// Takes in the codes of rows, each of one group. NULL is no name.
    pub fn update_codes(&mut self, codes: &Codes, groups: &[usize]) -> Result<(), ArrowError> {
        let rows = groups.iter().enumerate();
        let rows = rows.filter_map(|(row, group)| Some((*group as u32, codes.get(row)?)));
        self.intern(rows)
    }

    /// Entities whose names these turn into codes.
    pub fn named_by(encoders: Vec<SharedEncoder>) -> Self {
        Directory {
            table: table_for(&encoders),
            encoders,
            ids: vec![],
        }
    }

    /// What turns names into codes.
    pub fn encoders_mut(&mut self) -> &mut [SharedEncoder] {
        &mut self.encoders
    }

    /// No entities yet, and the codes of this one.
    pub fn emptied(&self) -> Self {
        Directory {
            encoders: self.encoders.clone(),
            table: table_for(&self.encoders),
            ids: vec![],
        }
    }

    /// The entities whose names other groups may have, too, each with the number of the group that its own becomes a part
    /// of.
    pub fn shared_names(&self, of: &[usize]) -> Vec<(u32, Pair)> {
        let pairs = self.table.shared_keys().into_iter();
        pairs
            .map(|pair| (of[pair.owner as usize] as u32, pair))
            .collect()
    }

    /// The same entities in other groups: each group's number stands for the one that it becomes a part of. Gives
    /// the id of each entity, and the one that it has there.
    pub fn coarser(&self, of: &[usize]) -> Result<(Self, Vec<(u32, u32)>), ArrowError> {
        let mut coarser = self.emptied();
        let pairs = coarser.take_in(self, of)?;
        Ok((coarser, pairs))
    }

    /// Takes in the entities of another one, from which this one was made; see [`Directory::coarser`].
    fn take_in(&mut self, other: &Directory, of: &[usize]) -> Result<Vec<(u32, u32)>, ArrowError> {
        let pairs: Vec<Pair> = other.table.scattered().collect();
        let owners = pairs.iter().map(|pair| of[pair.owner as usize] as u32);
        self.intern(owners.zip(pairs.iter().map(|pair| pair.key)))?;
        let theirs = pairs.iter().map(|pair| pair.id);
        Ok(theirs.zip(self.ids.iter().copied()).collect())
    }

    /// Takes in the names of rows, each of one group.
    pub fn update<'a>(
        &mut self,
        names: impl Iterator<Item = &'a ArrayRef>,
        groups: &[usize],
    ) -> Result<(), ArrowError> {
        let keys = self.keys(names)?;
        let owners = groups.iter().map(|group| *group as u32);
        self.intern(owners.zip(keys))
    }

    /// The names of rows as one code each.
    pub fn keys<'a>(
        &mut self,
        names: impl Iterator<Item = &'a ArrayRef>,
    ) -> Result<Vec<u64>, ArrowError> {
        let columns = names
            .zip(&self.encoders)
            .map(|(array, encoder)| encoder.write().encode(array))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(as_keys(columns))
    }

    /// Takes in entities: of each its group and its name.
    pub fn intern(&mut self, pairs: impl Iterator<Item = (u32, u64)>) -> Result<(), ArrowError> {
        self.ids.clear();
        self.table.intern(pairs, &mut self.ids)
    }

    /// The entity of each row of the last batch.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// All ids are below this; not every number below it is one.
    pub fn end(&self) -> usize {
        self.table.end()
    }

    /// Forgets all entities, but not what their names stand for.
    pub fn forget(&mut self) {
        self.table = table_for(&self.encoders);
    }

    /// The same, and keeps the memory for as many others.
    pub fn clear(&mut self) {
        self.table.clear();
    }

    /// Every entity: its group as the owner, and its id.
    pub fn pairs(&self) -> impl Iterator<Item = Pair> {
        self.table.iter()
    }

    /// Names and types of [`Directory::state`].
    pub fn state_types(&self) -> impl Iterator<Item = (&'static str, DataType)> {
        let encoders = self.encoders.iter();
        encoders.map(|encoder| ("entity", list_type(encoder.read().state_type())))
    }

    /// The entities of some groups in the order of a partial state.
    pub fn lists(&self, groups: Range<usize>) -> EntityLists {
        EntityLists::new(&self.table, groups, |_| true)
    }

    /// The same of those entities only that are there.
    pub fn lists_of(&self, groups: Range<usize>, has: impl Fn(u32) -> bool) -> EntityLists {
        EntityLists::new(&self.table, groups, has)
    }

    /// The names of these entities: one row per group, one list per argument.
    pub fn state(&self, lists: &EntityLists) -> Vec<ArrayRef> {
        let encoders = self.encoders.iter().enumerate();
        encoders
            .map(|(position, encoder)| {
                let part = |code| match self.encoders.len() {
                    1 => code,
                    _ => halves(code)[position],
                };
                lists.list(
                    encoder
                        .read()
                        .decode_state(lists.codes().map(|code| Some(part(code)))),
                )
            })
            .collect()
    }

    /// Takes in the names of a partial state, each row of one group. Gives how many columns were read, and how
    /// many entities each row has.
    pub fn merge(
        &mut self,
        state: &[ArrayRef],
        groups: &[usize],
    ) -> Result<(usize, Vec<usize>), ArrowError> {
        self.merge_codes(state, groups, Encoder::encode_state)
    }

    /// The same of entities that are known to differ from all before them.
    pub fn merge_apart(
        &mut self,
        state: &[ArrayRef],
        groups: &[usize],
    ) -> Result<(usize, Vec<usize>), ArrowError> {
        match self.encoders.len() {
            1 => self.merge_codes(state, groups, Encoder::append_state),
            // Halves of a name come again.
            _ => self.merge(state, groups),
        }
    }

    fn merge_codes(
        &mut self,
        state: &[ArrayRef],
        groups: &[usize],
        encode: impl Fn(&mut Encoder, &ArrayRef) -> Result<Codes, ArrowError>,
    ) -> Result<(usize, Vec<usize>), ArrowError> {
        let (lengths, names) = self.named(state)?;
        let names = names.iter().zip(&self.encoders);
        let columns = names.map(|(names, encoder)| encode(&mut encoder.write(), names));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let owners = groups
            .iter()
            .zip(&lengths)
            .flat_map(|(group, length)| std::iter::repeat_n(*group as u32, *length));
        self.intern(owners.zip(as_keys(columns)))?;
        Ok((self.encoders.len(), lengths))
    }

    /// The same of the one row of a state, as the only one, whose entities are only counted: a state has each of them once,
    /// and what they are called makes no difference.
    pub fn merge_unnamed(&mut self, state: &[ArrayRef]) -> Result<(usize, Vec<usize>), ArrowError> {
        let (lengths, names) = self.named(state)?;
        self.table = PairTable::of_dense_keys();
        let entities = 0..names[0].len() as u64;
        self.intern(entities.map(|entity| (0, entity)))?;
        Ok((self.encoders.len(), lengths))
    }

    /// How many entities each row of a state has, and the names of all.
    fn named(&self, state: &[ArrayRef]) -> Result<(Vec<usize>, Vec<ArrayRef>), ArrowError> {
        let names = state.iter().take(self.encoders.len()).map(elements);
        let names: Vec<ArrayRef> = names.collect();
        let is_other = |of: &ArrayRef| of.null_count() > 0 || of.len() != names[0].len();
        match names.iter().any(is_other) {
            true => Err(contradiction("it has entities without a name")),
            false => Ok((lengths(&state[0]), names)),
        }
    }

    /// Takes in some groups of another directory of the same kind; they become the first. Gives these entities as
    /// the other has them, and how many each group has.
    pub fn move_in(
        &mut self,
        other: &Directory,
        groups: Range<usize>,
    ) -> Result<(EntityLists, Vec<usize>), ArrowError> {
        let as_groups: Vec<usize> = (0..groups.len()).collect();
        let lists = other.lists(groups);
        let (_, lengths) = self.merge(&other.state(&lists), &as_groups)?;
        Ok((lists, lengths))
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        let encoders = self.encoders.iter().map(SharedEncoder::size);
        encoders.sum::<usize>() + self.table.size() + self.ids.capacity() * size_of::<u32>()
    }
}

/// An empty table of names that are turned into codes by these.
fn table_for(encoders: &[SharedEncoder]) -> PairTable {
    match encoders {
        [alone] if alone.read().is_interned() => PairTable::of_dense_keys(),
        _ => PairTable::default(),
    }
}

/// The encoder of an argument that names the entities of a call.
pub fn name_encoder(call: &UnboundCall, argument: usize) -> Result<Encoder, ArrowError> {
    let data_type = &call.arg_types[argument];
    match call.key() {
        [_] => Encoder::ordered(data_type),
        // Two arguments become one key, for which each must fit into half of it.
        _ => Encoder::dense(data_type),
    }
}

/// The code that names an entity: that of its one argument, or of both.
pub fn key_of(key: &[usize], code: impl Fn(usize) -> u64) -> u64 {
    match *key {
        [one] => code(one),
        _ => paired(code(key[0]), code(key[1])),
    }
}

/// The codes that name entities, of the one argument or both.
fn as_keys(mut columns: Vec<Codes>) -> Vec<u64> {
    match columns.len() {
        1 => columns.swap_remove(0).values,
        _ => (0..columns[0].values.len())
            .map(|row| key_of(&[0, 1], |arg| columns[arg].values[row]))
            .collect(),
    }
}

/// Two dense codes as one.
fn paired(first: u64, second: u64) -> u64 {
    first << 32 | second
}

fn halves(pair: u64) -> [u64; 2] {
    [pair >> 32, pair & u64::from(u32::MAX)]
}
