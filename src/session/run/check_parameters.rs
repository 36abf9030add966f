//! Whether the parameters of a run and the `$name`s of its statements are the same, before any of them runs.

use std::collections::BTreeSet;

use super::session::Session;
use crate::session::error::{Error, ErrorKind};
use crate::session::parameters::{Parameter, ParameterValue, read};
use crate::session::script::Statement;
use crate::tables::closest;

impl Session {
    /// Refuses, before they run, statements with a `$name` that has no value, and values for names that no statement
    /// has.
    ///
    /// # Errors
    /// All such names at once; a value that is not of the type that was said for it.
    pub fn check_parameters(
        &self,
        statements: &[Statement],
        given: &[Parameter],
    ) -> Result<(), Error> {
        let wanted: BTreeSet<String> = statements.iter().flat_map(Statement::parameters).collect();
        let is_given = |name: &str| given.iter().any(|parameter| parameter.name == name);
        let mut problems: Vec<String> = vec![];
        let mut missing: BTreeSet<String> = BTreeSet::new();
        for statement in statements {
            for name in statement.parameters() {
                let has_default = statement.defaults().iter().any(|known| known.name == name);
                if is_given(&name) || has_default || !missing.insert(name.clone()) {
                    continue;
                }
                problems.push(format!(
                    "{}: ${name} has no value; {}",
                    statement.place(),
                    self.face.parameter(&name)
                ));
            }
        }
        let mut is_unused = false;
        for Parameter { name, .. } in given.iter().filter(|p| !wanted.contains(&p.name)) {
            is_unused = true;
            let near = closest(name, wanted.iter().map(String::as_str));
            let near = near.map_or(String::new(), |near| format!("; did you mean {near}?"));
            problems.push(format!(
                "there is no ${name} in any statement, and it was given a value{near}"
            ));
        }
        if !problems.is_empty() {
            let wanted: Vec<_> = wanted.iter().map(|name| format!("${name}")).collect();
            if is_unused {
                problems.push(match wanted.is_empty() {
                    true => "the statements have no parameters; one is written $name".to_string(),
                    false => format!("the statements have {}", wanted.join(", ")),
                });
            }
            return Err(Error::new(ErrorKind::Query, problems.join("\n  ")));
        }
        for parameter in given {
            // Whoever said the type need not wait for the statement.
            if let ParameterValue::Text { type_name, .. } = &parameter.value
                && type_name.is_some()
            {
                read(&self.ctx, parameter, &[], &self.face)
                    .map_err(|refusal| Error::new(ErrorKind::Query, refusal))?;
            }
        }
        Ok(())
    }
}
