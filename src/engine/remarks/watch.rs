//! An accumulator that is watched: what its entities and items are, beside what it makes of them.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::common::utils::quote_identifier;
use datafusion::error::Result;
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{CastExpr, Column};

use super::{Counts, Place, Remarks, Role, in_words};
use crate::define::Kind;
use crate::engine::aggregate::accumulate::Accumulate;
use crate::export_texts::{is_total, may_be_total, may_mean_nothing, means_nothing};
use crate::fold::call::Call;

/// More different texts than this of one column are not told apart.
const MOST_TEXTS: usize = 10;

const YES: &[&str] = &[
    "yes", "y", "true", "t", "on", "ja", "j", "oui", "o", "si", "sí", "s", "sim", "wahr", "vrai",
    "x", "1", "active",
];
const NO: &[&str] = &[
    "no", "n", "false", "f", "off", "nein", "non", "não", "nao", "falsch", "faux", "0", "inactive",
];

/// Whether a text is a yes.
pub fn is_yes(text: &str) -> bool {
    is_one_of(YES, text)
}

fn is_yes_or_no(text: &str) -> bool {
    is_yes(text) || is_one_of(NO, text)
}

fn is_one_of(words: &[&str], text: &str) -> bool {
    // The longest word has eight bytes.
    text.len() <= 8 && words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The arguments of an accumulator that are looked at.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    remarks: Remarks,
    watched: Vec<Watched>,
    /// What has been looked at last: with several sets of keys, rows come once for each.
    last: Option<ArrayRef>,
}

