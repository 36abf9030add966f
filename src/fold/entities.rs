//! The entities of all groups, with what is folded from their rows.

use std::ops::Range;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use super::call::Call;
use super::lists::{EntityLists, FlatLists, contradiction, elements, lengths, list_type};
use super::table::{Pair, PairTable};
use super::tally::Tally;
use super::words::{Encoder, Words};
use super::{Encoders, EntityFold, encoder, encoder_mut, start};
use crate::define::{Grain, Outcome};

/// The entities that were seen, each in its group, and the state of every fold.
#[derive(Debug)]
pub struct Entities {
    /// The arguments that name an entity: one, or two.
    key: &'static [usize],
    outcomes: &'static [Outcome],
    encoders: Vec<Option<Encoder>>,
    table: PairTable,
    folds: Vec<Box<dyn EntityFold>>,
    /// The tally of the state as it is, once somebody has asked for it; see [`Entities::tally`].
    tally: Option<Tally>,
    /// Kept between batches for its allocation.
    ids: Vec<u32>,
}

impl Entities {
    /// None yet.
    pub fn new(call: &Call) -> Result<Self, ArrowError> {
        let Grain::Entity {
            entity,
            folds,
            outcomes,
            ..
        } = call.form.grain
        else {
            unreachable!("the caller has looked at the grain")
        };
        let evidence = match call.answer.is_audited() {
            true => super::evidence(call),
            false => None,
        };
        Ok(Entities {
            key: entity,
            outcomes,
            encoders: call.encoders()?,
            table: PairTable::default(),
            folds: folds
                .iter()
                .map(|fold| start(fold, call))
                .chain(evidence)
                .collect(),
            tally: None,
            ids: vec![],
        })
    }

    /// None yet of a second kind, which is only counted: the items of an argument.
    pub fn counted(call: &Call, item: &'static [usize]) -> Result<Self, ArrowError> {
        let mut encoders: Vec<_> = call.arg_types.iter().map(|_| None).collect();
        for arg in item {
            encoders[*arg] = Some(Encoder::ordered(&call.arg_types[*arg])?);
        }
        Ok(Entities {
            key: item,
            outcomes: &[],
            encoders,
            table: PairTable::default(),
            folds: vec![],
            tally: None,
            ids: vec![],
        })
    }

    /// Every entity: its group as the owner, and its id.
    pub fn pairs(&self) -> impl Iterator<Item = &Pair> {
        self.table.iter()
    }

    /// The encoder of an argument that a fold reads.
    pub fn encoder(&self, argument: usize) -> &Encoder {
        encoder(&self.encoders, argument)
    }

    /// What is kept of the entities for the sake of the standard error; the last fold.
    pub fn evidence(&self) -> &dyn EntityFold {
        let last = self.folds.last();
        last.expect("the caller asks where there is evidence")
            .as_ref()
    }

    /// The state of a fold.
    pub fn fold(&self, position: usize) -> &dyn EntityFold {
        self.folds[position].as_ref()
    }

    /// Takes in rows that all count, each of one group.
    pub fn update(&mut self, args: &[ArrayRef], groups: &[usize]) -> Result<(), ArrowError> {
        let columns = args
            .iter()
            .zip(&mut self.encoders)
            .map(|(array, encoder)| match encoder {
                Some(encoder) => encoder.encode(array),
                None => Ok(Words::none()),
            })
            .collect::<Result<Vec<_>, _>>()?;
        let known = self.table.len();
        self.ids.clear();
        let groups_of_rows = groups.iter().map(|group| *group as u32);
        // Two loops, because the one for a single argument is the hottest of all.
        if let [one] = *self.key {
            let words = columns[one].values.iter().copied();
            self.table
                .intern(groups_of_rows.zip(words), &mut self.ids)?;
        } else {
            let word = |row| key_of(self.key, |arg| columns[arg].values[row]);
            let words = (0..groups.len()).map(word);
            self.table
                .intern(groups_of_rows.zip(words), &mut self.ids)?;
        }
        for fold in &mut self.folds {
            fold.grow(self.table.len());
        }
        let touched = self.touched(groups);
        let mut tally = self.tally.take();
        if let Some(tally) = &mut tally {
            for (entity, group) in touched.iter().filter(|(id, _)| (*id as usize) < known) {
                tally.remove(*group, self.outcomes(*entity));
            }
        }
        for fold in &mut self.folds {
            fold.update(&self.ids, &columns, &self.encoders)?;
            fold.update_amounts(&self.ids, args)?;
        }
        if let Some(tally) = &mut tally {
            for (entity, group) in &touched {
                tally.grow(*group + 1);
                tally.add(*group, self.outcomes(*entity));
            }
        }
        self.tally = tally;
        Ok(())
    }

    /// The entities of the batch with their groups, each once, if there is a tally to carry on. A
    /// batch that is large beside the table drops the tally: counting anew is cheaper then.
    fn touched(&mut self, groups: &[usize]) -> Vec<(u32, usize)> {
        if self.ids.len() > 16 && self.ids.len() > self.table.len() / 8 {
            self.tally = None;
        }
        if self.tally.is_none() {
            return vec![];
        }
        let ids = self.ids.iter().copied();
        let mut touched: Vec<_> = ids.zip(groups.iter().copied()).collect();
        touched.sort_unstable();
        touched.dedup();
        touched
    }

    /// The outcomes of one entity so far.
    fn outcomes(&self, entity: u32) -> impl Iterator<Item = Option<i128>> {
        judge(self.outcomes, move |fold| self.folds[fold].outcome(entity))
    }

