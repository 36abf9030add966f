//! An accumulator that is watched: what its entities and items are, beside what it makes of them.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::utils::quote_identifier;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{CastExpr, Column};

use super::blanks;
use super::flags::may_be_flag as may_be_yes_or_no;
use super::met::{Counts, MetPlace, Role};
use super::scores::Scored;
use super::sql::in_sql;
use super::texts::{each_suspicious, each_text};
use super::told::Remarks;
use crate::define::Kind;
use crate::export_texts::{is_total, means_nothing};
use crate::fold::facts::call::Call;

/// More different texts than this of one column are not told apart.
const MOST_TEXTS: usize = 10;

/// The arguments of an accumulator that are looked at.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    remarks: Remarks,
    watched: Vec<Watched>,
    scored: Vec<Scored>,
    /// What has been looked at last: with several sets of keys, rows come once for each.
    last: Option<ArrayRef>,
}

#[derive(Debug, Clone)]
struct Watched {
    place: MetPlace,
    /// Where the argument stands, and those without which its row is ignored.
    argument: usize,
    entity: Vec<usize>,
    filter: Option<usize>,
    counts: Counts,
    /// Whether it has been told that there are other texts than a yes and a no.
    told_others: bool,
    /// Whether it has been told that there are texts without blanks.
    told_plain: bool,
}

impl Watch {
    /// Of no arguments yet.
    pub fn new(remarks: Remarks) -> Self {
        Watch {
            remarks,
            watched: vec![],
            scored: vec![],
            last: None,
        }
    }

    /// Looks at the texts of one call whose arguments stand in these places.
    pub fn call(
        &mut self,
        call: &Call,
        name: &str,
        places: &[usize],
        filter: Option<usize>,
        exprs: &[Arc<dyn PhysicalExpr>],
    ) {
        if !self.remarks.are_kept() {
            return;
        }
        let entity: Vec<_> = call.form.entity().iter().map(|arg| places[*arg]).collect();
        for ((arg, data_type), argument) in call.form.args.iter().zip(&call.arg_types).zip(places) {
            let may_be_flag = match arg.kind {
                Kind::Entity => false,
                Kind::Item => true,
                Kind::Score => {
                    let column = column(&exprs[*argument], arg.name);
                    self.scored
                        .extend(Scored::of(call, column, *argument, filter));
                    continue;
                }
                _ => continue,
            };
            // Programs make 1.0 and 0.0 of a 1, a 0 and a missing value.
            let is_watched = is_text(data_type)
                || may_be_flag && (data_type.is_numeric() || *data_type == DataType::Boolean);
            if !is_watched {
                continue;
            }
            let role = Role::Counted {
                noun: arg.name,
                may_be_flag,
            };
            // Another call has looked at the same rows.
            if self.watched.iter().any(|watched| {
                watched.place.role == role
                    && watched.argument == *argument
                    && watched.entity == entity
                    && watched.filter == filter
            }) {
                continue;
            }
            self.watched.push(Watched {
                place: MetPlace {
                    role,
                    column: column(&exprs[*argument], arg.name),
                    call: name.to_string(),
                },
                argument: *argument,
                entity: entity.clone(),
                filter,
                counts: Counts {
                    others: !may_be_flag,
                    ..Counts::default()
                },
                told_others: !may_be_flag,
                told_plain: false,
            });
        }
    }

    /// Looks at rows; those where `condition` is false or NULL are left out.
    pub fn look(&mut self, columns: &[ArrayRef], condition: Option<&BooleanArray>) {
        for scored in &mut self.scored {
            scored.look(columns, condition);
        }
        let Some(first) = self.watched.first() else {
            return;
        };
        let column = &columns[first.argument];
        if self
            .last
            .as_ref()
            .is_some_and(|last| Arc::ptr_eq(last, column))
        {
            return;
        }
        self.last = Some(Arc::clone(column));
        for watched in &mut self.watched {
            watched.look(columns, condition);
        }
    }

