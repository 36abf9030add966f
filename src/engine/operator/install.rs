//! The rule in a session.

use datafusion::execution::session_state::{SessionState, SessionStateBuilder};

use super::rule;

/// Adds the rule to a session.
pub fn install(state: &mut SessionState) {
    let rules = rule::with_fold(state.physical_optimizers().to_vec());
    let id = state.session_id().to_string();
    let makes_catalog = state
        .config_options()
        .catalog
        .create_default_catalog_and_schema;
    *state = SessionStateBuilder::new_from_existing(state.clone())
        .with_session_id(id)
        .with_physical_optimizer_rules(rules)
        .build();
    // The builder takes an option back whose work has been done.
    let options = state.config_mut().options_mut();
    options.catalog.create_default_catalog_and_schema = makes_catalog;
}
