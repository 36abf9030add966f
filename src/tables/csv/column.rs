//! What was seen of a column, and the type that follows from it.

use std::collections::BTreeSet;

use datafusion::arrow::datatypes::{DataType, TimeUnit};

use crate::tables::values::flag;

use super::addresses::{is_link, is_mail, is_uuid};
use super::points::Points;
use crate::tables::values::class::{ValueClass, class_of};
use crate::tables::values::day_text::{Century, Day};
use crate::tables::values::looks::Looks;
use crate::tables::values::number_text::Signs;

/// Records that may be more lines of a header: texts of a question, ids of a survey.
const HEADER_LIKE: u64 = 2;

/// How often something was seen, and where first.
#[derive(Debug, Clone, Default)]
pub(in crate::tables) struct SeenValue {
    pub n: u64,
    /// The number of the file, that of the record in it, and what it says.
    pub first: Option<(usize, u64, String)>,
}

impl SeenValue {
    pub fn add(&mut self, file: usize, record: u64, value: &str) {
        self.n += 1;
        if self.first.is_none() {
            self.first = Some((file, record, value.to_string()));
        }
    }

    fn merge(&mut self, other: SeenValue) {
        self.n += other.n;
        self.first = self.first.take().or(other.first);
    }
}

/// The values of a column, counted by what they look like.
#[derive(Debug, Clone, Default)]
pub(in crate::tables) struct SeenColumn {
    pub integers: SeenValue,
    /// Whole numbers that a DOUBLE does not keep.
    pub large: SeenValue,
    pub decimals: SeenValue,
    /// Of the decimals, those that may have a point of thousands.
    pub thousands: SeenValue,
    /// The most digits after the point of a decimal.
    pub decimal_places: usize,
    pub booleans: SeenValue,
    pub dates: SeenValue,
    pub times: SeenValue,
    pub instants: SeenValue,
    pub fraction: u8,
    pub offsets: BTreeSet<i32>,
    pub nothing: SeenValue,
    pub nothings: BTreeSet<String>,
    pub codes: SeenValue,
    pub digits: SeenValue,
    pub numbers: SeenValue,
    pub signs: Vec<Signs>,
    /// Of the numbers, those with a comma that can only be that of decimals.
    pub commas: SeenValue,
    /// Numbers of any kind with a point that can only be that of decimals.
    pub points: SeenValue,
    pub currencies: Vec<(&'static str, SeenValue)>,
    /// Numbers in percent.
    pub percents: SeenValue,
    /// Texts of the format of dates that was said.
    pub said_dates: SeenValue,
    pub days: SeenValue,
    pub day_forms: Vec<Day>,
    /// Of the days, those whose year of two digits is of the 1900s, and of the 2000s.
    pub last_century: SeenValue,
    pub this_century: SeenValue,
    pub others: SeenValue,
    /// Of the others, those with a blank before their quote.
    pub quotes: SeenValue,
    /// Of the others, those that may stand in further header lines.
    pub others_at_top: u64,
    /// Of the others, those without a digit.
    pub words: u64,
    /// Of the others, addresses of mail and of pages, UUIDs, and words such as yes and no.
    pub mails: u64,
    pub links: u64,
    pub uuids: u64,
    pub flags: u64,
    /// Everything that has a value, also those further header lines.
    pub values: u64,
}

impl SeenColumn {
    /// Takes one value; empty ones are NULL and say nothing.
    pub fn add(&mut self, file: usize, record: u64, value: &str) {
        if value.is_empty() {
            return;
        }
        self.values += 1;
        let seen = match class_of(value) {
            ValueClass::Integer { exact_in_double } => {
                if !exact_in_double {
                    self.large.add(file, record, value);
                }
                &mut self.integers
            }
            ValueClass::Decimal { thousands } => {
                let seen = match thousands {
                    true => &mut self.thousands,
                    false => &mut self.points,
                };
                seen.add(file, record, value);
                self.decimal_places = self.decimal_places.max(decimal_places(value));
                &mut self.decimals
            }
            ValueClass::Boolean => &mut self.booleans,
            ValueClass::Date => &mut self.dates,
            ValueClass::Time { fraction } => {
                self.fraction = self.fraction.max(fraction);
                &mut self.times
            }
            ValueClass::Instant { fraction, offset } => {
                self.fraction = self.fraction.max(fraction);
                self.offsets.insert(offset);
                &mut self.instants
            }
            ValueClass::Nothing => {
                if self.nothings.len() < 5 {
                    self.nothings.insert(value.to_string());
                }
                &mut self.nothing
            }
            ValueClass::Text(Looks::Code) => &mut self.codes,
            ValueClass::Text(Looks::Digits) => &mut self.digits,
            ValueClass::Text(Looks::Number(signs)) => {
                if !self.signs.contains(&signs) {
                    self.signs.push(signs);
                }
                if signs.decimal_comma {
                    self.commas.add(file, record, value);
                }
                if signs.decimal_point {
                    self.points.add(file, record, value);
                }
                if signs.percent {
                    self.percents.add(file, record, value);
                }
                if let Some(currency) = signs.currency {
                    let known = self
                        .currencies
                        .iter()
                        .position(|(known, _)| *known == currency);
                    let at = known.unwrap_or_else(|| {
                        self.currencies.push((currency, SeenValue::default()));
                        self.currencies.len() - 1
                    });
                    self.currencies[at].1.add(file, record, value);
                }
                &mut self.numbers
            }
            ValueClass::Text(Looks::Day(day)) => {
                if !self.day_forms.contains(&day) {
                    self.day_forms.push(day);
                }
                match day.century {
                    Some(Century::Last) => self.last_century.add(file, record, value),
                    Some(Century::This) => self.this_century.add(file, record, value),
                    None => {}
                }
                &mut self.days
            }
            ValueClass::Text(Looks::Other) => {
                let may_be_header = record <= HEADER_LIKE
                    && flag(value).is_none()
                    && value.chars().any(char::is_alphabetic);
                self.others_at_top += u64::from(may_be_header);
                self.words += u64::from(!value.bytes().any(|b| b.is_ascii_digit()));
                self.mails += u64::from(is_mail(value));
                self.links += u64::from(is_link(value));
                self.uuids += u64::from(is_uuid(value));
                self.flags += u64::from(flag(value).is_some());
                let inner = value.trim_start();
                if inner.starts_with('"') && inner.len() < value.len() {
                    self.quotes.add(file, record, value);
                }
                &mut self.others
            }
        };
        seen.add(file, record, value);
    }

