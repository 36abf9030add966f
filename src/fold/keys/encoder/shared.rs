//! Encoders that several calls share: a column is turned into codes once, however many of them read it.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::error::ArrowError;

use super::codes::Codes;
use super::encode::Encoder;

/// An encoder of one column, wherever it is read. One thread at a time uses it, so that nobody waits.
#[derive(Debug, Clone)]
pub struct SharedEncoder(Arc<RwLock<Encoder>>);

impl From<Encoder> for SharedEncoder {
    fn from(encoder: Encoder) -> Self {
        SharedEncoder(Arc::new(RwLock::new(encoder)))
    }
}

impl SharedEncoder {
    /// To look at codes.
    pub fn read(&self) -> RwLockReadGuard<'_, Encoder> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// To make codes.
    pub fn write(&self) -> RwLockWriteGuard<'_, Encoder> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether both are one and the same.
    pub fn is(&self, other: &SharedEncoder) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Whether others have it, too.
    pub fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// The part of its bytes on the heap that falls to each of those who share it.
    pub fn size(&self) -> usize {
        self.read().size() / Arc::strong_count(&self.0)
    }
}

/// The columns of a batch, and the codes of those that several calls read.
#[derive(Debug)]
pub struct Encoded<'a> {
    columns: &'a [ArrayRef],
    known: Vec<(SharedEncoder, Codes)>,
}

impl<'a> Encoded<'a> {
    /// Nothing encoded yet.
    pub fn new(columns: &'a [ArrayRef]) -> Self {
        Encoded {
            columns,
            known: vec![],
        }
    }

    /// The codes of a column.
    pub fn codes(&mut self, column: usize, encoder: &SharedEncoder) -> Result<&Codes, ArrowError> {
        let known = self.known.iter().position(|(known, _)| known.is(encoder));
        let place = match known {
            Some(place) => place,
            None => {
                let codes = encoder.write().encode(&self.columns[column])?;
                self.known.push((encoder.clone(), codes));
                self.known.len() - 1
            }
        };
        Ok(&self.known[place].1)
    }
}
