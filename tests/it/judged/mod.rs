//! The functions that judge values: against the figures of other libraries, by laws, and by what `SET kpi.confidence` reaches.

mod confidence;
mod laws;
mod reference;