    /// Takes what was seen of the column in another file.
    pub fn merge(&mut self, other: SeenColumn) {
        let seen = [
            (&mut self.integers, other.integers),
            (&mut self.large, other.large),
            (&mut self.decimals, other.decimals),
            (&mut self.thousands, other.thousands),
            (&mut self.booleans, other.booleans),
            (&mut self.dates, other.dates),
            (&mut self.times, other.times),
            (&mut self.instants, other.instants),
            (&mut self.nothing, other.nothing),
            (&mut self.codes, other.codes),
            (&mut self.digits, other.digits),
            (&mut self.numbers, other.numbers),
            (&mut self.commas, other.commas),
            (&mut self.points, other.points),
            (&mut self.percents, other.percents),
            (&mut self.said_dates, other.said_dates),
            (&mut self.days, other.days),
            (&mut self.last_century, other.last_century),
            (&mut self.this_century, other.this_century),
            (&mut self.others, other.others),
            (&mut self.quotes, other.quotes),
        ];
        for (ours, theirs) in seen {
            ours.merge(theirs);
        }
        for (currency, theirs) in other.currencies {
            match self
                .currencies
                .iter_mut()
                .find(|(known, _)| *known == currency)
            {
                Some((_, ours)) => ours.merge(theirs),
                None => self.currencies.push((currency, theirs)),
            }
        }
        self.fraction = self.fraction.max(other.fraction);
        self.decimal_places = self.decimal_places.max(other.decimal_places);
        self.offsets.extend(other.offsets);
        self.nothings.extend(other.nothings);
        self.signs.extend(other.signs);
        self.day_forms.extend(other.day_forms);
        self.others_at_top += other.others_at_top;
        self.words += other.words;
        self.mails += other.mails;
        self.links += other.links;
        self.uuids += other.uuids;
        self.flags += other.flags;
        self.values += other.values;
    }

