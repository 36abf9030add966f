//! Currencies, by their signs and their codes.

/// Their signs, and the one that each is shown as; longer ones first.
const SIGNS: &[(&str, &str)] = &[
    ("HK$", "HK$"),
    ("MX$", "MX$"),
    ("NT$", "NT$"),
    ("NZ$", "NZ$"),
    ("US$", "US$"),
    ("A$", "A$"),
    ("C$", "C$"),
    ("R$", "R$"),
    ("S$", "S$"),
    ("$", "$"),
    ("€", "€"),
    ("£", "£"),
    ("¥", "¥"),
    ("₹", "₹"),
    ("₽", "₽"),
    ("₩", "₩"),
    ("₺", "₺"),
    ("₪", "₪"),
    ("₫", "₫"),
    ("₴", "₴"),
    ("฿", "฿"),
    ("zł", "zł"),
    ("Kč", "Kč"),
    ("kr.", "kr"),
    ("kr", "kr"),
    ("Kr", "kr"),
    ("руб.", "руб."),
    ("лв", "лв"),
    ("Rs.", "Rs"),
    ("Rs", "Rs"),
    ("Ft", "Ft"),
    ("lei", "lei"),
];

/// Their codes.
pub(crate) const CODES: &[&str] = &[
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EUR",
    "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KRW", "MXN", "MYR", "NGN", "NOK",
    "NZD", "PEN", "PHP", "PLN", "RON", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH",
    "USD", "VND", "ZAR",
];

/// All signs and codes, and what each is shown as.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    let codes = CODES.iter().map(|code| (*code, *code));
    SIGNS.iter().copied().chain(codes)
}

/// Whether a text is nothing but a currency, in any case of letters.
pub(in crate::tables) fn is_currency(text: &str) -> bool {
    let text = text.to_lowercase();
    all().any(|(sign, _)| sign.to_lowercase() == text)
}