#[derive(Debug, Clone)]
struct Watched {
    place: Place,
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
        args: &AccumulatorArgs,
    ) {
        if !self.remarks.are_kept() {
            return;
        }
        let entity: Vec<_> = call.form.entity().iter().map(|arg| places[*arg]).collect();
        for ((arg, data_type), argument) in call.form.args.iter().zip(&call.arg_types).zip(places) {
            let may_be_flag = match arg.kind {
                Kind::Entity => false,
                Kind::Item => true,
                _ => continue,
            };
            let is_watched = is_text(data_type) || may_be_flag && data_type.is_integer();
            if !is_watched {
                continue;
            }
            self.watched.push(Watched {
                place: Place {
                    role: Role::Counted {
                        noun: arg.name,
                        may_be_flag,
                    },
                    column: column(&args.exprs[*argument], arg.name),
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
        for watched in &mut self.watched {
            let counts = &mut watched.counts;
            let others = counts.others;
            let plain = counts.padded.any_plain;
            let is_news = others != watched.told_others || plain != watched.told_plain;
            let found =
                counts.padded.rows > 0 || !counts.nothing.is_empty() || !counts.totals.is_empty();
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
    fn emptied(&self) -> Self {
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
            others,
            padded,
            ..
        } = &mut self.counts;
        each_suspicious(column, &mut |row, text| {
            if counts(row) {
                count(nothing, text);
            }
        });
        if matches!(
            self.place.role,
            Role::Counted {
                may_be_flag: false,
                ..
            }
        ) {
            each_total(column, &mut |row, text| {
                if counts(row) {
                    count(totals, text);
                }
            });
        }
        padded.any_plain |= each_padded(column, &mut |row, text| {
            if counts(row) {
                padded.rows += 1;
                if padded.example.is_empty() {
                    padded.example = text.to_string();
                }
            }
        });
        if !*others {
            *others = !each_text(column, &mut |row, text| {
                let is_flag = is_yes_or_no(text);
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
        None => in_words(expr),
    }
}

/// The rows whose text means nothing.
fn each_suspicious(column: &ArrayRef, visit: &mut dyn FnMut(usize, &str)) {
    let mut look = |row: usize, text: &str| {
        if means_nothing(text.as_bytes()) {
            visit(row, text);
        }
    };
    match column.data_type() {
        DataType::Utf8View => {
            let texts = column.as_string_view();
            for (row, view) in texts.views().iter().enumerate() {
                // The lowest four bytes of a view are its length, the next four its first bytes.
                let (length, first) = (*view as u32, (*view >> 32) as u8);
                if (length == 0 || may_mean_nothing(first)) && texts.is_valid(row) {
                    look(row, texts.value(row));
                }
            }
        }
        DataType::Utf8 => each_of(column.as_string::<i32>(), look),
        DataType::LargeUtf8 => each_of(column.as_string::<i64>(), look),
        DataType::Dictionary(_, _) => {
            let dictionary = column.as_any_dictionary();
            let mut suspicious = vec![];
            each_suspicious(dictionary.values(), &mut |value, text| {
                suspicious.push((value, text.to_string()));
            });
            if suspicious.is_empty() {
                return;
            }
            for (row, key) in dictionary.normalized_keys().into_iter().enumerate() {
                let found = suspicious.iter().find(|(value, _)| *value == key);
                if let Some((_, text)) = found.filter(|_| column.is_valid(row)) {
                    look(row, text);
                }
            }
        }
        _ => {}
    }
}

/// The rows whose text is the name of a line of sums.
fn each_total(column: &ArrayRef, visit: &mut dyn FnMut(usize, &str)) {
    let look = |row: usize, text: &str| {
        if is_total(text) {
            visit(row, text);
        }
    };
    each_with_ends(column, &may_be_total, look);
}

/// The rows whose text begins and ends with bytes that are asked for.
fn each_with_ends(
    column: &ArrayRef,
    is_wanted: &dyn Fn(u8, u8) -> bool,
    mut look: impl FnMut(usize, &str),
) {
    let mut each = |row: usize, text: &str| {
        if let [first, .., last] = text.as_bytes()
            && is_wanted(*first, *last)
        {
            look(row, text);
        }
    };
    match column.data_type() {
        DataType::Utf8View => {
            let texts = column.as_string_view();
            for (row, view) in texts.views().iter().enumerate() {
                let (length, first) = (*view as u32, (*view >> 32) as u8);
                let last = match length {
                    0 | 1 => continue,
                    // Short texts stand in their views.
                    2..=12 => (*view >> (24 + 8 * length)) as u8,
                    _ => texts.value(row).as_bytes()[length as usize - 1],
                };
                if is_wanted(first, last) && texts.is_valid(row) {
                    each(row, texts.value(row));
                }
            }
        }
        DataType::Utf8 => each_valid(column.as_string::<i32>(), each),
        DataType::LargeUtf8 => each_valid(column.as_string::<i64>(), each),
        DataType::Dictionary(_, _) => {
            let dictionary = column.as_any_dictionary();
            let mut wanted = vec![];
            each_text(dictionary.values(), &mut |value, text| {
                if let [first, .., last] = text.as_bytes()
                    && is_wanted(*first, *last)
                {
                    wanted.push((value, text.to_string()));
                }
                true
            });
            if wanted.is_empty() {
                return;
            }
            for (row, key) in dictionary.normalized_keys().into_iter().enumerate() {
                let found = wanted.iter().find(|(value, _)| *value == key);
                if let Some((_, text)) = found.filter(|_| column.is_valid(row)) {
                    each(row, text);
                }
            }
        }
        _ => {}
    }
}

/// The rows whose text has blanks around it; says whether there are others.
fn each_padded(column: &ArrayRef, visit: &mut dyn FnMut(usize, &str)) -> bool {
    let is_blank = |byte: u8| byte.is_ascii_whitespace();
    let mut any_plain = false;
    let mut look = |row: usize, text: &str| {
        let bytes = text.as_bytes();
        let ends = [bytes.first(), bytes.last()];
        let is_padded = ends.into_iter().flatten().any(|byte| is_blank(*byte));
        // Nothing but blanks is no text with blanks around it.
        if is_padded && !text.trim_ascii().is_empty() {
            visit(row, text);
        } else {
            any_plain |= !is_padded && !text.is_empty();
        }
    };
    match column.data_type() {
        DataType::Utf8View => {
            let texts = column.as_string_view();
            let mut plain = false;
            for (row, view) in texts.views().iter().enumerate() {
                let (length, first) = (*view as u32, (*view >> 32) as u8);
                // Short texts stand in their views.
                let last = match length {
                    0 => continue,
                    1..=12 => (*view >> (24 + 8 * length)) as u8,
                    _ => texts.value(row).as_bytes()[length as usize - 1],
                };
                match is_blank(first) || is_blank(last) {
                    true if texts.is_valid(row) => look(row, texts.value(row)),
                    true => {}
                    false => plain = true,
                }
            }
            any_plain |= plain;
        }
        DataType::Utf8 => each_valid(column.as_string::<i32>(), look),
        DataType::LargeUtf8 => each_valid(column.as_string::<i64>(), look),
        DataType::Dictionary(_, _) => {
            let dictionary = column.as_any_dictionary();
            let mut padded = vec![];
            any_plain = each_padded(dictionary.values(), &mut |value, text| {
                padded.push((value, text.to_string()));
            });
            if padded.is_empty() {
                return any_plain;
            }
            for (row, key) in dictionary.normalized_keys().into_iter().enumerate() {
                let found = padded.iter().find(|(value, _)| *value == key);
                if let Some((_, text)) = found.filter(|_| column.is_valid(row)) {
                    visit(row, text);
                }
            }
        }
        _ => {}
    }
    any_plain
}

fn each_valid<O: datafusion::arrow::array::OffsetSizeTrait>(
    texts: &datafusion::arrow::array::GenericStringArray<O>,
    mut look: impl FnMut(usize, &str),
) {
    for (row, text) in texts.iter().enumerate() {
        if let Some(text) = text {
            look(row, text);
        }
    }
}

fn each_of<O: datafusion::arrow::array::OffsetSizeTrait>(
    texts: &datafusion::arrow::array::GenericStringArray<O>,
    mut look: impl FnMut(usize, &str),
) {
    let bytes = texts.value_data();
    for (row, bounds) in texts.value_offsets().windows(2).enumerate() {
        let (start, end) = (bounds[0].as_usize(), bounds[1].as_usize());
        if (start == end || may_mean_nothing(bytes[start])) && texts.is_valid(row) {
            look(row, texts.value(row));
        }
    }
}

/// The rows with a text, until `visit` has seen enough; says whether it has seen all.
fn each_text(column: &ArrayRef, visit: &mut dyn FnMut(usize, &str) -> bool) -> bool {
    match column.data_type() {
        DataType::Utf8View => all(column.as_string_view().iter(), visit),
        DataType::Utf8 => all(column.as_string::<i32>().iter(), visit),
        DataType::LargeUtf8 => all(column.as_string::<i64>().iter(), visit),
        DataType::Dictionary(_, _) => {
            let dictionary = column.as_any_dictionary();
            let mut texts = vec![String::new(); dictionary.values().len()];
            each_text(dictionary.values(), &mut |value, text| {
                texts[value] = text.to_string();
                true
            });
            let keys = dictionary.normalized_keys().into_iter().enumerate();
            keys.filter(|(row, _)| column.is_valid(*row))
                .all(|(row, key)| visit(row, &texts[key]))
        }
        integer if integer.is_integer() => {
            let Ok(numbers) = cast(column, &DataType::Int64) else {
                return false;
            };
            let numbers = numbers.as_primitive::<Int64Type>();
            // Numbers of one digit have a text at hand.
            numbers
                .iter()
                .enumerate()
                .all(|(row, number)| match number {
                    None => true,
                    Some(0) => visit(row, "0"),
                    Some(1) => visit(row, "1"),
                    Some(_) => false,
                })
        }
        _ => true,
    }
}

fn all<'a>(
    texts: impl Iterator<Item = Option<&'a str>>,
    visit: &mut dyn FnMut(usize, &str) -> bool,
) -> bool {
    texts
        .enumerate()
        .all(|(row, text)| text.is_none_or(|text| visit(row, text)))
}

/// An accumulator whose arguments are looked at on their way in.
#[derive(Debug)]
pub struct Looked<A> {
    /// The accumulator.
    pub groups: A,
    /// What is looked at.
    pub watch: Watch,
}

impl<A: Accumulate> Accumulate for Looked<A> {
    fn name(&self) -> String {
        self.groups.name()
    }

    fn emptied(&self) -> Result<Self> {
        Ok(Looked {
            groups: self.groups.emptied()?,
            watch: self.watch.emptied(),
        })
    }

    fn count(&self) -> usize {
        self.groups.count()
    }

    fn grow(&mut self, groups: usize) {
        self.groups.grow(groups);
    }

    fn update(
        &mut self,
        columns: &[ArrayRef],
        groups: &[usize],
        condition: Option<&BooleanArray>,
    ) -> Result<()> {
        self.watch.look(columns, condition);
        self.groups.update(columns, groups, condition)
    }

    fn answers(&mut self, first: usize) -> Result<ArrayRef> {
        self.watch.tell();
        self.groups.answers(first)
    }

    fn state(&mut self, first: usize) -> Result<Vec<ArrayRef>> {
        self.watch.tell();
        self.groups.state(first)
    }

    fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<()> {
        self.groups.merge(state, groups)
    }

    fn drop_first(&mut self, first: usize) -> Result<()> {
        self.groups.drop_first(first)
    }

    fn size(&self) -> usize {
        self.groups.size()
    }
}
