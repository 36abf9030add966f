//! The rows of a file, a batch after the other, with what is to be said of them.

use std::sync::Arc;

use datafusion::arrow::array::{BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::error::ArrowError;
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::physical_plan::metrics::BaselineMetrics;

use super::csv_file::Lenient;
use super::decoding::Texts;
use super::late::LateNotes;
use super::most_rejects::MostRejects;
use super::position::Position;
use super::rows::CsvRows;
use super::shared::SharedFile;
use super::sifted::LeftOutLine;
use crate::tables::paths::urls::shown_location;

/// The rows of a file.
pub(super) struct CsvBatches {
    pub texts: Texts,
    /// Where the next texts come from.
    pub file: Arc<SharedFile>,
    pub rows: CsvRows,
    /// What the table is called by which notes are put together; without one they are of each file.
    pub table: Option<Arc<str>>,
    pub position: Position,
    /// How many rows were read of the file.
    pub read: u64,
    /// How many lines were left out.
    pub rejects: u64,
    /// Whether the header line is counted as read.
    pub is_past_the_header: bool,
    pub lenient: Option<(Lenient, MostRejects)>,
    /// How many files the scan has.
    pub all_files: usize,
    /// Who is told what the rows show.
    pub late: Option<Arc<LateNotes>>,
    pub metrics: BaselineMetrics,
}

impl CsvBatches {
    /// Goes on with the next piece of the file; whether there is one.
    fn next_piece(&mut self) -> Result<bool> {
        let piece = self.file.pieces.next();
        let piece = piece.map_err(|e| {
            let error = ArrowError::IoError(e.to_string(), e);
            self.rows.broken(&self.position.path, &error)
        })?;
        let Some(piece) = piece else {
            return Ok(false);
        };
        let has_header = self.rows.has_header && piece.is_first;
        self.texts.begin(Arc::clone(&piece.bytes), has_header);
        self.position.before = 0;
        self.position.piece = Some(piece);
        Ok(true)
    }

    /// The rows of texts, of which those that do not fit may be left out.
    fn rows(&mut self, texts: &RecordBatch) -> Result<RecordBatch> {
        if self.lenient.is_none() {
            let batch = self.batch(texts)?;
            // Whatever was met may be said.
            self.tell(Some(u64::MAX), vec![], false)?;
            return Ok(batch);
        }
        if self.rows.has_header && !self.is_past_the_header {
            self.file.sifted.lock().read(1);
            self.is_past_the_header = true;
        }
        let misfits = self.rows.misfits(texts);
        let mut rejects = vec![];
        let mut kept = texts.clone();
        if !misfits.is_empty() {
            let sifted = self.file.sifted.lock();
            let left_out = misfits.iter().map(|(row, (column, reason))| {
                // What nobody can be told of is not left out.
                let Some((line, text)) = sifted.record(*row) else {
                    let file = shown_location(&self.position.path);
                    return exec_err!(
                        "{} has {reason} in a line whose place is not known, so that it cannot be saved and is not left \
                         out; without {} the error names its line",
                        file.display(),
                        self.rows.file.looking.option_names.lenient
                    );
                };
                Ok(LeftOutLine {
                    line,
                    column: Some(column.clone()),
                    reason: reason.clone(),
                    text,
                })
            });
            rejects = left_out.collect::<Result<_>>()?;
            drop(sifted);
            let fits = (0..texts.num_rows()).map(|row| Some(!misfits.contains_key(&row)));
            kept = filter_record_batch(texts, &fits.collect::<BooleanArray>())?;
        }
        let last = self.file.sifted.lock().read(texts.num_rows());
        let batch = self.batch(&kept)?;
        self.tell(last, rejects, false)?;
        Ok(batch)
    }

    /// The rows of texts, which are counted.
    fn batch(&mut self, texts: &RecordBatch) -> Result<RecordBatch> {
        let batch = self.rows.batch(texts, &self.position)?;
        self.position.before += batch.num_rows() as u64;
        self.read += batch.num_rows() as u64;
        Ok(batch)
    }

    /// Tells the session what was left out up to a line, or to the end.
    fn tell(
        &mut self,
        line: Option<u64>,
        mut rejects: Vec<LeftOutLine>,
        is_whole: bool,
    ) -> Result<()> {
        let (of_lines, headers) = match (line, is_whole) {
            (None, false) => (vec![], vec![]),
            _ => self.file.sifted.lock().take_up_to(line),
        };
        rejects.extend(of_lines);
        let looking = &self.rows.file.looking;
        for reject in &mut rejects {
            reject.line = looking.line(reject.line);
        }
        let headers = headers.into_iter().map(|line| looking.line(line)).collect();
        let file = shown_location(&self.position.path);
        let Some(late) = &self.late else {
            return Ok(());
        };
        late.rejects.add_headers(&file, headers);
        let Some((lenient, most)) = &self.lenient else {
            return Ok(());
        };
        self.rejects += rejects.len() as u64;
        let table = lenient.table.as_deref();
        let table = table.map_or_else(|| file.display().to_string(), String::from);
        let added = late.rejects.add(&table, &file, rejects);
        added.or_else(|words| exec_err!("{words}"))?;
        let counts = (self.read, self.rejects);
        match most.judge(&file, counts, is_whole, self.all_files) {
            Some(too_many) => {
                let saved_in = late.rejects.saved_in();
                let names = &self.rows.file.looking.option_names;
                exec_err!("{}", too_many.words(&table, &saved_in, names))
            }
            None => Ok(()),
        }
    }
}

impl Iterator for CsvBatches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let elapsed = self.metrics.elapsed_compute().clone();
        let _timer = elapsed.timer();
        let texts = loop {
            match self.texts.next() {
                Ok(Some(texts)) => break Some(texts),
                Ok(None) => match self.next_piece() {
                    Ok(true) => {}
                    Ok(false) => break None,
                    Err(e) => return Some(Err(e)),
                },
                Err(e) => return Some(Err(self.rows.broken(&self.position.path, &e))),
            }
        };
        let batch = match texts {
            Some(texts) => self.rows(&texts),
            None => match self.tell(None, vec![], true) {
                Ok(()) => return None,
                Err(e) => Err(e),
            },
        };
        if let Some(notes) = &self.late {
            let file = shown_location(&self.position.path);
            let looking = &self.rows.file.looking;
            looking.guessed.note(&file, notes);
            let table = self.table.as_deref();
            let table = table.map_or_else(|| file.display().to_string(), String::from);
            let mut of_all = self.file.nothing.lock();
            of_all.add(std::mem::take(&mut self.rows.nothing));
            notes.add_nothing(&table, &file, &of_all, &looking.option_names);
        }
        Some(batch)
    }
}
