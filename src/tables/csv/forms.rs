//! How the texts of a column are written, if all of them are numbers or dates of another place, as far as they tell.

use datafusion::arrow::datatypes::{DataType, TimeUnit};

use super::column::SeenColumn;
use super::column_place::ColumnPlace;
use super::points::Points;
use crate::tables::options::Options;
use crate::tables::values::day_text::{Century, Day, DayForm, DayOrder};
use crate::tables::values::number_text::{NumberForm, Signs};
use crate::tables::values::written::WrittenForm;
use crate::tables::words::sql_name;

/// What the whole table and its options say of the forms of its columns.
#[derive(Debug, Clone)]
pub(super) struct WrittenEvidence<'a> {
    /// Whether other numbers have commas or points that can only be those of decimals.
    has_commas: bool,
    has_points: bool,
    /// What the point of 1.200 may be.
    pub points: Points,
    /// Whether some dates have the day first for sure, and some the month.
    day_first: bool,
    month_first: bool,
    said_decimal: Option<u8>,
    said_date: Option<&'a str>,
}

impl<'a> WrittenEvidence<'a> {
    pub fn of(columns: &[SeenColumn], delimiters: &[u8], options: &'a Options) -> Self {
        let has_commas = columns.iter().any(|column| column.commas.n > 0);
        let has_points = columns.iter().any(|column| column.points.n > 0);
        let days = || columns.iter().flat_map(|column| &column.day_forms);
        Self {
            has_commas,
            has_points,
            points: match options.decimal_separator {
                Some(b'.') => Points::Decimals,
                Some(_) => Points::MayBeThousands,
                None => Points::of(delimiters.iter().copied(), has_commas, has_points),
            },
            day_first: days().any(|day| day.day_first),
            month_first: days().any(|day| day.month_first),
            said_decimal: options.decimal_separator,
            said_date: options.date_format.as_deref(),
        }
    }

    /// The form of a column and its type; `None` where it needs none, or where nothing tells it.
    ///
    /// 20260131 may be a number as well: it is a date where somebody said that the column has some, `is_said`.
    pub fn form(&self, column: &SeenColumn, is_said: bool) -> Option<(WrittenForm, DataType)> {
        let may_be_numbers = column.integers.n + column.decimals.n > 0;
        if let Some(format) = self.said_date
            && column.said_dates.n > 0
            && (is_said || !may_be_numbers)
        {
            // One that has other values as well is no column of such dates; what was said is not read otherwise.
            if !is_said && column.said_dates.n + column.nothing.n < column.values {
                return None;
            }
            let form = DayForm::Said(format.to_string());
            let first = column.said_dates.first.as_ref();
            let has_time =
                first.is_some_and(|(_, _, v)| form.plain(v).is_some_and(|plain| plain.len() > 10));
            return Some((WrittenForm::Days(form), day_type(has_time)));
        }
        if column.is_foreign_numbers() || self.has_open_points(column) {
            return self.numbers(column);
        }
        match column.is_days() || column.is_mixed_days() {
            true => self.days(column),
            false => None,
        }
    }

    /// Points that may be those of thousands, where somebody said that decimals have a comma.
    fn has_open_points(&self, column: &SeenColumn) -> bool {
        self.said_decimal == Some(b',')
            && column.has_thousands_alone()
            && column.typed() + column.nothing.n == column.values
    }

    fn numbers(&self, column: &SeenColumn) -> Option<(WrittenForm, DataType)> {
        let any = |is: fn(&Signs) -> bool| column.signs.iter().any(is);
        // Whether a credit is more or less is up to who sends the bill.
        if column.currencies.len() > 1 || column.is_partly_percent() || any(|s| s.credit) {
            return None;
        }
        let currency = column.currencies.first().map(|(sign, _)| *sign);
        let decimal = self.decimal(column, currency.is_some())?;
        let is_fraction = |signs: &Signs| {
            let is_last = match (signs.comma, signs.point) {
                (true, true) => signs.decimal_comma == (decimal == ','),
                (true, false) => decimal == ',',
                (false, true) => decimal == '.',
                (false, false) => false,
            };
            is_last && signs.fraction > 0
        };
        let is_whole = currency.is_none()
            && column.percents.n == 0
            && !any(|s| s.magnitude)
            && !column.signs.iter().any(is_fraction)
            && (column.decimals.n == 0 || decimal == ',');
        let form = WrittenForm::Numbers(NumberForm {
            decimal,
            currency: currency.map(String::from),
            percent: column.percents.n > 0,
            magnitude: any(|s| s.magnitude),
        });
        let data_type = match is_whole {
            true => DataType::Int64,
            false => DataType::Float64,
        };
        // 104.339.203 beside no smaller number may be the number of an article.
        let is_of_groups = |s: &Signs| s.fraction == 0 && (s.decimal_comma || s.decimal_point);
        let are_all = !column.signs.is_empty() && column.signs.iter().all(is_of_groups);
        if is_whole && column.integers.n == 0 && are_all {
            return None;
        }
        Some((form, data_type))
    }

