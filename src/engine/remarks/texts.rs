//! One walk over the texts of a column. The bytes at a text's ends let nearly all texts go; what is left is looked at.

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, GenericStringArray, OffsetSizeTrait, StringViewArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};

use crate::export_texts::{may_be_total, may_mean_nothing};

/// What a text may be, by the bytes at its ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends(u8);

impl Ends {
    const BLANK: u8 = 1;
    const NOTHING: u8 = 2;
    const TOTAL: u8 = 4;
    const UNICODE_BLANK: u8 = 8;

    /// Of a text of no bytes.
    const EMPTY: Ends = Ends(Self::NOTHING);

    fn of(text: &[u8]) -> Self {
        match text {
            [] => Self::EMPTY,
            [first] => Self::between(*first, 0, *first),
            [first, second, ..] => Self::between(*first, *second, text[text.len() - 1]),
        }
    }

    /// `second` is what stands behind the first byte, if anything does: no word begins with a letter and a digit, and many ids do.
    fn between(first: u8, second: u8, last: u8) -> Self {
        let words = match first.is_ascii_alphabetic() && second.is_ascii_digit() {
            true => !(Self::NOTHING | Self::TOTAL),
            false => u8::MAX,
        };
        Ends(FIRST[usize::from(first)] & words | LAST[usize::from(last)])
    }

    /// Whether there may be a blank at one of the ends.
    pub fn may_be_blank(self) -> bool {
        self.0 & (Self::BLANK | Self::UNICODE_BLANK) != 0
    }

    /// Whether the text may stand for no value.
    pub fn may_mean_nothing(self) -> bool {
        self.0 & Self::NOTHING != 0
    }

    /// Whether the text may be the name of a line of sums.
    pub fn may_be_total(self) -> bool {
        self.0 & Self::TOTAL != 0
    }
}

const FIRST: [u8; 256] = table(true);
const LAST: [u8; 256] = table(false);

const fn table(is_first: bool) -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let at = byte as u8;
        let (total_first, total_last) = may_be_total(at);
        if at.is_ascii_whitespace() {
            table[byte] |= Ends::BLANK;
        }
        if super::blanks::may_be_blank(at, is_first) {
            table[byte] |= Ends::UNICODE_BLANK;
        }
        if is_first && may_mean_nothing(at) {
            table[byte] |= Ends::NOTHING;
        }
        if is_first && total_first || !is_first && total_last {
            table[byte] |= Ends::TOTAL;
        }
        byte += 1;
    }
    table
}

/// Visits the rows whose texts may be something by their ends; says whether any text has no blanks there,
/// of those that cannot have one.
pub fn each_suspicious(column: &ArrayRef, visit: &mut dyn FnMut(usize, &str, Ends)) -> bool {
    match column.data_type() {
        DataType::Utf8View => each_view(column.as_string_view(), visit),
        DataType::Utf8 => each_of(column.as_string::<i32>(), visit),
        DataType::LargeUtf8 => each_of(column.as_string::<i64>(), visit),
        DataType::Dictionary(_, _) => {
            let dictionary = column.as_any_dictionary();
            let mut found = vec![];
            let any_plain = each_suspicious(dictionary.values(), &mut |value, text, ends| {
                found.push((value, text.to_string(), ends));
            });
            if found.is_empty() {
                return any_plain;
            }
            for (row, key) in dictionary.normalized_keys().into_iter().enumerate() {
                let at = found.binary_search_by_key(&key, |(value, _, _)| *value);
                if let Ok(at) = at
                    && column.is_valid(row)
                {
                    let (_, text, ends) = &found[at];
                    visit(row, text, *ends);
                }
            }
            any_plain
        }
        _ => false,
    }
}

fn each_view(texts: &StringViewArray, visit: &mut dyn FnMut(usize, &str, Ends)) -> bool {
    let mut any_plain = false;
    for (row, view) in texts.views().iter().enumerate() {
        // The lowest four bytes of a view are its length; the texts of up to twelve bytes follow.
        let (length, first, second) = (*view as u32, (*view >> 32) as u8, (*view >> 40) as u8);
        let ends = match length {
            0 => Ends::EMPTY,
            1..=12 => Ends::between(first, second, (*view >> (24 + 8 * length)) as u8),
            _ => {
                let text = texts.value(row).as_bytes();
                Ends::between(first, second, text[text.len() - 1])
            }
        };
        any_plain |= length > 0 && !ends.may_be_blank();
        if ends != Ends(0) && texts.is_valid(row) {
            visit(row, texts.value(row), ends);
        }
    }
    any_plain
}

fn each_of<O: OffsetSizeTrait>(
    texts: &GenericStringArray<O>,
    visit: &mut dyn FnMut(usize, &str, Ends),
) -> bool {
    let bytes = texts.value_data();
    let mut any_plain = false;
    for (row, bounds) in texts.value_offsets().windows(2).enumerate() {
        let text = &bytes[bounds[0].as_usize()..bounds[1].as_usize()];
        let ends = Ends::of(text);
        any_plain |= !text.is_empty() && !ends.may_be_blank();
        if ends != Ends(0) && texts.is_valid(row) {
            visit(row, texts.value(row), ends);
        }
    }
    any_plain
}

/// The rows with a text, until `visit` has seen enough; says whether it has seen all.
pub fn each_text(column: &ArrayRef, visit: &mut dyn FnMut(usize, &str) -> bool) -> bool {
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
        number if number.is_numeric() => {
            let Ok(numbers) = cast(column, &DataType::Float64) else {
                return false;
            };
            let numbers = numbers.as_primitive::<Float64Type>();
            let mut numbers = numbers.iter().enumerate();
            // Those that may be a yes or a no have a text at hand.
            numbers.all(|(row, number)| match number {
                None => true,
                // What is not a number is NULL.
                Some(number) if number.is_nan() => true,
                Some(0.0) => visit(row, "0"),
                Some(1.0) => visit(row, "1"),
                Some(-1.0) => visit(row, "-1"),
                Some(2.0) => visit(row, "2"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_looked_at_and_ids_are_not() {
        for total in [
            "Total",
            "C1 Total",
            "c1 Ergebnis",
            "C1 total (3)",
            "*** TOTAL",
            "E5 subtotal:",
        ] {
            assert!(Ends::of(total.as_bytes()).may_be_total(), "{total}");
        }
        for nothing in ["", " ", "-", "n/a", "NULL", "0000-00-00", "u", "\u{a0}"] {
            let ends = Ends::of(nothing.as_bytes());
            assert!(
                ends.may_mean_nothing() || ends.may_be_blank(),
                "{nothing:?}"
            );
        }
        for id in ["C313-0", "e5a0", "S1", "T123456789012345678901"] {
            assert_eq!(Ends::of(id.as_bytes()), Ends(0), "{id}");
            let view = StringViewArray::from(vec![id]);
            each_view(&view, &mut |_, text, _| panic!("{text} was looked at"));
        }
    }
}
