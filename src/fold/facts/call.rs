//! One call of a form: the facts that are known when a query is planned, and what follows from them.

use std::ops::Deref;

use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::arrow::error::ArrowError;

use crate::define::{Count, Form, Grain, Kind, Kpi, RowFold, Sought};
use crate::statistics::Confidence;

/// The unit of [`RowFold::TimeBetween`], fine enough for every type of time.
pub const NANOSECONDS_PER_DAY: i128 = 86_400_000_000_000;

/// What a call asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Variant {
    /// The value alone.
    Value,
    /// The value with what it was made of, and how sure it is; see [`crate::fold::value::parts`].
    Parts,
    /// All that is known of the rows, to be merged with that of others and finished later.
    State,
}

impl Variant {
    /// Whether more has to be known of the rows than the value needs.
    pub fn is_audited(self) -> bool {
        self != Variant::Value
    }
}

/// A form with the types of its arguments: what is known of a call before the argument that is written out in it, such as the
/// number of years in `clv`, has its value. Columns and types of states depend on no more.
#[derive(Debug, Clone)]
pub struct UnboundCall {
    /// Of which KPI.
    pub kpi: &'static Kpi,
    /// What is asked for.
    pub variant: Variant,
    /// Which argument list.
    pub form: &'static Form,
    /// The types of the arguments.
    pub arg_types: Vec<DataType>,
    /// Where the items are counted that a form divides by its entities.
    pub items: Items,
}

/// Who counts the distinct items of a [`Finish::DistinctPerEntity`](crate::define::Finish::DistinctPerEntity). Two entities may have an item in common, so the groups
/// of two partitions are added up only where rows are together by item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Items {
    /// The call itself, which hands on their names.
    Here,
    /// Another call, whose entities they are.
    Elsewhere,
}

/// A call of which all is known: a form together with the facts of one call of it.
#[derive(Debug, Clone)]
pub struct Call {
    unbound: UnboundCall,
    literal: Option<f64>,
    confidence: Confidence,
}

impl Deref for Call {
    type Target = UnboundCall;

    fn deref(&self) -> &UnboundCall {
        &self.unbound
    }
}

impl Call {
    /// The value of the argument that is written out, if the form has one.
    pub fn written(&self) -> Option<f64> {
        self.literal
    }

    /// What the intervals of its parts are to cover.
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// The same call with intervals that cover something else.
    pub fn with_confidence(self, confidence: Confidence) -> Call {
        Call { confidence, ..self }
    }

    /// The same call with other types, such as those in which a state has its arguments.
    pub fn with_types(&self, arg_types: Vec<DataType>) -> Call {
        let mut call = self.clone();
        call.unbound.arg_types = arg_types;
        call
    }

    /// The same call, asked for something else.
    pub fn asked_for(mut self, variant: Variant) -> Call {
        self.unbound.variant = variant;
        self
    }

    /// Leaves it to another call to count items.
    pub fn count_elsewhere(&mut self) {
        self.unbound.items = Items::Elsewhere;
    }

    /// The number that a declaration gives, or this call.
    pub(in crate::fold) fn count(&self, count: Count) -> u32 {
        match count {
            Count::Fixed(count) => count,
            // As large as it gets, if it is larger: nobody has more items than that.
            Count::Argument(_) => self.literal() as u32,
        }
    }

    /// The argument that is written out in the call. Only folds and finishes ask that name such an argument, and a form with
    /// one is bound with its value.
    pub(in crate::fold) fn literal(&self) -> f64 {
        self.literal.expect("it is bound with a value")
    }
}

impl UnboundCall {
    /// The call with the value of the argument that is written out.
    ///
    /// # Errors
    /// A value for a form without such an argument, or none for one that has it.
    pub fn bind(self, literal: Option<f64>) -> Result<Call, ArrowError> {
        let is_asked = self.form.args.iter().any(|arg| arg.kind.is_literal());
        if is_asked != literal.is_some() {
            return Err(ArrowError::InvalidArgumentError(format!(
                "{} is called with {literal:?} for the argument that is written out",
                self.kpi.signature(self.form)
            )));
        }
        Ok(Call {
            unbound: self,
            literal,
            confidence: Confidence::default(),
        })
    }