    /// Tells what has been found since the last time.
    pub fn tell(&mut self) {
        for scored in &mut self.scored {
            scored.tell(&self.remarks);
        }
        for watched in &mut self.watched {
            let counts = &mut watched.counts;
            let others = counts.others;
            let plain = counts.padded.any_plain;
            let is_news = others != watched.told_others || plain != watched.told_plain;
            let found = counts.flags > 0
                || counts.padded.rows > 0
                || !counts.nothing.is_empty()
                || !counts.totals.is_empty();
            if is_news || found || !counts.yes_no.is_empty() {
                self.remarks.add(&watched.place, std::mem::take(counts));
                counts.others = others;
                counts.padded.any_plain = plain;
                watched.told_others = others;
                watched.told_plain = plain;
            }
        }
    }

    /// The same arguments, of which nothing has been seen.
    pub fn emptied(&self) -> Self {
        let emptied = |watched: &Watched| {
            let is_item = matches!(
                watched.place.role,
                Role::Counted {
                    may_be_flag: true,
                    ..
                }
            );
            Watched {
                counts: Counts {
                    others: !is_item,
                    ..Counts::default()
                },
                told_others: !is_item,
                told_plain: false,
                ..watched.clone()
            }
        };
        Watch {
            remarks: self.remarks.clone(),
            watched: self.watched.iter().map(emptied).collect(),
            scored: self.scored.iter().map(Scored::emptied).collect(),
            last: None,
        }
    }
}

impl Watched {
    fn look(&mut self, columns: &[ArrayRef], condition: Option<&BooleanArray>) {
        let counts = |row: usize| {
            let is_true = |flags: &BooleanArray| flags.is_valid(row) && flags.value(row);
            condition.is_none_or(is_true)
                && self
                    .filter
                    .is_none_or(|filter| is_true(columns[filter].as_boolean()))
                && self
                    .entity
                    .iter()
                    .all(|entity| columns[*entity].is_valid(row))
        };
        let column = &columns[self.argument];
        let Counts {
            nothing,
            totals,
            yes_no,
            numbers,
            others,
            padded,
            flags,
            ..
        } = &mut self.counts;
        if *column.data_type() == DataType::Boolean {
            let rows = (0..column.len()).filter(|row| column.is_valid(*row) && counts(*row));
            *flags += rows.count() as u64;
            return;
        }
        let mut any_plain_of_unicode = false;
        let may_be_flag = matches!(
            self.place.role,
            Role::Counted {
                may_be_flag: true,
                ..
            }
        );
        *numbers = column.data_type().is_numeric();
        let mut any_plain = each_suspicious(column, &mut |row, text, ends| {
            if ends.may_mean_nothing() && means_nothing(text.as_bytes()) && counts(row) {
                count(nothing, text);
            }
            if !may_be_flag && ends.may_be_total() && is_total(text) && counts(row) {
                count(totals, text);
            }
            if ends.may_be_blank() {
                let blanks = blanks::around(text);
                any_plain_of_unicode |= blanks == blanks::Around::None;
                // Nothing but blanks is no text with blanks around it.
                let is_padded = !matches!(blanks, blanks::Around::None | blanks::Around::All);
                if is_padded && counts(row) {
                    padded.rows += 1;
                    padded.others |= blanks == blanks::Around::Others;
                    if padded.example.is_empty() {
                        padded.example = text.to_string();
                    }
                }
            }
        });
        any_plain |= any_plain_of_unicode;
        padded.any_plain |= any_plain;
        if !*others {
            *others = !each_text(column, &mut |row, text| {
                let is_flag = may_be_yes_or_no(text);
                if is_flag && counts(row) {
                    count(yes_no, text);
                }
                is_flag || means_nothing(text.as_bytes()) || !counts(row)
            });
            if *others {
                yes_no.clear();
            }
        }
    }
}

fn count(counts: &mut std::collections::BTreeMap<String, u64>, text: &str) {
    if let Some(rows) = counts.get_mut(text) {
        *rows += 1;
    } else if counts.len() < MOST_TEXTS {
        counts.insert(text.to_string(), 1);
    }
}

fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

/// The column, or the expression, in the words of the query; columns that an optimizer made up have the argument's name.
fn column(expr: &Arc<dyn PhysicalExpr>, name: &str) -> String {
    if let Some(cast) = expr.downcast_ref::<CastExpr>() {
        return column(cast.expr(), name);
    }
    match expr.downcast_ref::<Column>() {
        Some(column) if column.name().starts_with("__") => name.to_string(),
        Some(column) => quote_identifier(column.name()).into_owned(),
        None => in_sql(expr),
    }
}
