//! States of many groups, merged as they come: in one directory of entities for all of them, so that a name that comes
//! again is known.

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::compute::concat;

use super::error::{StateError, arithmetic};
use super::format::{Unwritten, parse, start};
use super::header;
use crate::fold::facts::call::Call;
use crate::fold::keys::coarser::Coarser;
use crate::fold::run::groups::Groups;

/// What states of a KPI, with arguments of some types, amount to by group.
#[derive(Debug)]
struct SameCall {
    /// Of what the states are, to tell strangers.
    start: Vec<u8>,
    groups: Groups,
    /// Which groups have any.
    has: Vec<bool>,
}

/// The states of groups.
#[derive(Debug, Default)]
pub struct Merged {
    kinds: Vec<SameCall>,
}

impl SameCall {
    fn new(call: Call, start: Vec<u8>) -> Result<Self, StateError> {
        Ok(SameCall {
            start,
            groups: Groups::new(call).map_err(arithmetic)?,
            has: vec![],
        })
    }

    fn grow(&mut self, groups: usize) {
        if self.has.len() < groups {
            self.has.resize(groups, false);
            self.groups.grow(groups);
        }
    }

    /// Takes in states, each of one group.
    fn add(&mut self, states: &[Vec<ArrayRef>], groups: &[usize]) -> Result<(), StateError> {
        self.grow(groups.iter().max().map_or(0, |group| group + 1));
        for group in groups {
            self.has[*group] = true;
        }
        let columns = (0..states[0].len()).map(|column| {
            let of_states: Vec<&dyn Array> =
                states.iter().map(|state| state[column].as_ref()).collect();
            match of_states.as_slice() {
                [_] => Ok(states[0][column].clone()),
                several => concat(several).map_err(arithmetic),
            }
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        self.groups.merge(&columns, groups).map_err(arithmetic)
    }
}

impl Merged {
    /// Takes in states, each of one group; those of a group have to be of one kind.
    pub fn add<'a>(
        &mut self,
        states: impl Iterator<Item = (usize, &'a [u8])>,
    ) -> Result<(), StateError> {
        // Those that came one after the other and are of one kind go on together.
        let mut together: (usize, Vec<Vec<ArrayRef>>, Vec<usize>) = (0, vec![], vec![]);
        for (group, state) in states {
            let (call, columns) = parse(state)?;
            let kind = self.kind_of(call, group)?;
            if kind != together.0 && !together.1.is_empty() {
                let (of, states, groups) = std::mem::take(&mut together);
                self.kinds[of].add(&states, &groups)?;
            }
            together.0 = kind;
            together.1.push(columns);
            together.2.push(group);
        }
        let (of, states, groups) = together;
        match states.is_empty() {
            true => Ok(()),
            false => self.kinds[of].add(&states, &groups),
        }
    }

    fn kind_of(&mut self, call: Call, group: usize) -> Result<usize, StateError> {
        let start = start(&call);
        let is_other =
            |kind: &&SameCall| kind.start != start && kind.has.get(group).is_some_and(|has| *has);
        if let Some(other) = self.kinds.iter().find(is_other) {
            return Err(not_together(&call, other.groups.call()));
        }
        let known = self.kinds.iter().position(|kind| kind.start == start);
        let kind = match known {
            Some(kind) => kind,
            None => {
                self.kinds.push(SameCall::new(call, start)?);
                self.kinds.len() - 1
            }
        };
        let kind_of_group = &mut self.kinds[kind];
        kind_of_group.grow(group + 1);
        kind_of_group.has[group] = true;
        Ok(kind)
    }

    /// The bytes of the first groups; `None` for those without a state.
    pub fn bytes(&mut self, first: usize) -> Result<Vec<Option<Vec<u8>>>, StateError> {
        let mut bytes = vec![None; first];
        for kind in &mut self.kinds {
            kind.grow(first);
            let states = Unwritten::of(&mut kind.groups, first)?;
            for (group, bytes) in bytes.iter_mut().enumerate() {
                if kind.has[group] {
                    *bytes = Some(states.state(group)?);
                }
            }
        }
        Ok(bytes)
    }

    /// Forgets the first groups; the others move down.
    pub fn drop_first(&mut self, first: usize) -> Result<(), StateError> {
        for kind in &mut self.kinds {
            kind.grow(first);
            kind.has.drain(..first);
            kind.groups.drop_first(first).map_err(arithmetic)?;
        }
        self.kinds.retain(|kind| kind.has.contains(&true));
        Ok(())
    }

    /// The bytes of all groups from one on, merged into one state; `None` if they have none.
    pub fn bytes_of_all(&mut self, from: usize) -> Result<Option<Vec<u8>>, StateError> {
        let has_any = |kind: &SameCall| kind.has.iter().skip(from).any(|has| *has);
        let mut kinds = self.kinds.iter_mut().filter(|kind| has_any(kind));
        let Some(kind) = kinds.next() else {
            return Ok(None);
        };
        if let Some(other) = kinds.next() {
            return Err(not_together(other.groups.call(), kind.groups.call()));
        }
        let of: Vec<usize> = (0..kind.has.len())
            .map(|group| (group < from).into())
            .collect();
        let two = Coarser { of: &of, groups: 2 };
        let mut all = kind.groups.coarser(&two).map_err(arithmetic)?;
        Unwritten::of(&mut all, 1)?.state(0).map(Some)
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        let kinds = self
            .kinds
            .iter()
            .map(|kind| kind.start.capacity() + kind.groups.size() + kind.has.capacity());
        kinds.sum()
    }
}

fn not_together(one: &Call, other: &Call) -> StateError {
    StateError::NotTogether {
        one: header::words(one),
        other: header::words(other),
    }
}