    /// The argument whose items the call counts beside its entities.
    pub fn counted_items(&self) -> Option<usize> {
        self.divides_items().filter(|_| self.items == Items::Here)
    }

    /// The argument whose distinct items are divided by the entities.
    pub(in crate::fold) fn divides_items(&self) -> Option<usize> {
        match self.form.finish.sought()? {
            Sought::Presence(item) => Some(item),
            Sought::Items(_)
            | Sought::Change { .. }
            | Sought::Dates { .. }
            | Sought::Outside { .. } => None,
        }
    }

    /// How many outcomes a row or an entity has.
    pub(in crate::fold) fn outcomes(&self) -> usize {
        match self.form.grain {
            Grain::Row(_) => 1,
            Grain::Entity { outcomes, .. } => outcomes.len(),
        }
    }

    /// The arguments without which a row does not count.
    pub fn required(&self) -> Vec<usize> {
        [self.key(), self.needs()].concat()
    }

    /// The arguments that name the entity, if what is judged is not a row.
    pub fn key(&self) -> &'static [usize] {
        self.form.entity()
    }

    /// The arguments without which a row does not count even for its entity's existence.
    pub fn needs(&self) -> &'static [usize] {
        match self.form.grain {
            Grain::Row(_) => &[],
            Grain::Entity { needs, .. } => needs,
        }
    }

    /// How many units of the outcomes, which are time spans, make a day.
    pub(in crate::fold) fn ticks_per_day(&self) -> f64 {
        if let Grain::Row(RowFold::TimeBetween { .. }) = self.form.grain {
            return NANOSECONDS_PER_DAY as f64;
        }
        let times = self.form.args.iter().map(|arg| arg.kind);
        let time = times
            .zip(&self.arg_types)
            .find(|(kind, _)| *kind == Kind::Time)
            .map(|(_, data_type)| plain_type(data_type));
        match time {
            Some(DataType::Timestamp(TimeUnit::Second, _)) => 86_400.0,
            Some(DataType::Timestamp(TimeUnit::Millisecond, _) | DataType::Date64) => 86_400e3,
            Some(DataType::Timestamp(TimeUnit::Microsecond, _)) => 86_400e6,
            Some(DataType::Timestamp(TimeUnit::Nanosecond, _)) => 86_400e9,
            _ => 1.0,
        }
    }
}

/// The type of the values of a dictionary or run-end array; any other type itself.
pub fn plain_type(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Dictionary(_, values) => plain_type(values),
        DataType::RunEndEncoded(_, values) => plain_type(values.data_type()),
        plain => plain,
    }
}

impl Kind {
    /// Whether an argument may have this type. NULL is taken for anything.
    pub fn takes(self, data_type: &DataType) -> bool {
        let data_type = plain_type(data_type);
        if *data_type == DataType::Null {
            return true;
        }
        match self {
            Kind::Entity | Kind::Item => {
                !matches!(data_type, DataType::Map(_, _) | DataType::Union(_, _))
            }
            Kind::Flag => *data_type == DataType::Boolean,
            Kind::Time | Kind::Date => matches!(
                data_type,
                DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, _)
            ),
            // Texts and bytes order by their letters, which says nothing of what they mean.
            Kind::Tier => {
                data_type.is_numeric()
                    || matches!(
                        data_type,
                        DataType::Boolean
                            | DataType::Date32
                            | DataType::Date64
                            | DataType::Timestamp(_, _)
                    )
            }
            Kind::Amount | Kind::Score | Kind::Years => data_type.is_numeric(),
            Kind::AtLeast => data_type.is_integer(),
        }
    }
}
