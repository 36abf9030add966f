//! A table that questions are put to, in SQL.

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, FieldRef, SchemaRef};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::utils::quote_identifier;
use datafusion::error::Result;
use datafusion::prelude::DataFrame;
use futures::StreamExt;

use super::{shown, text_form};
use crate::session::{self, Answer, Session};
use crate::tables::{LateNotes, READ_FUNCTIONS, looks_like_a_path};

/// Rows as texts.
pub(super) type TextRows = Vec<Vec<Option<String>>>;

/// The rows of a frame that has few of them.
pub(super) async fn text_rows(frame: DataFrame) -> Result<TextRows> {
    let options = FormatOptions::default();
    let mut rows = vec![];
    for batch in frame.collect().await? {
        let columns = batch.columns().iter();
        let columns = columns
            .map(|column| Ok((column, ArrayFormatter::try_new(column, &options)?)))
            .collect::<Result<Vec<_>>>()?;
        for row in 0..batch.num_rows() {
            let cells = columns.iter();
            let cells = cells.map(|(column, shown)| {
                (!column.is_null(row)).then(|| shown.value(row).to_string())
            });
            rows.push(cells.collect());
        }
    }
    Ok(rows)
}

/// The whole number in a cell; 0 where there is none.
pub(super) fn whole(cell: Option<&Option<String>>) -> u64 {
    let cell = cell.and_then(Option::as_deref);
    cell.and_then(|cell| cell.parse().ok()).unwrap_or(0)
}

/// A table that questions are put to.
pub(super) struct AskedTable {
    /// As it was typed.
    pub name: String,
    pub schema: SchemaRef,
    answer: Answer,
    session: datafusion::prelude::SessionContext,
}

impl AskedTable {
    /// Opens whatever FROM takes; what there is to say of it is told by the session.
    pub async fn open(session: &mut Session, name: &str) -> Result<Self, session::Error> {
        let sql = format!("SELECT * FROM {}", quoted(name));
        let statements = session::parse(name, &sql)?;
        let statement = statements.first().expect("one was written");
        let answer = session.begin(statement, &[]).await;
        let answer = answer.map_err(|e| e.with(|message| plain(name, message)))?;
        let context = session.context().clone();
        context.register_udf(text_form::function());
        Ok(Self {
            name: name.to_string(),
            schema: answer.frame.schema().inner().clone(),
            answer,
            session: context,
        })
    }

    pub fn columns(&self) -> impl Iterator<Item = &FieldRef> {
        self.schema.fields().iter()
    }

    /// The table in FROM.
    pub fn from(&self) -> String {
        quoted(&self.name)
    }

    /// The answer to a question of few rows.
    pub async fn ask(&self, sql: &str) -> Result<TextRows, session::Error> {
        let rows = async { text_rows(self.session.sql(sql).await?).await };
        let rows = rows.await;
        rows.map_err(|e| {
            self.answer
                .error(&e)
                .with(|message| plain(&self.name, message))
        })
    }

    /// Takes the texts of a query of one column, row by row: there may be more than fit into memory.
    pub async fn each_text(
        &self,
        sql: &str,
        mut each: impl FnMut(&str),
    ) -> Result<(), session::Error> {
        let read = async {
            let mut batches = self.session.sql(sql).await?.execute_stream().await?;
            while let Some(batch) = batches.next().await {
                let texts = cast(batch?.column(0), &DataType::Utf8View)?;
                texts.as_string_view().iter().flatten().for_each(&mut each);
            }
            Ok(())
        };
        let read: Result<()> = read.await;
        read.map_err(|e| {
            self.answer
                .error(&e)
                .with(|message| plain(&self.name, message))
        })
    }

    /// The only row of an answer.
    pub async fn ask_one(&self, sql: &str) -> Result<Vec<Option<String>>, session::Error> {
        Ok(self.ask(sql).await?.into_iter().next().unwrap_or_default())
    }

    /// What was met while rows were read.
    pub fn notes(&self) -> Vec<String> {
        let late = self
            .session
            .state_ref()
            .read()
            .config()
            .get_extension::<LateNotes>();
        let late = late.map(|late| late.take());
        // What there is to say of the questions is for nobody.
        let _ = self.answer.take_notes();
        late.unwrap_or_default()
    }
}

/// A name in SQL, whatever is in it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A name in SQL as a person would write it.
pub(super) fn written(name: &str) -> String {
    quote_identifier(name).into_owned()
}

/// What stands in FROM: a path in single quotes, a name without, a call of a read function as it is.
pub(super) fn written_table(name: &str) -> String {
    if path_of_call(name).is_some() {
        return name.to_string();
    }
    match looks_like_a_path(name) {
        true => shown::literal(name),
        false => written(name),
    }
}

/// The path of a table that has the call of a read function as its name: `read_csv('orders.csv', header => true)`.
pub(super) fn path_of_call(table: &str) -> Option<&str> {
    let argument = READ_FUNCTIONS.iter().find_map(|function| {
        let rest = table.strip_prefix(function.name())?;
        rest.strip_prefix("('")
    })?;
    Some(argument.split_once('\'')?.0)
}

/// A message without the place and the text of a statement that nobody wrote.
fn plain(name: &str, message: &str) -> String {
    let message = message
        .strip_prefix(&format!("{name}:1: "))
        .unwrap_or(message);
    let end = message.rfind("\n  in: ").unwrap_or(message.len());
    message[..end].to_string()
}
