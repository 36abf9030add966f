//! The state behind a sliding window, whose rows come and leave again.
//!
//! The rows of the frame are kept entity by entity. When one comes or leaves, the outcome of its
//! entity alone is folded again, by the same code that GROUP BY uses: there is one definition of
//! each fold, and a row costs what its own entity costs.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::{concat, filter};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use crate::define::{Counted, Fold, Grain, MadeOf, Outcome};
use crate::fold::entity::entities::outcomes_of;
use crate::fold::facts::call::Call;
use crate::fold::facts::masks::rows_that_count;
use crate::fold::facts::missing::{check_finite, without_nan};
use crate::fold::keys::arguments::encoders;
use crate::fold::keys::directory::{key_of, name_encoder};
use crate::fold::keys::encoder::{Codes, SharedEncoder};
use crate::fold::run::groups::Groups;
use crate::fold::sum::change::Change;
use crate::fold::sum::rows;
use crate::fold::sum::tally::Tally;
use crate::fold::sum::totals::Totals;
use crate::fold::value::finish;

/// The rows in a window frame, and their value.
#[derive(Debug)]
pub enum Frame {
    /// Outcomes that are counted and added up are corrected entity by entity.
    Tracked(Box<Tracked>),
    /// For all else the rows are kept, and grouped anew when the value is asked for.
    Kept {
        /// What is asked for.
        call: Call,
        /// The arguments of the rows, batch by batch, oldest first.
        rows: VecDeque<Vec<ArrayRef>>,
    },
}

impl Frame {
    /// An empty frame.
    pub fn new(call: Call) -> Result<Self, ArrowError> {
        match call.form.finish.made_of() {
            MadeOf::Counted(finish) if !call.variant.is_audited() => {
                Ok(Frame::Tracked(Box::new(Tracked::new(call, finish)?)))
            }
            MadeOf::Counted(_) | MadeOf::Sought(_) => {
                let rows = VecDeque::new();
                Ok(Frame::Kept { call, rows })
            }
        }
    }

    /// Lets rows come into the frame, or the oldest rows leave it.
    pub fn update(&mut self, args: &[ArrayRef], change: Change) -> Result<(), ArrowError> {
        let rows = match self {
            Frame::Tracked(tracked) => return tracked.update(args, change),
            Frame::Kept { rows, .. } => rows,
        };
        if change == Change::Add {
            rows.push_back(args.to_vec());
            return pack(rows);
        }
        let mut leaving = args[0].len();
        while let Some(oldest) = rows.front_mut().filter(|_| leaving > 0) {
            let length = oldest[0].len();
            if length <= leaving {
                leaving -= length;
                rows.pop_front();
            } else {
                for arg in oldest {
                    *arg = arg.slice(leaving, length - leaving);
                }
                leaving = 0;
            }
        }
        Ok(())
    }

    /// What the rows in the frame amount to.
    pub fn current(&self) -> Result<Current, ArrowError> {
        match self {
            Frame::Tracked(tracked) => tracked.value().map(Current::Value),
            Frame::Kept { call, rows } => {
                let mut groups = Groups::new(call.clone())?;
                groups.grow(1);
                for args in rows {
                    groups.update(args, &vec![0; args[0].len()], None)?;
                }
                Ok(Current::Group(Box::new(groups)))
            }
        }
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        match self {
            Frame::Tracked(tracked) => tracked.size(),
            Frame::Kept { rows, .. } => {
                let args = rows.iter().flatten();
                args.map(|arg| arg.get_array_memory_size()).sum()
            }
        }
    }
}

/// Puts the newest batches together, so that few are left: a window brings rows one at a time, and a batch costs more than
/// a row. Each is longer than the next, as the digits of a binary number are worth more, so a row is copied a few times.
fn pack(rows: &mut VecDeque<Vec<ArrayRef>>) -> Result<(), ArrowError> {
    while let [.., one, next] = rows.make_contiguous()
        && one[0].len() <= next[0].len()
    {
        let both = one.iter().zip(next.iter());
        let both = both.map(|(one, next)| concat(&[one, next]).map(without_slack));
        let both = both.collect::<Result<_, _>>()?;
        rows.truncate(rows.len() - 2);
        rows.push_back(both);
    }
    Ok(())
}

/// Views of texts keep alive what each of them was cut from.
fn without_slack(array: ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Utf8View => Arc::new(array.as_string_view().gc()),
        DataType::BinaryView => Arc::new(array.as_binary_view().gc()),
        _ => array,
    }
}

/// What a frame amounts to at the moment.
#[derive(Debug)]
pub enum Current {
    /// Its value, as an array of one row.
    Value(ArrayRef),
    /// Its rows as a group.
    Group(Box<Groups>),
}

/// The rows by entity, and what they amount to.
#[derive(Debug)]
pub struct Tracked {
    call: Call,
    finish: Counted,
    encoders: Vec<Option<SharedEncoder>>,
    entities: HashMap<u64, Entity>,
    tally: Tally,
    totals: Totals,
    /// How many rows the frame holds for entities, to tell its size.
    rows: usize,
}