    /// What stands before the decimals.
    fn decimal(&self, column: &SeenColumn, has_currency: bool) -> Option<char> {
        let (comma, point) = (column.commas.n > 0, column.points.n > 0);
        let open_commas = column.signs.iter().any(|s| s.comma);
        let has_whole = column.integers.n > 0 || column.signs.iter().any(|s| !s.comma && !s.point);
        let open_points = column.thousands.n > 0 || column.signs.iter().any(|s| s.point);
        match (comma, point, self.said_decimal) {
            (true, true, _) | (true, _, Some(b'.')) | (_, true, Some(b',')) => None,
            (true, _, _) => Some(','),
            (_, true, _) => Some('.'),
            (_, _, Some(said)) => Some(said as char),
            // 1,200 and 1.200 in one column are two ways of writing.
            _ if open_commas && open_points => None,
            // What other numbers of the file have goes first.
            _ if open_commas && self.has_points && !self.has_commas => Some('.'),
            _ if open_points && self.has_points && !self.has_commas => Some('.'),
            _ if open_points && has_currency && self.has_commas && !self.has_points => Some(','),
            _ if self.has_points || self.has_commas => None,
            // $1,200 has thousands; of $3.459 alone nobody knows, but beside whole amounts it has no decimals.
            _ if has_currency && open_commas => Some('.'),
            _ if has_currency && open_points && has_whole => Some(','),
            _ if open_commas || open_points && has_currency => None,
            _ if open_points && self.points != Points::Decimals => None,
            _ => Some('.'),
        }
    }

    fn days(&self, column: &SeenColumn) -> Option<(WrittenForm, DataType)> {
        let forms: &[Day] = &column.day_forms;
        let first = forms.first()?;
        let with_time = column.times.n > 0 || forms.iter().any(|form| form.with_time);
        // An offset is no time of day alone.
        if column.instants.n > 0 {
            return None;
        }
        // 1/13/99 and 12/31/65 may be of one century.
        if column.has_two_centuries() {
            return None;
        }
        if first.named.is_some() {
            // Names that are written out are read as those of three letters are, too.
            let format = |form: &Day| {
                let written = form.named?;
                Some(written.replace("%b", "%B").replace("%a", "%A"))
            };
            let format_of_all = format(first)?;
            let is_same = forms
                .iter()
                .all(|form| format(form).as_ref() == Some(&format_of_all));
            let iso = column.dates.n + column.times.n;
            return (is_same && iso == 0).then(|| {
                (
                    WrittenForm::Days(DayForm::Named {
                        format: format_of_all,
                        century: first.century,
                    }),
                    day_type(with_time),
                )
            });
        }
        // 1.2.26 may be a version, and 10-12-15 the number of a part.
        let may_be_code = first.short_year && first.separator != b'/';
        if may_be_code && !forms.iter().all(|form| form.padded) {
            return None;
        }
        // 25/12/31 may be of the year 2025 as well.
        if forms.iter().all(|form| form.may_be_year_first) {
            return None;
        }
        let has_iso = column.dates.n + column.times.n > 0;
        let is_like_iso = first.year_first && first.separator == b'-';
        if !forms.iter().all(|form| form.is_like(first)) || has_iso && !is_like_iso {
            return None;
        }
        let (day_first, month_first) = match (
            forms.iter().any(|form| form.day_first),
            forms.iter().any(|form| form.month_first),
        ) {
            // Other dates of the table may tell.
            (false, false) => (self.day_first, self.month_first),
            of_column => of_column,
        };
        let order = match (first.year_first, day_first, month_first) {
            (true, _, _) => DayOrder::YearMonthDay,
            (_, true, false) => DayOrder::DayMonthYear,
            (_, false, true) => DayOrder::MonthDayYear,
            _ => return None,
        };
        let form = DayForm::Numbers {
            order,
            separator: first.separator,
            century: first.century,
        };
        Some((WrittenForm::Days(form), day_type(with_time)))
    }

