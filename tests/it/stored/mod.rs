//! States that are stored, merged and finished later.

mod damage;
mod format;
mod kept;
mod splits;
mod strangers;

pub use format::sizes;

use datafusion::arrow::array::AsArray;
use datafusion::prelude::SessionContext;
use kpi_sql::define::{Form, Kpi};

use crate::laws::{calls, orders, slices};
use crate::support::{plain_session, register_partitions};

/// Of each form: the KPI, the form, its call, and the call that gives a state.
fn stored_calls() -> impl Iterator<Item = (&'static Kpi, &'static Form, String, String)> {
    calls().into_iter().map(|(kpi, form, call)| {
        let state = call.replacen(kpi.name, &format!("{}_state", kpi.name), 1);
        (kpi, form, call, state)
    })
}

/// A session with random orders.
fn with_orders() -> SessionContext {
    let ctx = plain_session();
    register_partitions(&ctx, "orders", slices(&orders(600, 4, 40), 2, 100));
    ctx
}

/// The one state that a query gives.
async fn state(ctx: &SessionContext, sql: &str) -> Vec<u8> {
    let frame = ctx.sql(sql).await;
    let frame = frame.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let batches = frame.collect().await;
    let batches = batches.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let states = batches.iter().find(|batch| batch.num_rows() > 0);
    let states = states.expect("an aggregate gives a row").column(0);
    states.as_binary::<i32>().value(0).to_vec()
}
