//! Texts as 16 bytes without a pointer, where their form allows it: most ids of real exports do.
//!
//! Texts of one form are told apart by these bytes alone. Texts of two forms are not, so each form has a table of its own.

/// How a text is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fold) struct PackedForm(u8);

/// How many forms there are.
pub(in crate::fold) const FORMS: usize = 11;

impl PackedForm {
    /// Up to 15 bytes as they are, and their number.
    pub const SHORT: PackedForm = PackedForm(0);
    /// Letters, digits, `_` and `-` in six bits each: 16 of them, and up to 21.
    const SIX_BITS: u8 = 1;
    /// The hexadecimal digits of 16 bytes.
    const HEX: PackedForm = PackedForm(7);
    const UPPER_HEX: PackedForm = PackedForm(8);
    /// The same with hyphens, as UUIDs have them.
    const UUID: PackedForm = PackedForm(9);
    const UPPER_UUID: PackedForm = PackedForm(10);

    /// Which of the forms.
    pub fn number(self) -> usize {
        self.0.into()
    }
}

/// Texts of so many bytes stand inside of their views.
const INLINE: u32 = 12;

/// A short text, from its view; `None` if it is longer.
#[inline]
pub(in crate::fold) fn of_view(view: u128) -> Option<(PackedForm, u128)> {
    // The lowest four bytes of a view are its length; the bytes of the text follow, and zeros.
    let length = view as u32;
    (length <= INLINE).then(|| (PackedForm::SHORT, view >> 32 | u128::from(length) << 120))
}

/// The form and the bytes of a text; `None` if it has none of the forms.
#[inline]
pub(in crate::fold) fn pack(text: &[u8]) -> Option<(PackedForm, u128)> {
    match text.len() {
        length @ 0..=15 => {
            let mut bytes = [0; 16];
            bytes[..length].copy_from_slice(text);
            bytes[15] = length as u8;
            Some((PackedForm::SHORT, u128::from_le_bytes(bytes)))
        }
        length @ 16..=21 => {
            let digits = text.iter().try_fold(0, |packed: u128, byte| {
                Some(packed << 6 | u128::from(six_bits(*byte)?))
            })?;
            Some((
                PackedForm(PackedForm::SIX_BITS + (length - 16) as u8),
                digits,
            ))
        }
        32 => {
            let (chunks, _) = text.as_chunks::<8>();
            let chunks = [chunks[0], chunks[1], chunks[2], chunks[3]];
            let (digits, is_upper) = hex(chunks)?;
            Some((
                if is_upper {
                    PackedForm::UPPER_HEX
                } else {
                    PackedForm::HEX
                },
                digits,
            ))
        }
        36 if HYPHENS.iter().all(|at| text[*at] == b'-') => {
            let half = |at: usize| [text[at], text[at + 1], text[at + 2], text[at + 3]];
            let chunk = |first: usize, second: usize| {
                let mut chunk = [0; 8];
                chunk[..4].copy_from_slice(&half(first));
                chunk[4..].copy_from_slice(&half(second));
                chunk
            };
            let (digits, is_upper) =
                hex([chunk(0, 4), chunk(9, 14), chunk(19, 24), chunk(28, 32)])?;
            Some((
                if is_upper {
                    PackedForm::UPPER_UUID
                } else {
                    PackedForm::UUID
                },
                digits,
            ))
        }
        _ => None,
    }
}

/// Appends the text behind such bytes.
pub(in crate::fold) fn unpack(form: PackedForm, packed: u128, text: &mut Vec<u8>) {
    match form {
        PackedForm::SHORT => {
            let bytes = packed.to_le_bytes();
            text.extend_from_slice(&bytes[..bytes[15].into()]);
        }
        PackedForm::HEX => text.extend(digits(packed, LOWER)),
        PackedForm::UPPER_HEX => text.extend(digits(packed, UPPER)),
        PackedForm::UUID => with_hyphens(digits(packed, LOWER), text),
        PackedForm::UPPER_UUID => with_hyphens(digits(packed, UPPER), text),
        PackedForm(six_bits) => {
            let length = u32::from(six_bits - PackedForm::SIX_BITS) + 16;
            let symbol = |at: u32| SYMBOLS[(packed >> (6 * at)) as usize & 63];
            text.extend((0..length).rev().map(symbol));
        }
    }
}

/// Where a UUID has hyphens.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];
const LOWER: &[u8; 16] = b"0123456789abcdef";
const UPPER: &[u8; 16] = b"0123456789ABCDEF";
const SYMBOLS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";

/// The place of each byte among the symbols; 64 if it is none.
const PLACES: [u8; 256] = {
    let mut places = [64; 256];
    let mut place = 0;
    while place < 64 {
        places[SYMBOLS[place] as usize] = place as u8;
        place += 1;
    }
    places
};

#[inline]
fn six_bits(byte: u8) -> Option<u8> {
    let place = PLACES[usize::from(byte)];
    (place < 64).then_some(place)
}