    /// The forms that options would give a column of a said type, where its values leave open how they are written.
    pub fn open(&self, column: &SeenColumn) -> Vec<WrittenForm> {
        let own = self.form(column, true);
        let mut open = vec![];
        if self.said_decimal.is_none() && own.is_none() {
            let said = [(b',', Points::MayBeThousands), (b'.', Points::Decimals)];
            open.extend(said.into_iter().filter_map(|(decimal, points)| {
                let said = Self {
                    said_decimal: Some(decimal),
                    points,
                    ..self.clone()
                };
                let (form, _) = said.form(column, true)?;
                matches!(form, WrittenForm::Numbers(_)).then_some(form)
            }));
        }
        // Years of two digits that come later may be of another century.
        let is_open = own.is_none() || column.last_century.n + column.this_century.n > 0;
        if self.said_date.is_none() && is_open && column.is_days() {
            let formats = formats(&column.day_forms).into_iter();
            open.extend(formats.map(|format| WrittenForm::Days(DayForm::Said(format))));
        }
        open
    }
}

/// The formats that read days which are all written alike: one, or one for each order that they may have.
pub(super) fn formats(forms: &[Day]) -> Vec<String> {
    let Some(first) = forms.first() else {
        return vec![];
    };
    let same = |form: &Day| form.is_like(first) && form.has_clock_like(first);
    if !forms.iter().all(same) || first.year_first {
        return vec![];
    }
    let clock = first.clock_format();
    if let Some(format) = first.named {
        return vec![format!("{format}{clock}")];
    }
    let any = |is: fn(&Day) -> bool| forms.iter().any(is);
    let year = if first.short_year { "%y" } else { "%Y" };
    let separator = char::from(first.separator).to_string();
    let orders = [
        (["%d", "%m", year], !any(|form| form.month_first)),
        (["%m", "%d", year], !any(|form| form.day_first)),
        (
            ["%y", "%m", "%d"],
            forms.iter().all(|form| form.may_be_year_first),
        ),
    ];
    let orders = orders.into_iter().filter(|(_, may_be)| *may_be);
    orders
        .map(|(parts, _)| format!("{}{clock}", parts.join(&separator)))
        .collect()
}

fn day_type(with_time: bool) -> DataType {
    match with_time {
        true => DataType::Timestamp(TimeUnit::Microsecond, None),
        false => DataType::Date32,
    }
}

/// How each of the columns of each of the files is written.
pub(super) struct Forms<'a> {
    /// By file and column of the file.
    pub of_files: Vec<Vec<Option<WrittenForm>>>,
    columns: &'a [Vec<SeenColumn>],
    /// By file: which column of the table each of its columns is.
    places: &'a [Vec<usize>],
    delimiters: &'a [u8],
    options: &'a Options,
}

impl<'a> Forms<'a> {
    pub fn new(
        columns: &'a [Vec<SeenColumn>],
        places: &'a [Vec<usize>],
        delimiters: &'a [u8],
        options: &'a Options,
    ) -> Self {
        Self {
            of_files: columns.iter().map(|file| vec![None; file.len()]).collect(),
            columns,
            places,
            delimiters,
            options,
        }
    }

    /// Whether values of a type may be written in a form of another place.
    pub fn may_have(&self, data_type: &DataType) -> bool {
        data_type.is_numeric()
            || matches!(data_type, DataType::Date32 | DataType::Timestamp(_, None))
    }

    /// Has a column of the table read in this form in all files.
    pub fn set(&mut self, column: usize, form: WrittenForm) {
        for (forms, places) in self.of_files.iter_mut().zip(self.places) {
            if let Some(at) = places.iter().position(|place| *place == column) {
                forms[at] = Some(form.clone());
            }
        }
    }

    /// Whether no file tells by itself that its values are written in another way.
    pub fn agree(&self, column: usize, form: &WrittenForm) -> bool {
        let mut files = self.columns.iter().zip(self.places).zip(self.delimiters);
        self.columns.len() < 2
            || files.all(|((columns, places), delimiter)| {
                let Some(at) = places.iter().position(|place| *place == column) else {
                    return true;
                };
                let evidence = WrittenEvidence::of(columns, &[*delimiter], self.options);
                let own = evidence.form(&columns[at], false);
                match (own.map(|(own, _)| own), form) {
                    (Some(WrittenForm::Numbers(own)), WrittenForm::Numbers(form)) => {
                        own.decimal == form.decimal
                    }
                    (Some(WrittenForm::Days(own)), WrittenForm::Days(form)) => own == *form,
                    (Some(_), _) => false,
                    // Numbers as programs write them.
                    (None, WrittenForm::Numbers(form)) => {
                        let plain = columns[at].data_type(evidence.points);
                        plain != DataType::Float64 || form.decimal == '.'
                    }
                    (None, WrittenForm::Days(_)) => true,
                }
            })
    }

