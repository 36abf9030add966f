//! Where the results of a run go: to one place, or to a file each.

use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use datafusion::arrow::datatypes::SchemaRef;

use super::alarm::AlarmArgs;
use super::args::Args;
use super::ending;
use super::error::Error;
use super::result_name::{self, NamedFor};
use super::screen;
use crate::session::output::{
    About, Compression, Format, OneResult, Output, Pager, Place, Shown, Unfinished,
};
use crate::session::{self, Session, Statement};
use crate::tables::is_address;

/// How many rows a table on a terminal has at most, if nobody says it.
const ON_A_TERMINAL: u64 = 1_000;

/// What a table says that does not show all rows, and one that does not show values whole.
const ALL_ROWS: &str = "--max-rows 0 or -o FILE shows all";
const WHOLE: &str = "--format vertical or --raw shows them whole, and so does -o FILE";

/// The same at a prompt.
const ALL_ROWS_AT_PROMPT: &str = "\\o FILE has all";
const WHOLE_AT_PROMPT: &str = "\\format vertical shows them whole, and so does \\o FILE";

/// What has room for a result that a workbook has none for.
const LARGER: &str = "-o FILE.csv or FILE.parquet";

/// Where the results of a run go.
pub(super) enum Destination {
    /// All to one place.
    One(Box<Output>, Format),
    /// All to a pager; what is to be said beside them waits until the person has left it.
    Paged(Box<Output>, Pager, Vec<String>),
    /// Each to a file of its name.
    Each(ResultFiles),
}

/// A file for each result, in one folder.
pub(super) struct ResultFiles {
    folder: PathBuf,
    format: Format,
    compression: Option<Compression>,
    byte_order_mark: bool,
    /// The folders that were made for them, which are removed if nothing gets there.
    made: Vec<PathBuf>,
    outputs: Vec<Output>,
    unfinished: Unfinished,
}

impl Destination {
    /// What the arguments say, before anything runs. `unfinished` gets to know what a process that ends in the middle of it
    /// leaves behind.
    pub fn new(args: &Args, unfinished: &Unfinished) -> Result<Self, Error> {
        let of_results = ["format", "output", "output-dir", "max-rows", "bom"];
        let is_typed = args
            .given
            .iter()
            .any(|given| of_results.contains(&given.as_str()));
        if args.task.is_some() && is_typed {
            return Err(Error::Usage(
                "--format, -o, --output-dir, --max-rows and --bom before check, schema and report are for results of queries; \
                 kpi-sql check orders.csv --format json writes a report as JSON, > FILE writes it to a file, and \
                 kpi-sql report -f pack.sql -o pack.html makes a page"
                    .to_string(),
            ));
        }
        let is_of_alarms = |given: &&String| AlarmArgs::NAMES.contains(&given.as_str());
        if args.task.is_some()
            && let Some(given) = args.given.iter().find(is_of_alarms)
        {
            return Err(Error::Usage(format!(
                "--{given} before check and schema is for results of queries; kpi-sql check has an exit code of its own, 1 where it finds \
                 something"
            )));
        }
        let (format, compression) = format(args)?;
        let is_shown = args.output.is_none() && args.output_dir.is_none();
        let has_rows = matches!(format, Format::Table | Format::Vertical | Format::Markdown);
        if args.max_rows.is_some() && (!is_shown || !has_rows) {
            return Err(Error::Usage(
                "--max-rows is for tables on the screen, and this result is written whole; \
                 for fewer rows write LIMIT N at the end of the query"
                    .to_string(),
            ));
        }
        if args.bom && !matches!(format, Format::Csv | Format::Tsv) {
            return Err(Error::Usage(
                "--bom is for csv and tsv: add --format csv, or -o FILE.csv".to_string(),
            ));
        }
        if let Some(folder) = &args.output_dir {
            if is_address(&folder.to_string_lossy()) {
                return Err(Error::Usage(format!(
                    "--output-dir is a folder of this computer: of several objects some could be there and others not; -o {}/NAME.csv \
                     writes one",
                    folder.display()
                )));
            }
            return Ok(Destination::Each(ResultFiles {
                folder: folder.clone(),
                format,
                compression,
                byte_order_mark: args.bom,
                made: vec![],
                outputs: vec![],
                unfinished: unfinished.clone(),
            }));
        }
        let is_terminal = is_shown && std::io::stdout().is_terminal();
        let is_paged = is_terminal && format.is_for_people() && compression.is_none();
        let is_wide = args.raw && format != Format::Vertical;
        let pager = is_paged.then(|| screen::pager(is_wide)).flatten();
        let place = match (&args.output, &pager) {
            (Some(file), _) => Place::File(file.clone()),
            (None, _) if !format.is_text() => {
                let ending = ending::of(format, None);
                return Err(Error::Usage(format!(
                    "--format {ending} writes a file: add -o FILE.{ending}"
                )));
            }
            (None, _) if compression.is_some() && is_terminal => {
                return Err(Error::Usage(
                    "a terminal shows no compressed text: add -o FILE.csv.gz, or leave --compression out"
                        .to_string(),
                ));
            }
            (None, Some(pager)) => Place::Pager(pager.clone()),
            (None, None) => Place::Stdout,
        };
        let (all_rows, whole) = match args.at_prompt {
            true => (ALL_ROWS_AT_PROMPT, WHOLE_AT_PROMPT),
            false => (ALL_ROWS, WHOLE),
        };
        let usual = is_terminal.then_some(ON_A_TERMINAL);
        let shown = match args.max_rows.or(usual).filter(|rows| *rows > 0) {
            Some(rows) if is_shown => Shown::at_most(rows, all_rows),
            _ => Shown::ALL,
        };
        let mut output = Output::new(format, place)
            .showing(shown)
            .with_larger(LARGER)
            .compressed(compression)
            .sharing(unfinished.clone());
        if is_terminal {
            output = output.on_terminal(screen::terminal(args.raw, whole));
        }
        if args.bom {
            output = output.with_byte_order_mark();
        }
        Ok(match pager {
            Some(pager) => Destination::Paged(Box::new(output), pager, vec![]),
            None => Destination::One(Box::new(output), format),
        })
    }