/// The value of hexadecimal digits, and whether their letters are upper case; all are of one case.
#[inline]
fn hex(chunks: [[u8; 8]; 4]) -> Option<(u128, bool)> {
    let texts = chunks.map(u64::from_le_bytes);
    let values = texts.map(nibbles);
    // A letter above f has a fifth bit, and would come back as itself.
    if values.iter().any(|values| values & (0x10 * EACH) != 0) {
        return None;
    }
    let is = |gap: u64| {
        let pairs = values.iter().zip(texts);
        pairs.fold(0, |differ, (value, text)| {
            differ | (digits_of(*value, gap) ^ text)
        }) == 0
    };
    let is_upper = match (is(LOWER_GAP), is(UPPER_GAP)) {
        (true, _) => false,
        (false, true) => true,
        (false, false) => return None,
    };
    let value = values.iter().fold(0, |packed: u128, nibbles| {
        // The first digit is in the lowest byte: pairs of digits become bytes, and these a number.
        let pairs = nibbles << 4 | nibbles >> 8;
        let bytes = (0..4).fold(0, |bytes, pair| bytes << 8 | (pairs >> (16 * pair)) & 0xFF);
        packed << 32 | u128::from(bytes)
    });
    Some((value, is_upper))
}

/// How far letters stand behind the digits.
const LOWER_GAP: u64 = b'a' as u64 - b'9' as u64 - 1;
const UPPER_GAP: u64 = b'A' as u64 - b'9' as u64 - 1;

/// A byte of a word in each of its eight bytes.
const EACH: u64 = 0x0101_0101_0101_0101;

/// The values of eight digits, each in its byte; of other bytes, anything below 32.
#[inline]
fn nibbles(text: u64) -> u64 {
    let letters = text >> 6 & EACH;
    (text & (0x0F * EACH)) + 9 * letters
}

/// The digits of eight values.
#[inline]
fn digits_of(values: u64, gap: u64) -> u64 {
    // Of values above 9 the sum reaches the fifth bit.
    let letters = (values + 6 * EACH) >> 4 & EACH;
    values + u64::from(b'0') * EACH + gap * letters
}

fn digits(packed: u128, alphabet: &[u8; 16]) -> impl Iterator<Item = u8> {
    let digits = (0..32)
        .rev()
        .map(move |at| (packed >> (4 * at)) as usize & 15);
    digits.map(|digit| alphabet[digit])
}

fn with_hyphens(digits: impl Iterator<Item = u8>, text: &mut Vec<u8>) {
    let start = text.len();
    for digit in digits {
        if HYPHENS.contains(&(text.len() - start)) {
            text.push(b'-');
        }
        text.push(digit);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use datafusion::arrow::array::StringViewArray;

    use super::*;

    #[test]
    fn every_form_comes_back_and_no_two_texts_meet() {
        let mut known = HashMap::new();
        let texts = [
            "",
            "C-1",
            "C-1\0",
            "0015g00000XyZaB",
            "0015g00000XyZaBAAQ",
            "cus_NffrFeUfNV2Hib",
            "0000000000000000",
            "00000000000000000",
            "000000000000000000000",
            "00000000000000000000000000000000",
            "0123456789abcdef0123456789abcdef",
            "0123456789ABCDEF0123456789ABCDEF",
            "01234567-89ab-cdef-0123-456789abcdef",
            "01234567-89AB-CDEF-0123-456789ABCDEF",
            "00000000-0000-0000-0000-000000000000",
        ];
        for text in texts {
            let (form, packed) = pack(text.as_bytes()).unwrap();
            let mut back = vec![];
            unpack(form, packed, &mut back);
            assert_eq!(back, text.as_bytes());
            assert!(form.number() < FORMS);
            assert_eq!(known.insert((form.number(), packed), text), None);
        }
    }

    #[test]
    fn other_texts_have_no_form() {
        for text in [
            "sixteen letters!",
            "0123456789abcdef0123456789abcdeF",
            "01234567-89aB-cdef-0123-456789abcdef",
            "01234567x89ab-cdef-0123-456789abcdef",
            "a.customer@example.com",
            "twenty-two_letters_and",
            "g0000000000000000000000000000000",
            "0000000000000000000000000000000o",
            "G0000000000000000000000000000000",
            "0123456789abcdef0123456789abcde:",
            "0123456789abcdef0123456789abcde@",
            "0123456789abcdef0123456789abcde`",
            "h23e4567-e89b-12d3-a456-426614174000",
            "123e4567-e89b-12d3-a456-42661417400O",
        ] {
            assert_eq!(pack(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn digits_are_those_of_one_case() {
        for byte in 0..=u8::MAX {
            for case in [
                b"0123456789abcdef0123456789abcde",
                b"0123456789ABCDEF0123456789ABCDE",
            ] {
                let text = [case.as_slice(), &[byte]].concat();
                let is_of_case = case[10].is_ascii_lowercase() == byte.is_ascii_lowercase();
                let is_digit = byte.is_ascii_digit() || byte.is_ascii_hexdigit() && is_of_case;
                let packed = pack(&text);
                assert_eq!(packed.is_some(), is_digit, "{}", char::from(byte));
                if let Some((form, packed)) = packed {
                    let mut back = vec![];
                    unpack(form, packed, &mut back);
                    assert_eq!(back, text);
                }
            }
        }
    }

    #[test]
    fn a_view_is_packed_as_its_text() {
        for text in ["", "C", "C001-17", "twelve bytes", "thirteen byte"] {
            let views = StringViewArray::from(vec![text]);
            let expected = pack(text.as_bytes()).filter(|_| text.len() <= 12);
            assert_eq!(of_view(views.views()[0]), expected, "{text}");
        }
    }
}
