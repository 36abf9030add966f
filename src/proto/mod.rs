//! Physical plans as bytes, for programs that have others run them: the feature `proto`.
//!
//! DataFusion's crate `datafusion-proto` writes plans and reads them, and [`KpiPhysicalCodec`] is what it needs to know of the nodes of
//! this crate.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> datafusion::error::Result<()> {
//! use datafusion::physical_plan::{collect, displayable};
//! use datafusion::prelude::SessionContext;
//! use datafusion_proto::bytes::{
//!     physical_plan_from_bytes_with_proto_converter, physical_plan_to_bytes_with_proto_converter,
//! };
//! use datafusion_proto::physical_plan::DeduplicatingProtoConverter;
//! use kpi_sql::proto::KpiPhysicalCodec;
//!
//! // One program plans ...
//! let ctx = SessionContext::new();
//! kpi_sql::register(&ctx)?;
//! let sql = "SELECT segment, cross_sell_rate(customer, product) AS rate
//!            FROM (VALUES ('SMB', 'c1', 'CRM'), ('SMB', 'c1', 'Chat'), ('SMB', 'c2', 'CRM'))
//!                 AS orders(segment, customer, product)
//!            GROUP BY segment";
//! let plan = ctx.sql(sql).await?.create_physical_plan().await?;
//! let converter = DeduplicatingProtoConverter {};
//! let bytes = physical_plan_to_bytes_with_proto_converter(plan.clone(), &KpiPhysicalCodec, &converter)?;
//!
//! // ... and another one runs the plan.
//! let other = SessionContext::new();
//! kpi_sql::register(&other)?;
//! let task = other.task_ctx();
//! let read = physical_plan_from_bytes_with_proto_converter(&bytes, &task, &KpiPhysicalCodec, &converter)?;
//! let shown = |plan: &dyn datafusion::physical_plan::ExecutionPlan| displayable(plan).indent(false).to_string();
//! assert_eq!(shown(read.as_ref()), shown(plan.as_ref()));
//! assert!(shown(read.as_ref()).contains("KpiFoldExec"));
//!
//! let rows = collect(read, task).await?;
//! let answer = datafusion::arrow::util::pretty::pretty_format_batches(&rows)?.to_string();
//! assert!(answer.contains("| SMB     | 50.0 |"), "{answer}");
//! # Ok(())
//! # }
//! ```
//!
//! - *Functions go by their names.* All that they need is in their arguments: `kpi_band` has the benchmarks with which its query was
//!   planned in an argument of their own, so those of the session that runs the plan make no difference. Functions of this crate are
//!   found where no session has them registered.
//! - *Both programs have the same version* of this crate. Nodes of another one are refused, because what goes from one node to the next
//!   may have changed.
//! - *What a program adds itself*, such as nodes and functions of its own, needs its own codec beside this one, in a
//!   `ComposedPhysicalExtensionCodec`.
//! - *`DeduplicatingProtoConverter`* keeps what a join finds out at run time for its scans; with the default converter answers are
//!   the same, and scans may read more.
//! - *Plans of the sessions in `kpi_sql::session`* have functions that check what analysts type, and are run where they were planned.

mod codec;
mod message;

pub use codec::KpiPhysicalCodec;