    /// Has a column read in the form that each file has for it; gives its type, or `None` if some file tells none.
    pub fn set_by_file(&mut self, column: usize, of_all: &SeenColumn) -> Option<DataType> {
        let is_mixed =
            of_all.currencies.len() > 1 || of_all.is_partly_percent() || of_all.has_two_centuries();
        if self.columns.len() < 2 || is_mixed {
            return None;
        }
        let mut forms = vec![];
        let mut common: Option<DataType> = None;
        for ((columns, places), delimiter) in
            self.columns.iter().zip(self.places).zip(self.delimiters)
        {
            let Some(at) = places.iter().position(|place| *place == column) else {
                continue;
            };
            let evidence = WrittenEvidence::of(columns, &[*delimiter], self.options);
            let (form, data_type) = match evidence.form(&columns[at], false) {
                Some((form, data_type)) => (Some(form), data_type),
                None => (None, columns[at].data_type(evidence.points)),
            };
            forms.push((at, form));
            common = match (common, data_type) {
                (common, DataType::Null) => common,
                (None, of_file) => Some(of_file),
                (Some(common), of_file) => Some(common_type(&common, &of_file)?),
            };
        }
        let common = common.filter(|common| *common != DataType::Utf8)?;
        let mut forms = forms.into_iter();
        for (of_file, places) in self.of_files.iter_mut().zip(self.places) {
            if places.contains(&column)
                && let Some((at, form)) = forms.next()
            {
                of_file[at] = form;
            }
        }
        Some(common)
    }

    /// What is said of a column whose files are written in several ways: each of them once.
    pub fn notes(
        &self,
        column: usize,
        name: &str,
        data_type: &DataType,
        place: &ColumnPlace,
    ) -> Vec<String> {
        let mut said: Vec<&WrittenForm> = vec![];
        let mut notes = vec![];
        for ((forms, columns), places) in self.of_files.iter().zip(self.columns).zip(self.places) {
            let at = places.iter().position(|place| *place == column);
            if let Some(at) = at
                && let Some(form) = &forms[at]
                && !said.contains(&form)
            {
                said.push(form);
                notes.extend(note(name, &columns[at], form, data_type, place));
            }
        }
        notes
    }
}

/// The type that values of both have.
fn common_type(a: &DataType, b: &DataType) -> Option<DataType> {
    use DataType::{Date32, Float64, Int64, Timestamp};
    match (a, b) {
        (a, b) if a == b => Some(a.clone()),
        (Int64, Float64) | (Float64, Int64) => Some(Float64),
        (Date32, time @ Timestamp(_, None)) | (time @ Timestamp(_, None), Date32) => {
            Some(time.clone())
        }
        _ => None,
    }
}

/// What is said of a column that is read in a form, with an example.
pub(super) fn note(
    name: &str,
    column: &SeenColumn,
    form: &WrittenForm,
    data_type: &DataType,
    place: &ColumnPlace,
) -> Option<String> {
    let seen = match form {
        WrittenForm::Numbers(_) if column.numbers.n > 0 => &column.numbers,
        WrittenForm::Numbers(_) => &column.decimals,
        WrittenForm::Days(DayForm::Said(_)) => &column.said_dates,
        WrittenForm::Days(_) => &column.days,
    };
    let (_, _, value) = seen.first.as_ref()?;
    let plain = form.plain_value(value)?;
    let how = match form {
        WrittenForm::Numbers(form) if form.percent => ", in percent",
        WrittenForm::Days(DayForm::Numbers {
            order: DayOrder::DayMonthYear,
            ..
        }) => ", with the day first",
        WrittenForm::Days(DayForm::Numbers {
            order: DayOrder::MonthDayYear,
            ..
        }) => ", with the month first",
        _ => "",
    };
    let is_short = match form {
        WrittenForm::Numbers(_) => false,
        WrittenForm::Days(DayForm::Numbers { century, .. } | DayForm::Named { century, .. }) => {
            century.is_some()
        }
        WrittenForm::Days(DayForm::Said(format)) => format.contains("%y"),
    };
    let rule = match is_short {
        true => format!(", since {}", Century::RULE),
        false => String::new(),
    };
    Some(format!(
        "column {name} is read as {}{how}: {} is {plain}{rule}; {} keeps the texts as they are",
        sql_name(data_type),
        place.example(seen),
        place.option_names.types(name, "TEXT")
    ))
}