    /// The outcomes of all entities, counted by group.
    ///
    /// The first call looks at every entity. What it counted is kept and carried on by the updates
    /// after it, so that a window that asks after every row does not look at them all again.
    pub fn tally(&mut self, call: &Call, groups: usize) -> &mut Tally {
        if self.tally.is_none() {
            let mut tally = Tally::new(call, groups);
            let mut pairs = self.table.iter().peekable();
            while pairs.peek().is_some() {
                let chunk: Vec<&Pair> = pairs.by_ref().take(CHUNK).collect();
                let ids: Vec<u32> = chunk.iter().map(|pair| pair.id).collect();
                let folded: Vec<_> = self.folds.iter().map(|fold| fold.outcomes(&ids)).collect();
                for (row, pair) in chunk.iter().enumerate() {
                    let outcomes = judge(self.outcomes, |fold| folded[fold][row]);
                    tally.add(pair.owner as usize, outcomes);
                }
            }
            self.tally = Some(tally);
        }
        self.tally.as_mut().expect("it was just made")
    }

    /// Names and types of [`Entities::state`].
    pub fn state_types(&self) -> Vec<(&'static str, DataType)> {
        let keys = self
            .key
            .iter()
            .map(|arg| ("entity", encoder(&self.encoders, *arg).state_type()));
        let folds = self.folds.iter();
        keys.chain(folds.flat_map(|fold| fold.state_types(&self.encoders)))
            .map(|(name, element)| (name, list_type(element)))
            .collect()
    }

    /// What is known of the entities of some groups: one row per group, one list per column.
    pub fn state(&self, groups: Range<usize>) -> Vec<ArrayRef> {
        let lists = EntityLists::new(&self.table, groups);
        let mut state: Vec<ArrayRef> = (0..self.key.len())
            .map(|position| {
                let part = |word| match self.key.len() {
                    1 => word,
                    _ => halves(word)[position],
                };
                let encoder = encoder(&self.encoders, self.key[position]);
                lists.list(encoder.decode_state(lists.words().map(|word| Some(part(word)))))
            })
            .collect();
        for fold in &self.folds {
            state.extend(fold.state(&lists, &self.encoders));
        }
        state
    }

    /// Takes in a partial state, each row of one group. Returns how many columns of it were read.
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<usize, ArrowError> {
        self.tally = None;
        let lengths = lengths(&state[0]);
        let keys = self
            .key
            .iter()
            .zip(state)
            .map(|(arg, lists)| {
                encoder_mut(&mut self.encoders, *arg).encode_state(&elements(lists))
            })
            .collect::<Result<Vec<_>, _>>()?;
        if keys.iter().any(|words| words.nulls.is_some())
            || keys
                .iter()
                .any(|words| words.values.len() != keys[0].values.len())
        {
            return Err(contradiction("it has entities without a name"));
        }
        let owners = groups
            .iter()
            .zip(&lengths)
            .flat_map(|(group, length)| std::iter::repeat_n(*group as u32, *length));
        let words = (0..keys[0].values.len()).map(|i| match keys.as_slice() {
            [one] => one.values[i],
            keys => paired(keys[0].values[i], keys[1].values[i]),
        });
        self.ids.clear();
        self.table.intern(owners.zip(words), &mut self.ids)?;
        let mut used = self.key.len();
        for fold in &mut self.folds {
            fold.grow(self.table.len());
            let width = fold.state_types(&self.encoders).len();
            let merged = FlatLists::new(&state[used..used + width], &self.ids, &lengths);
            fold.merge(&merged, &mut self.encoders)?;
            used += width;
        }
        Ok(used)
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        let encoders = self.encoders.iter().flatten().map(Encoder::size);
        let folds = self.folds.iter().map(|fold| fold.size());
        encoders.sum::<usize>()
            + folds.sum::<usize>()
            + self.table.size()
            + self.tally.as_ref().map_or(0, Tally::size)
            + self.ids.capacity() * size_of::<u32>()
    }
}

/// How many entities are judged together, so that they wait for memory together.
const CHUNK: usize = 1024;

/// What counts of an entity in the end, made of the outcomes of its folds.
fn judge(
    outcomes: &'static [Outcome],
    of: impl Fn(usize) -> Option<i128>,
) -> impl Iterator<Item = Option<i128>> {
    outcomes.iter().map(move |outcome| match *outcome {
        Outcome::Of(fold) => of(fold),
        Outcome::Both(one, other) => Some((of(one) == Some(1) && of(other) == Some(1)).into()),
        Outcome::Where { when, is, then } => match of(when) == Some(is.into()) {
            true => of(then),
            false => None,
        },
    })
}

/// The outcomes of one entity, of which these are all rows.
pub fn outcomes_of(
    call: &Call,
    rows: usize,
    columns: &[Words],
    encoders: &Encoders,
) -> Result<Vec<Option<i128>>, ArrowError> {
    let Grain::Entity {
        folds, outcomes, ..
    } = call.form.grain
    else {
        unreachable!("the caller has looked at the grain")
    };
    let mut folds: Vec<_> = folds.iter().map(|fold| start(fold, call)).collect();
    for fold in &mut folds {
        fold.grow(1);
        fold.update(&vec![0; rows], columns, encoders)?;
    }
    Ok(judge(outcomes, |fold| folds[fold].outcome(0)).collect())
}

/// The word that names an entity: that of its one argument, or of both.
pub fn key_of(key: &[usize], word: impl Fn(usize) -> u64) -> u64 {
    match *key {
        [one] => word(one),
        _ => paired(word(key[0]), word(key[1])),
    }
}

/// Two dense words as one.
fn paired(first: u64, second: u64) -> u64 {
    first << 32 | second
}

fn halves(pair: u64) -> [u64; 2] {
    [pair >> 32, pair & u64::from(u32::MAX)]
}
