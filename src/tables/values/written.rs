//! How the texts of a column are written that are numbers or dates of another place, and the same as programs write them.

use datafusion::arrow::array::{Array, StringViewArray, StringViewBuilder};

use super::class::{ValueClass, class_of, is_nothing};
use super::day_text::{DayForm, DayOrder};
use super::number_text::NumberForm;
use super::typed::{Bad, Nulls};

/// How the texts of a column are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tables) enum WrittenForm {
    Numbers(NumberForm),
    Days(DayForm),
}

impl WrittenForm {
    /// The texts as programs write them. Words for nothing stay what they are.
    pub fn plain(&self, texts: &StringViewArray, nulls: &Nulls) -> Result<StringViewArray, Bad> {
        let mut plain = StringViewBuilder::with_capacity(texts.len());
        for (row, value) in texts.iter().enumerate() {
            let Some(value) = value.filter(|value| !nulls.contain(value)) else {
                plain.append_null();
                continue;
            };
            match self.plain_value(value) {
                Some(value) => plain.append_value(value),
                None if is_nothing(value) => plain.append_value(value),
                None => {
                    return Err(Bad {
                        row,
                        value: value.to_string(),
                    });
                }
            }
        }
        Ok(plain.finish())
    }

    /// One text as programs write it.
    pub fn plain_value(&self, value: &str) -> Option<String> {
        match self {
            WrittenForm::Numbers(form) => form.plain(value).or_else(|| {
                // Powers of ten, 1e-05, are written by programs alone.
                let is_plain = form.decimal == '.'
                    && !form.percent
                    && matches!(class_of(value), ValueClass::Decimal { .. });
                is_plain.then(|| value.to_string())
            }),
            WrittenForm::Days(form) => form.plain(value),
        }
    }

    /// A short text that [`Self::from_code`] reads again.
    pub fn code(&self) -> String {
        match self {
            WrittenForm::Numbers(form) => format!(
                "number {} {} {} {}",
                form.decimal,
                form.percent,
                form.magnitude,
                form.currency.as_deref().unwrap_or_default()
            ),
            WrittenForm::Days(DayForm::Numbers {
                order,
                separator,
                short_year,
            }) => {
                let order = match order {
                    DayOrder::YearMonthDay => "ymd",
                    DayOrder::DayMonthYear => "dmy",
                    DayOrder::MonthDayYear => "mdy",
                };
                format!("day {order} {} {short_year}", *separator as char)
            }
            WrittenForm::Days(DayForm::Named(format)) => format!("named {format}"),
            WrittenForm::Days(DayForm::Said(format)) => format!("said {format}"),
        }
    }

    /// What [`Self::code`] wrote.
    pub fn from_code(code: &str) -> Option<Self> {
        let (kind, rest) = code.split_once(' ')?;
        let mut words = rest.splitn(4, ' ');
        let mut next = || words.next();
        Some(match kind {
            "number" => WrittenForm::Numbers(NumberForm {
                decimal: next()?.parse().ok()?,
                percent: next()?.parse().ok()?,
                magnitude: next()?.parse().ok()?,
                currency: next().filter(|c| !c.is_empty()).map(String::from),
            }),
            "day" => WrittenForm::Days(DayForm::Numbers {
                order: match next()? {
                    "ymd" => DayOrder::YearMonthDay,
                    "dmy" => DayOrder::DayMonthYear,
                    "mdy" => DayOrder::MonthDayYear,
                    _ => return None,
                },
                separator: *next()?.as_bytes().first()?,
                short_year: next()?.parse().ok()?,
            }),
            "named" => WrittenForm::Days(DayForm::Named(rest.to_string())),
            "said" => WrittenForm::Days(DayForm::Said(rest.to_string())),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_comes_back_from_its_code() {
        let number = |currency: Option<&str>| {
            WrittenForm::Numbers(NumberForm {
                decimal: ',',
                currency: currency.map(String::from),
                percent: false,
                magnitude: true,
            })
        };
        for form in [
            number(None),
            number(Some("zł")),
            WrittenForm::Days(DayForm::Numbers {
                order: DayOrder::DayMonthYear,
                separator: b'/',
                short_year: true,
            }),
            WrittenForm::Days(DayForm::Named("%B %d, %Y".to_string())),
            WrittenForm::Days(DayForm::Said("%Y%m%d".to_string())),
        ] {
            assert_eq!(WrittenForm::from_code(&form.code()), Some(form));
        }
    }
}
