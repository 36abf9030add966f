//! Numbers taken off a slice that may end too early.

use super::error::{StateError, damaged};

/// What is left to read.
#[derive(Debug)]
pub struct Bytes<'a> {
    rest: &'a [u8],
}

impl<'a> Bytes<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Bytes { rest: bytes }
    }

    /// How many bytes have not been read.
    pub fn left(&self) -> usize {
        self.rest.len()
    }

    /// The next bytes.
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], StateError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(n)
            .ok_or_else(|| damaged("it ends too early"))?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], StateError> {
        let taken = self.take(N)?;
        Ok(taken.try_into().expect("so many were taken"))
    }

    /// So many numbers of `N` bytes each.
    pub fn arrays<const N: usize>(&mut self, n: usize) -> Result<&'a [[u8; N]], StateError> {
        let length = n.checked_mul(N);
        let taken = self.take(length.ok_or_else(|| damaged("it has an impossible length"))?)?;
        Ok(taken.as_chunks().0)
    }

    /// A length, which can be no more than the bits that are left.
    pub fn length(&mut self) -> Result<usize, StateError> {
        let length = u64::from_le_bytes(self.array()?);
        usize::try_from(length)
            .ok()
            .filter(|length| length.div_ceil(8) <= self.left())
            .ok_or_else(|| damaged("it has an impossible length"))
    }

    /// A text with its length in one byte before it.
    pub fn text(&mut self) -> Result<&'a str, StateError> {
        let [length] = self.array()?;
        std::str::from_utf8(self.take(length.into())?)
            .map_err(|_| damaged("it has a name that is no text"))
    }
}
