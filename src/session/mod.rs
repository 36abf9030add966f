//! A session for people who type SQL: what the `kpi-sql` program and the Python package have in common.
//!
//! A [`Session`] is a DataFusion session with the KPIs, that keeps to limits of memory and disk, opens the tables that a
//! statement names, and says in words what went wrong. A program or package is a thin face over it: it reads what was
//! asked for, and shows the rows.
//!
//! The way of a statement: [`parse`] cuts a text into statements, `names` opens the tables that one needs, `refused` and
//! `noted` look at it before and after it is planned, `parameters` gives each `$name` its value, `rewritten` and `counted` change the plan where its values would be wrong or rows
//! would be missing without a word, `copy` prepares files, `run` takes it through all of these, [`output`] writes its rows, and
//! `words` turns DataFusion's errors into sentences. `resources` is what all of them may use of the machine, `settings` what it was told.
//!
//! ```
//! # use kpi_sql::session::{Face, Session, Settings, parse};
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let face = Face {
//!     memory_limit: "memory limit",
//!     threads: "threads",
//!     spill_dir: "spill folder",
//!     spill_limit: "spill limit",
//!     infer_rows: "a sample of N rows",
//!     raw_files: "raw files",
//!     own_table: "add_table(NAME, path)",
//!     own_table_instead: "add_table(NAME, path) names another one",
//!     parameter: "a parameter NAME",
//!     read_only: "this session only reads",
//! };
//! let mut session = Session::new(&Settings::new(face))?;
//! session.add_table("orders", "sample_data/orders").await?;
//! for statement in parse("the report", "SELECT nps(score) FROM (VALUES (10), (3)) AS t(score)")? {
//!     let answer = session.begin(&statement, &[]).await?;
//!     let rows = answer.frame.clone().collect().await.map_err(|e| answer.error(&e))?;
//!     assert_eq!(rows[0].num_rows(), 1);
//! }
//! # Ok(())
//! # }
//! # tokio::runtime::Runtime::new().unwrap().block_on(example()).unwrap();
//! ```

#[cfg(feature = "cli")]
mod condition;
mod copy;
mod counted;
mod error;
mod exprs;
mod names;
mod noted;
pub mod output;
mod parameters;
mod progress;
mod refused;
mod resources;
mod result_names;
mod rewritten;
mod run;
mod script;
mod settings;
mod words;

#[cfg(feature = "cli")]
pub(crate) use crate::session_support::{ShownChange, taken_apart};
#[cfg(feature = "cli")]
pub(crate) use condition::{Condition, RowJudge};
pub use error::{Error, ErrorKind};
pub use parameters::{Parameter, ParameterValue};
pub use progress::{ProgressWatch, Reached};
pub use resources::Folders;
#[cfg(feature = "cli")]
pub(crate) use run::USUAL_REJECTS;
pub use run::{Answer, Planned, Session, What};
pub use script::{Statement, is_whole, parse};
pub use settings::sizes;
pub use settings::{Data, Face, FileOption, Settings, TableOptions};
pub use words::messages;
