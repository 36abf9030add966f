//! Sizes as people write them: `512MB`, `4G`, `1.5GiB`, `50%`.

use std::fmt;

use datafusion::prelude::SessionContext;

use super::machine;

/// How much memory queries may fill where nobody says it, in percent of the machine's.
pub const USUAL_MEMORY_SHARE: f64 = 60.0;

/// How much memory queries may fill.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MemoryLimit {
    /// So many bytes.
    Bytes(usize),
    /// Percent of what the machine has.
    Share(f64),
    /// As much as there is.
    Unlimited,
}

impl MemoryLimit {
    /// What is taken where nobody says it.
    pub(in crate::session) fn usual() -> Self {
        match machine::memory() {
            Some(_) => MemoryLimit::Share(USUAL_MEMORY_SHARE),
            None => MemoryLimit::Unlimited,
        }
    }

    /// The bytes this is here; `None` is no limit.
    pub(in crate::session) fn bytes(self) -> Option<usize> {
        match self {
            MemoryLimit::Bytes(bytes) => Some(bytes),
            MemoryLimit::Share(percent) => {
                machine::memory().map(|all| (all as f64 * percent / 100.0) as usize)
            }
            MemoryLimit::Unlimited => None,
        }
    }
}

/// Why a text is no size, and what to write instead. Whoever asked for it says for which setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SizeError {
    /// It is no memory limit.
    NoMemoryLimit,
    /// It is a memory limit of nothing.
    NoMemory,
    /// It is a share of the machine's memory, and how much that is cannot be told.
    UnknownMachine,
    /// It is no spill limit.
    NoSpillLimit,
}

const MEMORY_LIMITS: &str = "write a number with K, M, G or T such as 512MB or 4GB, \
                             a share of the machine's memory such as 50%, or unlimited";

impl fmt::Display for SizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SizeError::NoMemoryLimit => f.write_str(MEMORY_LIMITS),
            SizeError::NoMemory => {
                write!(f, "nothing can be computed without memory; {MEMORY_LIMITS}")
            }
            SizeError::UnknownMachine => f.write_str(
                "the memory of this machine cannot be determined; give a size such as 4GB",
            ),
            SizeError::NoSpillLimit => f.write_str(
                "write a number with K, M, G or T such as 500MB or 200GB, or 0 to write nothing",
            ),
        }
    }
}

impl std::error::Error for SizeError {}

/// A memory limit as people write it: `512MB`, `50%`, `unlimited`.
///
/// # Errors
/// What to write instead.
pub fn memory_limit(typed: &str) -> Result<MemoryLimit, SizeError> {
    let typed = typed.trim();
    if typed.eq_ignore_ascii_case("unlimited") {
        return Ok(MemoryLimit::Unlimited);
    }
    let limit = match typed.strip_suffix('%') {
        Some(percent) => share(percent.trim()),
        None => bytes(typed).map(MemoryLimit::Bytes),
    };
    match limit {
        Some(MemoryLimit::Share(_)) if machine::memory().is_none() => {
            Err(SizeError::UnknownMachine)
        }
        Some(MemoryLimit::Bytes(0)) => Err(SizeError::NoMemory),
        Some(limit) => Ok(limit),
        None => Err(SizeError::NoMemoryLimit),
    }
}

/// A spill limit as people write it: `500MB`, or `0` for nothing.
///
/// # Errors
/// What to write instead.
pub fn spill_limit(typed: &str) -> Result<u64, SizeError> {
    let bytes = bytes(typed.trim()).map(|bytes| bytes as u64);
    bytes.ok_or(SizeError::NoSpillLimit)
}

fn share(typed: &str) -> Option<MemoryLimit> {
    let percent: f64 = typed.parse().ok()?;
    (percent > 0.0 && percent <= 100.0).then_some(MemoryLimit::Share(percent))
}

/// The meaning is that of `SET datafusion.runtime.memory_limit`, so DataFusion reads the number; it takes one letter
/// as the unit, and no T.
fn bytes(typed: &str) -> Option<usize> {
    let end_of_number = typed.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, unit) = typed.split_at(end_of_number.unwrap_or(typed.len()));
    let unit = unit.trim_start().to_ascii_uppercase();
    let unit = unit.strip_suffix('B').unwrap_or(&unit);
    let in_datafusions_way = match unit.strip_suffix('I').unwrap_or(unit) {
        "" if number == "0" => "0".to_string(),
        letter @ ("K" | "M" | "G") => format!("{number}{letter}"),
        "T" => format!("{}G", number.parse::<f64>().ok()? * 1024.0),
        _ => return None,
    };
    SessionContext::parse_capacity_limit("a size", &in_datafusions_way).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_powers_of_1024_with_and_without_b() {
        for (typed, expected) in [
            ("64K", 64 << 10),
            ("64kb", 64 << 10),
            ("64KiB", 64 << 10),
            ("512M", 512 << 20),
            ("512 MB", 512 << 20),
            ("4G", 4 << 30),
            ("4gib", 4 << 30),
            ("1.5GB", 3 << 29),
            ("2T", 2 << 40),
            ("0", 0),
        ] {
            assert_eq!(bytes(typed), Some(expected), "{typed}");
        }
    }

    #[test]
    fn whatever_could_be_misread_is_refused() {
        for typed in [
            "", "G", "512", "1000000", "B", "5B", "4X", "4 G B", "4IG", "-1G", "1e3M", "infG",
            "NaNG", "1.2.3G", "4,5G", "50%", "GB4",
        ] {
            assert_eq!(bytes(typed), None, "{typed}");
        }
    }

    #[test]
    fn shares_are_of_something() {
        assert_eq!(share("50"), Some(MemoryLimit::Share(50.0)));
        assert_eq!(share("12.5"), Some(MemoryLimit::Share(12.5)));
        for typed in ["0", "-5", "101", "NaN", "inf", ""] {
            assert_eq!(share(typed), None, "{typed}");
        }
    }
}
