//! Which form of a KPI a call means, judged by its argument types.

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::error::{DataFusionError, Result};

use super::advice::{GivenArgument, call_that_works, of_made_up};
use super::function::KpiFunction;
use crate::define::{Arg, Form, Kind, Kpi};
use crate::engine::call_docs::wrong_count;
use crate::engine::confidence;

/// The first form that takes arguments of these types. The confidence that a plan has put behind them is of no form.
pub fn form_for(function: KpiFunction, types: &[DataType]) -> Result<&'static Form> {
    let given = confidence::types_before(types)
        .iter()
        .map(|data_type| GivenArgument {
            data_type,
            column: None,
        });
    form_of(function, &given.collect::<Vec<_>>())
}

/// The same of arguments with names, which are then in what is said of them.
pub(super) fn form_for_fields(function: KpiFunction, fields: &[FieldRef]) -> Result<&'static Form> {
    let is_given = |field: &&FieldRef| !confidence::is_confidence(field.data_type());
    let given = fields.iter().filter(is_given).map(|field| GivenArgument {
        data_type: field.data_type(),
        column: Some(field.name().as_str()).filter(|name| can_be_a_column(name)),
    });
    form_of(function, &given.collect::<Vec<_>>())
}

/// What is no column has a name as well, made of all that it is.
fn can_be_a_column(name: &str) -> bool {
    let is_plain = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ' ';
    name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
        && name.chars().all(is_plain)
        && !name.starts_with("CASE ")
}

fn form_of(function: KpiFunction, given: &[GivenArgument]) -> Result<&'static Form> {
    let forms = function.kpi.forms.iter();
    forms
        .filter(|form| form.args.len() == given.len())
        .find(|form| misfit(form, given).is_none())
        .ok_or_else(|| DataFusionError::Plan(complaint(function, given)))
}

/// The position of the first argument whose type its form does not take.
fn misfit(form: &Form, given: &[GivenArgument]) -> Option<usize> {
    form.args
        .iter()
        .zip(given)
        .position(|(arg, given)| !arg.kind.takes(given.data_type))
}

/// What is wrong with a call that fits no form, and a call that would work.
fn complaint(function: KpiFunction, given: &[GivenArgument]) -> String {
    let (name, kpi) = (function.name(), function.kpi);
    let same_length = kpi.forms.iter().filter(|f| f.args.len() == given.len());
    // The form that fits furthest is most likely the one that was meant.
    let closest = same_length
        .filter_map(|form| Some((form, misfit(form, given)?)))
        .reduce(|best, next| if next.1 > best.1 { next } else { best });
    let Some((form, position)) = closest else {
        let signatures: Vec<_> = kpi.forms.iter().map(|f| f.signature(&name)).collect();
        let example = kpi.forms[0].sample_call(&name);
        return wrong_count(&name, given.len(), &signatures.join(" or "), &example);
    };
    let arg = &form.args[position];
    let expected = match longer_form(kpi, form, given, position) {
        None => arg.kind.in_detail().to_string(),
        // Why a text does not rank is worth more than another form.
        Some(_) if arg.kind == Kind::Tier => arg.kind.in_detail().to_string(),
        Some(longer) => {
            let rest: Vec<_> = (position + 1..longer.args.len())
                .map(|i| format!("{} as argument {}", longer.args[i].noun(), i + 1))
                .collect();
            format!(
                "{}, or {} with {}",
                arg.noun(),
                longer.args[position].noun(),
                rest.join(" and ")
            )
        }
    };
    format!(
        "{name}: argument {} must be {expected}; got {}. Example: {}{}",
        position + 1,
        given[position].data_type,
        call_that_works(function, form, given),
        of_made_up(form, given),
    )
}

/// The shortest form with more arguments that has something else in the place of the one that did not fit.
fn longer_form<'a>(
    kpi: &'a Kpi,
    closest: &Form,
    given: &[GivenArgument],
    position: usize,
) -> Option<&'a Form> {
    kpi.forms
        .iter()
        .filter(|form| form.args.len() > given.len())
        .filter(|form| misfit(form, &given[..position]).is_none())
        .filter(|form| form.args[position].kind != closest.args[position].kind)
        .min_by_key(|form| form.args.len())
}

impl Arg {
    /// What it is, in a few words.
    fn noun(&self) -> String {
        match self.kind {
            Kind::Flag => "a BOOLEAN flag".into(),
            Kind::Time | Kind::Date => "a time".into(),
            Kind::AtLeast => "a whole number".into(),
            Kind::Years => "a number of years".into(),
            Kind::Entity | Kind::Item | Kind::Tier | Kind::Amount | Kind::Score => {
                let vowel = self.name.starts_with(['a', 'e', 'i', 'o']);
                let article = if vowel { "an" } else { "a" };
                format!("{article} {}", self.name.replace('_', " "))
            }
        }
    }
}

impl Kind {
    /// What it is, with the types that it takes.
    pub fn in_detail(self) -> &'static str {
        match self {
            Kind::Entity => "a customer or another entity: any type that GROUP BY accepts",
            Kind::Item => "a product or another item: any type that GROUP BY accepts",
            Kind::Flag => "a BOOLEAN flag, such as a column or a comparison",
            Kind::Time | Kind::Date => {
                "a time, of type DATE or TIMESTAMP (a text can be CAST to one)"
            }
            Kind::Tier => {
                "a tier that ranks: a number, a date, a timestamp or a BOOLEAN (rank plan names with CASE)"
            }
            Kind::Amount => "an amount, of any number type",
            Kind::Score => "a score, of any number type",
            Kind::AtLeast => "a whole number of at least 1, written out",
            Kind::Years => "a number of years above 0, written out",
        }
    }
}
