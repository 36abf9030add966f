//! How the texts of a column are written that are numbers or dates of another place, and the same as programs write them.

use datafusion::arrow::array::{Array, StringViewArray, StringViewBuilder};

use super::class::{ValueClass, class_of, is_nothing};
use super::day_text::{Century, DayForm, DayOrder};
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
                century,
            }) => {
                let order = match order {
                    DayOrder::YearMonthDay => "ymd",
                    DayOrder::DayMonthYear => "dmy",
                    DayOrder::MonthDayYear => "mdy",
                };
                format!(
                    "day {order} {} {}",
                    *separator as char,
                    century_code(*century)
                )
            }
            WrittenForm::Days(DayForm::Named { format, century }) => {
                format!("named {} {format}", century_code(*century))
            }
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
                century: century_of_code(next()?)?,
            }),
            "named" => {
                let (century, format) = rest.split_once(' ')?;
                WrittenForm::Days(DayForm::Named {
                    format: format.to_string(),
                    century: century_of_code(century)?,
                })
            }
            "said" => WrittenForm::Days(DayForm::Said(rest.to_string())),
            _ => return None,
        })
    }
}

fn century_code(century: Option<Century>) -> &'static str {
    match century {
        None => "full",
        Some(Century::Last) => "19",
        Some(Century::This) => "20",
    }
}

fn century_of_code(code: &str) -> Option<Option<Century>> {
    match code {
        "full" => Some(None),
        "19" => Some(Some(Century::Last)),
        "20" => Some(Some(Century::This)),
        _ => None,
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
                century: Some(Century::This),
            }),
            WrittenForm::Days(DayForm::Named {
                format: "%B %d, %Y".to_string(),
                century: None,
            }),
            WrittenForm::Days(DayForm::Named {
                format: "%d-%B-%y".to_string(),
                century: Some(Century::Last),
            }),
            WrittenForm::Days(DayForm::Said("%Y%m%d".to_string())),
        ] {
            assert_eq!(WrittenForm::from_code(&form.code()), Some(form));
        }
    }
}