/// The folds of a form, and what of their outcomes counts.
type Judged = (&'static [Fold], &'static [Outcome]);

/// The rows of one entity, oldest first, and what they amount to.
#[derive(Debug, Default)]
struct Entity {
    rows: VecDeque<Vec<Option<u64>>>,
    outcomes: Vec<Option<i128>>,
}

impl Tracked {
    fn new(call: Call, finish: Counted) -> Result<Self, ArrowError> {
        let mut totals = Totals::new(&call)?;
        totals.grow(1);
        let mut encoders = encoders(&call)?;
        for arg in call.key() {
            encoders[*arg] = Some(name_encoder(&call, *arg)?.into());
        }
        Ok(Tracked {
            encoders,
            entities: HashMap::new(),
            tally: Tally::new(&call, 1),
            totals,
            rows: 0,
            call,
            finish,
        })
    }

    fn update(&mut self, args: &[ArrayRef], change: Change) -> Result<(), ArrowError> {
        let args = &*without_nan(args)?;
        match self.call.form.grain {
            Grain::Row(fold) => {
                check_finite(&self.call, args)?;
                for outcome in rows::outcomes(&fold, &self.call, args)? {
                    match change {
                        Change::Add => self.tally.add(0, [outcome]),
                        Change::Remove => self.tally.remove(0, [outcome]),
                    }
                }
                self.totals.update(args, &vec![0; args[0].len()], change)
            }
            Grain::Entity {
                entity,
                folds,
                outcomes,
                ..
            } => {
                let args = match rows_that_count(args, &self.call.required(), None)? {
                    None => args.to_vec(),
                    Some(mask) => args
                        .iter()
                        .map(|arg| filter(arg, &mask))
                        .collect::<Result<_, _>>()?,
                };
                check_finite(&self.call, &args)?;
                self.update_entities(&args, entity, (folds, outcomes), change)
            }
        }
    }

    fn update_entities(
        &mut self,
        args: &[ArrayRef],
        key: &[usize],
        judged: Judged,
        change: Change,
    ) -> Result<(), ArrowError> {
        let rows = args[key[0]].len();
        self.totals.update(args, &vec![0; rows], change)?;
        let columns = args
            .iter()
            .zip(&self.encoders)
            .map(|(array, encoder)| match encoder {
                Some(encoder) => encoder.write().encode(array).map(Some),
                None => Ok(None),
            })
            .collect::<Result<Vec<_>, _>>()?;
        let codes = |row: usize| -> Vec<Option<u64>> {
            let column = |codes: &Option<Codes>| codes.as_ref().and_then(|codes| codes.get(row));
            columns.iter().map(column).collect()
        };
        let mut touched = vec![];
        for row in 0..rows {
            let row = codes(row);
            let code = key_of(key, |arg| {
                row[arg].expect("rows without an entity were left out")
            });
            touched.push(code);
            let known = self.entities.entry(code).or_default();
            match change {
                Change::Add => {
                    known.rows.push_back(row);
                    self.rows += 1;
                }
                Change::Remove => {
                    let left = known.rows.pop_front();
                    debug_assert_eq!(left, Some(row), "rows leave a frame in the order they came");
                    self.rows -= 1;
                }
            }
        }
        touched.sort_unstable();
        touched.dedup();
        touched
            .into_iter()
            .try_for_each(|code| self.fold_again(code, judged))
    }

    /// Brings an entity's outcome, and the tally, up to date with its rows.
    fn fold_again(&mut self, code: u64, judged: Judged) -> Result<(), ArrowError> {
        let entity = self
            .entities
            .get_mut(&code)
            .expect("an entity stays until its last row has left");
        self.tally.remove(0, entity.outcomes.drain(..));
        if entity.rows.is_empty() {
            self.entities.remove(&code);
            return Ok(());
        }
        let columns: Vec<Codes> = (0..self.encoders.len())
            .map(|arg| entity.rows.iter().map(|row| row[arg]).collect())
            .collect();
        entity.outcomes = outcomes_of(
            &self.call,
            judged,
            entity.rows.len(),
            &columns,
            &self.encoders,
        )?;
        self.tally.add(0, entity.outcomes.iter().copied());
        Ok(())
    }

    fn value(&self) -> Result<ArrayRef, ArrowError> {
        finish::values(&self.call, self.finish, &self.tally, 1, &self.totals)
    }

    fn size(&self) -> usize {
        let codes = self.encoders.len() * size_of::<Option<u64>>();
        let encoders = self.encoders.iter().flatten().map(SharedEncoder::size);
        encoders.sum::<usize>()
            + self.entities.capacity() * (size_of::<u64>() + size_of::<Entity>())
            + self.rows * (size_of::<Vec<Option<u64>>>() + codes)
            + self.tally.size()
            + self.totals.size()
    }
}