    pub fn typed(&self) -> u64 {
        let all = [
            &self.integers,
            &self.decimals,
            &self.booleans,
            &self.dates,
            &self.times,
            &self.instants,
        ];
        all.iter().map(|seen| seen.n).sum()
    }

    /// The one type of all values that have one; `None` if there are several, or none.
    pub fn type_of_typed(&self) -> Option<DataType> {
        let unit = match self.fraction {
            0..=6 => TimeUnit::Microsecond,
            _ => TimeUnit::Nanosecond,
        };
        let typed = self.typed();
        if typed == 0 {
            return None;
        }
        if self.integers.n == typed {
            Some(DataType::Int64)
        } else if self.integers.n + self.decimals.n == typed {
            (self.large.n == 0).then_some(DataType::Float64)
        } else if self.booleans.n == typed {
            Some(DataType::Boolean)
        } else if self.dates.n == typed {
            Some(DataType::Date32)
        } else if self.dates.n + self.times.n == typed {
            Some(DataType::Timestamp(unit, None))
        } else if self.instants.n == typed {
            let mut offsets = self.offsets.iter();
            let zone = match (offsets.next(), offsets.next()) {
                (Some(offset), None) => zone_of(*offset),
                _ => "UTC".to_string(),
            };
            Some(DataType::Timestamp(unit, Some(zone.into())))
        } else {
            None
        }
    }

    /// The type that all values have, but for words for nothing.
    pub fn data_type(&self, points: Points) -> DataType {
        match self.type_of_typed() {
            Some(DataType::Float64) if self.is_undecided(points) => DataType::Utf8,
            Some(data_type) if self.typed() + self.nothing.n == self.values => data_type,
            None if self.values == 0 => DataType::Null,
            _ => DataType::Utf8,
        }
    }

    /// Whether nothing says if the points are those of decimals or of thousands.
    pub fn is_undecided(&self, points: Points) -> bool {
        points == Points::MayBeThousands
            && self.has_thousands_alone()
            && self.typed() + self.nothing.n == self.values
    }

    /// Whether every decimal may have a point of thousands.
    pub fn has_thousands_alone(&self) -> bool {
        self.decimals.n > 0 && self.thousands.n == self.decimals.n
    }

    /// Whether only words for nothing keep the column from its type.
    pub fn lacks_only_nothing(&self) -> bool {
        self.nothing.n > 0
            && self.type_of_typed().is_some()
            && self.typed() + self.nothing.n == self.values
    }

    /// Whether only the first lines keep the column from its type.
    pub fn lacks_only_the_top(&self) -> bool {
        self.others.n > 0
            && self.others.n == self.others_at_top
            && self.typed() >= 2
            && self.type_of_typed().is_some()
            && self.typed() + self.nothing.n + self.others.n == self.values
    }

    /// Whether some texts keep a column from its type. Ids are often mixed, 17 and C-18, but an amount may be a word.
    pub fn lacks_a_few(&self) -> bool {
        let others = self.others.n + self.codes.n;
        others > 0
            && others <= self.typed()
            && self.typed() + others + self.nothing.n == self.values
            && match self.type_of_typed() {
                Some(DataType::Float64 | DataType::Date32 | DataType::Timestamp(..)) => true,
                Some(DataType::Int64) => self.words == others && others * 4 <= self.typed(),
                _ => false,
            }
    }

    /// Values of another type than nearly all others have: what these are, and the few.
    pub fn strays(&self) -> Option<(&'static str, u64, &SeenValue)> {
        let numbers = (self.integers.n + self.decimals.n, "numbers");
        let days = (
            self.dates.n + self.times.n + self.instants.n,
            "dates and times",
        );
        let flags = (self.booleans.n, "true and false");
        let (most, what) = [numbers, days, flags].into_iter().max()?;
        let few = self.values - most - self.nothing.n;
        let typed = [
            &self.integers,
            &self.decimals,
            &self.dates,
            &self.times,
            &self.instants,
            &self.booleans,
        ];
        // Of the types that are there, the first that is not the one of most.
        let is_of_most = |seen: &&SeenValue| match what {
            "numbers" => std::ptr::eq(*seen, &self.integers) || std::ptr::eq(*seen, &self.decimals),
            "true and false" => std::ptr::eq(*seen, &self.booleans),
            _ => [&self.dates, &self.times, &self.instants]
                .iter()
                .any(|s| std::ptr::eq(*s, *seen)),
        };
        let stray = typed
            .into_iter()
            .find(|seen| seen.n > 0 && !is_of_most(seen))?;
        (few > 0 && few * 4 <= most).then_some((what, few, stray))
    }

