//! How many bytes a window has been given, which DataFusion puts into one array.

use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};

/// The states that one accumulator has given so far. A window asks for one with each row, and has room for 2 GB.
#[derive(Debug, Default)]
pub struct GivenBytes {
    bytes: usize,
}

impl GivenBytes {
    /// Counts a value in that is about to be given in the name of a function.
    pub fn count(
        &mut self,
        function: impl FnOnce() -> String,
        value: ScalarValue,
    ) -> Result<ScalarValue> {
        if let ScalarValue::Binary(Some(state)) = &value {
            self.bytes = self.bytes.saturating_add(state.len());
            if i32::try_from(self.bytes).is_err() {
                return Err(too_large(&function()));
            }
        }
        Ok(value)
    }
}

/// What is said of states that do not fit into an array.
pub fn too_large(function: &str) -> DataFusionError {
    DataFusionError::Execution(format!(
        "{function}: the states together have more than 2 GB, which a column of BINARY cannot hold; make states of \
         smaller groups, and finish or store them group by group"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_an_array_holds_is_an_error() {
        let mut given = GivenBytes::default();
        let name = || String::from("arpa_state");
        let state = || ScalarValue::Binary(Some(vec![0; 1 << 20]));
        for _ in 0..2047 {
            given.count(name, state()).expect("less than 2 GB");
        }
        let error = given.count(name, state()).expect_err("2 GB");
        let expected = "arpa_state: the states together have more than 2 GB";
        assert!(error.to_string().contains(expected), "{error}");
        let number = ScalarValue::Float64(Some(1.0));
        assert_eq!(given.count(name, number.clone()).expect("no state"), number);
    }
}