    /// Has results go to the object stores of a session as well.
    pub fn reach(&mut self, session: &Session) {
        if let Destination::One(output, _) = self {
            output.reach(session.store_access());
        }
    }

    /// Refuses, before they run, statements whose results have no place or no name.
    pub fn check(&self, statements: &[Statement]) -> Result<(), Error> {
        match self {
            Destination::Each(files) if files.format == Format::Xlsx => {
                result_name::check(statements, NamedFor::Workbooks)
            }
            Destination::Each(_) => result_name::check(statements, NamedFor::Files),
            Destination::One(_, Format::Xlsx) => result_name::check(statements, NamedFor::Sheets),
            Destination::One(output, format) if format.holds_one_result() => {
                one_result(output, *format, statements)
            }
            Destination::One(..) | Destination::Paged(..) => Ok(()),
        }
    }

    /// Says something on standard error.
    pub fn say(&mut self, text: String) {
        match self {
            Destination::Paged(_, _, waiting) => waiting.push(text),
            _ => screen::say(&text),
        }
    }

    /// How many results have begun.
    pub fn n_results(&self) -> usize {
        match self {
            Destination::One(output, _) | Destination::Paged(output, ..) => output.n_results(),
            Destination::Each(files) => files.outputs.len(),
        }
    }

    /// Begins the next result.
    pub fn begin(
        &mut self,
        statement: &Statement,
        schema: &SchemaRef,
        about: About,
    ) -> Result<OneResult<'_>, session::Error> {
        match self {
            Destination::One(output, _) | Destination::Paged(output, ..) => {
                output.begin(schema, about)
            }
            Destination::Each(files) => files.begin(statement, schema, about),
        }
    }

    /// To be called when a result is written.
    pub fn finished(&mut self) -> Result<(), session::Error> {
        match self {
            Destination::One(..) | Destination::Paged(..) => Ok(()),
            // A file that is complete is closed: there may be many.
            Destination::Each(files) => files.outputs.last_mut().map_or(Ok(()), Output::complete),
        }
    }

    /// Whether it has no place for a second result.
    pub fn holds_one_result(&self) -> bool {
        matches!(self, Destination::One(output, format) if output.file().is_some() && format.holds_one_result())
    }

    /// Whether rows appear on the terminal, where other things are shown as well.
    pub fn is_on_the_screen(&self) -> bool {
        self.has_a_reader() && std::io::stdout().is_terminal()
    }

    /// Whether it is somebody who reads them while they come.
    pub fn has_a_reader(&self) -> bool {
        match self {
            Destination::One(output, _) => output.file().is_none(),
            Destination::Paged(..) => true,
            Destination::Each(_) => false,
        }
    }

    /// The program that somebody has to leave before this one ends.
    pub fn pager(&self) -> Option<Pager> {
        match self {
            Destination::Paged(_, pager, _) => Some(pager.clone()),
            _ => None,
        }
    }

    /// Whether rows of the result that was begun last are out, where somebody may have read them.
    pub fn has_rows_out(&self) -> bool {
        match self {
            Destination::One(output, _) | Destination::Paged(output, ..) => output.has_rows_out(),
            Destination::Each(_) => false,
        }
    }

    /// Ends a run: if it went well, everything arrives.
    pub fn end(self, result: Result<(), Error>) -> Result<(), Error> {
        match (self, result) {
            (Destination::Paged(output, _, waiting), result) => {
                let result = match result {
                    Ok(()) => output.close().map_err(Error::from),
                    Err(e) => {
                        drop(output);
                        Err(e)
                    }
                };
                waiting.iter().for_each(|text| screen::say(text));
                result
            }
            (_, Err(e)) => Err(e),
            (Destination::One(output, _), Ok(())) => Ok(output.close()?),
            (Destination::Each(files), Ok(())) => Ok(files.close()?),
        }
    }
}

