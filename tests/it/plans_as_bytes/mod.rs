//! Physical plans as bytes: written by the session that plans, read by one that knows nothing of it, with the same EXPLAIN and
//! the same answers.

mod nodes;
mod queries;
mod refused;
mod sending;
mod settings;
