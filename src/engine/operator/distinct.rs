//! `count(DISTINCT x)` as the fold that it is: how many entities there are.

use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use crate::define::{
    Arg, Direction, Example, Family, Finish, Fold, Form, Grain, Kind, Knowledge, Kpi, Outcome, Unit,
};
use crate::engine::aggregate::function::KpiFunction;
use crate::fold::facts::call::{Call, Items, UnboundCall, Variant, plain_type};

/// SQL's own function in the words of a KPI. Nobody can call it; it has no page.
pub struct CountDistinct(Kpi);

pub static COUNT_DISTINCT: CountDistinct = CountDistinct(Kpi {
    name: "count",
    aliases: &[],
    family: Family::Penetration,
    summary: "How many distinct values there are.",
    unit: Unit::Number,
    nulls: "NULL is no value.",
    sources: &[],
    forms: &[Form {
        args: &[Arg {
            name: "value",
            kind: Kind::Entity,
            column: "value",
        }],
        formula: "the number of distinct values",
        sql: "count(DISTINCT value)",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::Exists],
            outcomes: &[Outcome::Of(0)],
        },
        finish: Finish::Count,
    }],
    example: Example {
        question: "",
        sql: "",
        answer: "",
    },
    direction: Direction::Neither,
    conventions: &[],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge::NONE,
});

impl CountDistinct {
    /// Whether values of these types are counted as SQL counts them: NaN is one to SQL, and none to a KPI.
    pub fn takes(&self, types: &[DataType]) -> bool {
        match types {
            [data_type] => Kind::Entity.takes(data_type) && !has_floats(data_type),
            _ => false,
        }
    }

    /// The function that errors name.
    pub fn function(&'static self) -> KpiFunction {
        KpiFunction {
            kpi: &self.0,
            variant: Variant::Value,
        }
    }

    /// The call with an argument of this type.
    pub fn call(&'static self, arg_types: Vec<DataType>) -> Result<Call> {
        let call = UnboundCall {
            kpi: &self.0,
            variant: Variant::Value,
            form: &self.0.forms[0],
            arg_types,
            items: Items::Here,
        };
        let bound = call.bind(None);
        bound.map_err(|error| self.function().error(error))
    }
}

/// Whether values are floating-point numbers, or have such.
fn has_floats(data_type: &DataType) -> bool {
    match plain_type(data_type) {
        DataType::Struct(fields) => fields.iter().any(|field| has_floats(field.data_type())),
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::ListView(field)
        | DataType::LargeListView(field)
        | DataType::FixedSizeList(field, _)
        | DataType::Map(field, _) => has_floats(field.data_type()),
        DataType::Union(_, _) => true,
        plain => plain.is_floating(),
    }
}