impl ResultFiles {
    fn begin(
        &mut self,
        statement: &Statement,
        schema: &SchemaRef,
        about: About,
    ) -> Result<OneResult<'_>, session::Error> {
        let failed = |message: String| session::Error::new(session::ErrorKind::Output, message);
        let Some(name) = &about.name else {
            return Err(failed(result_name::without(statement)));
        };
        self.make_folder().map_err(|e| {
            failed(format!(
                "the folder {} cannot be made: {e}",
                self.folder.display()
            ))
        })?;
        let ending = ending::of(self.format, self.compression);
        let file = self.folder.join(format!("{name}.{ending}"));
        let output = Output::new(self.format, Place::File(file))
            .compressed(self.compression)
            .with_larger(LARGER)
            .sharing(self.unfinished.clone());
        self.outputs.push(match self.byte_order_mark {
            true => output.with_byte_order_mark(),
            false => output,
        });
        let output = self.outputs.last_mut().expect("it has just come");
        output.begin(schema, about)
    }

    fn make_folder(&mut self) -> std::io::Result<()> {
        let above = self.folder.ancestors();
        let missing = above.take_while(|folder| !is_there(folder));
        let missing: Vec<PathBuf> = missing.map(Path::to_path_buf).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(&folder)?;
            self.made.push(folder);
        }
        Ok(())
    }

    fn close(mut self) -> Result<(), session::Error> {
        if self.outputs.is_empty() {
            let message = format!(
                "there is nothing to write to {}: no statement had a result",
                self.folder.display()
            );
            return Err(session::Error::new(session::ErrorKind::Output, message));
        }
        Output::close_all(std::mem::take(&mut self.outputs))
    }
}

fn is_there(folder: &Path) -> bool {
    folder.as_os_str().is_empty() || folder.exists()
}

impl Drop for ResultFiles {
    fn drop(&mut self) {
        self.outputs.clear();
        for folder in self.made.iter().rev() {
            // One that has files stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// The format and the compression that were asked for.
fn format(args: &Args) -> Result<(Format, Option<Compression>), Error> {
    let (format, by_name) = match (args.format, &args.output) {
        (Some(format), Some(file)) => {
            let by_name = ending::said(file).compression;
            (format, by_name.filter(|_| format.is_text()))
        }
        (Some(format), None) => (format, None),
        (None, Some(file)) => ending::format(file, &ending::AS_ARGUMENTS)?,
        (None, None) if args.output_dir.is_some() => (Format::Csv, None),
        (None, None) => (Format::Table, None),
    };
    let Some(asked) = args.compression else {
        return Ok((format, by_name));
    };
    if !format.is_text() {
        return Err(Error::Usage(
            "--compression is for text: xlsx, parquet and arrow files are compressed inside, or read as they are"
                .to_string(),
        ));
    }
    match &args.output {
        Some(file) if by_name != Some(asked) => {
            let plain = match by_name {
                Some(_) => file.with_extension(""),
                None => file.clone(),
            };
            Err(Error::Usage(format!(
                "the name {} does not say what the file would be: -o {}.{}",
                file.display(),
                plain.display(),
                asked.ending()
            )))
        }
        _ => Ok((format, Some(asked))),
    }
}

fn one_result(output: &Output, format: Format, statements: &[Statement]) -> Result<(), Error> {
    let with_result: Vec<&Statement> = statements.iter().filter(|s| s.has_result()).collect();
    let (Some(second), Some(file)) = (with_result.get(1), output.file()) else {
        return Ok(());
    };
    let what = match format {
        Format::Arrow => "an Arrow file",
        _ => "a Parquet file",
    };
    let message = format!(
        "{what} holds one result, and there are {} for -o {}, this being the second one\n  \
         --output-dir DIR --format {} writes a file for each, called as a line -- name: NAME above its statement says; \
         -o FILE.xlsx has a sheet for each",
        with_result.len(),
        file.display(),
        ending::of(format, None)
    );
    Err(Error::Usage(second.placed(&message)))
}