    /// Whether all values are numbers, some of them written as a DOUBLE is not.
    pub fn is_foreign_numbers(&self) -> bool {
        // 12M may be a size and 123 456 a code, unless others have a fraction.
        let may_be_code = |s: &Signs| {
            (s.magnitude || s.credit || s.parted && self.integers.n == 0) && s.currency.is_none()
        };
        let is_number = self.signs.iter().any(|s| !may_be_code(s) || s.fraction > 0);
        self.numbers.n > 0
            && (is_number || self.decimals.n > 0)
            && !self.signs.iter().all(|s| s.dash)
            && self.numbers.n + self.integers.n + self.decimals.n + self.nothing.n == self.values
    }

    /// Whether some numbers are in percent, and some are not.
    pub fn is_partly_percent(&self) -> bool {
        self.percents.n > 0 && self.percents.n < self.values - self.nothing.n
    }

    /// Whether nearly all values are such numbers.
    pub fn lacks_a_few_foreign_numbers(&self) -> bool {
        let numbers = self.numbers.n + self.integers.n + self.decimals.n;
        // 79302M may be a code, and of what has the sign of a currency, a comma of decimals or % nothing is one.
        (!self.currencies.is_empty() || self.commas.n > 0 || self.percents.n > 0)
            && self.others.n * 4 <= numbers
            && numbers + self.others.n + self.nothing.n == self.values
    }

    /// The few values that keep a column of dates in another order than ISO's from being one.
    pub fn lacks_a_few_days(&self) -> Option<(u64, &SeenValue)> {
        let few = self.values - self.days.n - self.nothing.n;
        let seen = [
            &self.others,
            &self.codes,
            &self.integers,
            &self.decimals,
            &self.numbers,
            &self.dates,
            &self.times,
            &self.instants,
        ];
        let stray = seen.into_iter().find(|seen| seen.n > 0)?;
        (few > 0 && few * 4 <= self.days.n).then_some((few, stray))
    }

    /// Whether all values are dates in another order than ISO's.
    pub fn is_days(&self) -> bool {
        self.days.n > 0 && self.days.n + self.nothing.n == self.values
    }

    /// Whether years of two digits would be of two centuries.
    pub fn has_two_centuries(&self) -> bool {
        self.last_century.n > 0 && self.this_century.n > 0
    }

    /// Whether all values are dates, some as ISO has them and some in another way.
    pub fn is_mixed_days(&self) -> bool {
        let dates = self.dates.n + self.times.n + self.instants.n;
        self.days.n > 0 && dates > 0 && self.days.n + dates + self.nothing.n == self.values
    }

    /// Whether codes or long numbers keep a column of decimals from its type.
    pub fn lacks_only_codes(&self) -> bool {
        let codes = self.codes.n + self.digits.n + self.large.n;
        codes > 0
            && self.decimals.n > 0
            && self.codes.n + self.digits.n + self.integers.n + self.decimals.n == self.values
    }
}

/// How many digits a decimal has after its point; of one with an exponent it may be any number.
fn decimal_places(value: &str) -> usize {
    match value.split_once('.') {
        _ if value.contains(['e', 'E']) => usize::MAX,
        Some((_, fraction)) => fraction.len(),
        None => 0,
    }
}

/// The name of a zone that is always so many seconds east.
pub(in crate::tables) fn zone_of(offset: i32) -> String {
    if offset == 0 {
        return "UTC".to_string();
    }
    let sign = if offset < 0 { '-' } else { '+' };
    let minutes = offset.abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}
