//! What is seen of files before their rows: that they are CSV, and what separates their values.

use std::io::Read;

use datafusion::common::plan_err;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::Result;

use super::header::{self, First};
use super::late::Guessed;
use super::looking::Looking;
use super::preamble::Top;
use super::{delimiter, place, preamble, quotes, reader, sample};
use crate::tables::formats::sniff;
use crate::tables::options::Options;
use crate::tables::side_by_side;
use crate::tables::storage::FilePath;
use crate::tables::words::some_files;

/// How each of the files is read, with the separator that it has.
pub(in crate::tables) fn lookings(
    files: &[FilePath],
    compression: FileCompressionType,
    options: &Options,
    threads: usize,
    notes: &mut Vec<String>,
) -> Result<Vec<Looking>> {
    let looking = Looking::new(compression, options)?;
    let of_file = |_, file: &FilePath| of_file(&file.held(), &looking, options);
    let lookings = side_by_side::of_each(files, threads, of_file)?;
    let (mut lookings, above): (Vec<Looking>, Vec<Option<Above>>) = lookings.into_iter().unzip();
    // Until here nothing was known by which a line is damaged.
    for looking in &mut lookings {
        looking.left_out.damaged = options.lenient;
    }
    separators(files, &lookings, options, notes);
    quotes::notes(files, &lookings, options, notes);
    lines_above(files, &lookings, &above, notes);
    compressions(files, &lookings, compression, notes);
    Ok(lookings)
}

/// What stands above the header line of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Above {
    Separator,
    Comments,
    Title,
}

fn of_file(
    file: &FilePath,
    looking: &Looking,
    options: &Options,
) -> Result<(Looking, Option<Above>)> {
    let mut looking = Looking {
        guessed: Guessed::default(),
        ..looking.clone()
    };
    if let Some(found) = by_content(file, looking.compression)? {
        looking.compression = found;
    }
    if let Some(lines) = options.skip {
        looking.skipped = lines;
        let mut below = looking.clone();
        below.dialect = quotes::of(file, &looking, options);
        let delimiter = options
            .delimiter
            .map_or_else(|| delimiter::find(file, &below), Ok);
        below.dialect.delimiter = delimiter?;
        return Ok((below, None));
    }
    let said = sep_line(file, &mut looking)?;
    let mut above = (looking.skipped > 0).then_some(Above::Separator);
    if looking.dialect.comment.is_none() && above.is_none() {
        looking.skipped = comments(file, &looking);
        above = (looking.skipped > 0).then_some(Above::Comments);
    }
    looking.dialect = quotes::of(file, &looking, options);
    looking.dialect.delimiter = match (options.delimiter, said) {
        (Some(delimiter), _) | (None, Some(delimiter)) => delimiter,
        (None, None) => delimiter::find(file, &looking)?,
    };
    // Whoever says that there is a header line has it in the first.
    if above.is_none() && options.header.is_none() {
        let below = match below_padding(file, &looking)? {
            Some(below) => Some(below),
            None => below_a_title(file, &looking, options),
        };
        if let Some(below) = below {
            return Ok((below, Some(Above::Title)));
        }
    }
    if options.delimiter.is_none() {
        not_below_a_title(file, &looking)?;
    }
    Ok((looking, above))
}

/// The same of a sheet, in which a title has all the columns of the table.
pub(super) fn of_sheet(
    file: &FilePath,
    mut looking: Looking,
    options: &Options,
) -> Result<(Looking, Option<Above>)> {
    if let Some(rows) = options.skip {
        looking.skipped = rows;
        return Ok((looking, None));
    }
    let below = match options.header {
        None => below_padding(file, &looking)?,
        Some(_) => None,
    };
    Ok(match below {
        Some(below) => (below, Some(Above::Title)),
        None => (looking, None),
    })
}

/// How many lines of comments stand above the header line.
fn comments(file: &FilePath, looking: &Looking) -> u64 {
    let mut start = vec![];
    let read = reader::open(file, looking).map(|text| text.take(1 << 16).read_to_end(&mut start));
    if !matches!(read, Ok(Ok(_))) {
        return 0;
    }
    // Lines end at \r as well, as they did on old Macs.
    let text = String::from_utf8_lossy(&start).replace("\r\n", "\n");
    let text = text.replace('\r', "\n");
    let text = text.trim_start_matches('\u{feff}');
    let lines = text.lines().take_while(|line| line.starts_with('#'));
    let n = lines.clone().count();
    // #id, #amount are names: a line of comment has other values than those below it, whatever parts them.
    let below = text.lines().nth(n).unwrap_or_default();
    let values = |line: &str| delimiter::DELIMITERS.map(|of| line.split(of as char).count());
    let is_comment = |line: &str| values(line) != values(below);
    match lines.clone().all(is_comment) && !below.is_empty() {
        true => n as u64,
        false => 0,
    }
}

/// How a file is read whose header line stands below a title, if the columns below it show that it is one: names over
/// numbers, dates or flags.
fn below_a_title(file: &FilePath, looking: &Looking, options: &Options) -> Option<Looking> {
    let found = looking.dialect.delimiter;
    let is_kept = options.delimiter.is_some()
        || preamble::is_even(file, looking)
        || preamble::splits_the_first_line(file, looking)
            && matches!(preamble::top(file, looking), Top::Rows(_));
    let others = delimiter::DELIMITERS.into_iter();
    let others = others.filter(|other| !is_kept && *other != found);
    let mut candidates = std::iter::once(found).chain(others);
    candidates.find_map(|delimiter| {
        let mut below = looking.clone();
        below.dialect.delimiter = delimiter;
        let header = preamble::header_line(file, &below)?;
        is_header(file, &mut below, header).then_some(below)
    })
}

/// Whether a line has names over numbers, dates or flags; the file is read from it on then.
fn is_header(file: &FilePath, below: &mut Looking, line: u64) -> bool {
    below.skipped = line - 1;
    let sample = sample::take(0, file, below, preamble::RECORDS, false);
    sample.is_ok_and(|sample| header::of(&sample) == First::Names && header::is_sure(&sample))
}

/// Whether nothing tells if the first line has names.
fn is_unknown(file: &FilePath, looking: &Looking) -> bool {
    let sample = sample::take(0, file, looking, preamble::RECORDS, false);
    sample.is_ok_and(|sample| matches!(header::of(&sample), First::Unknown(_)))
}

/// The same of a title that has the separators of the table; refuses a first line that may be a title or have the names.
fn below_padding(file: &FilePath, looking: &Looking) -> Result<Option<Looking>> {
    let mut below = looking.clone();
    let Some(padded) = preamble::padded(file, looking) else {
        return Ok(None);
    };
    let line = padded.header;
    match is_header(file, &mut below, line) {
        true if padded.is_sure => return Ok(Some(below)),
        true => {}
        // Over texts alone the first line is asked about in any case, and then it may be a title as well.
        false if padded.is_sure && is_unknown(file, looking) => {}
        false => return Ok(None),
    }
    let names = looking.option_names;
    let values = match padded.values {
        1 => "a value in 1".to_string(),
        n => format!("values in {n}"),
    };
    plan_err!(
        "{}: the first line has {values} of its {} columns, and line {line} looks like the header line; {} reads the file \
         from line {line} on, and {} takes the first line for the header line, {} for a row",
        file.display(),
        padded.columns,
        names.skip(line - 1),
        names.header,
        names.no_header
    )
}

/// The compression that the first bytes of a file show whose name says nothing of one.
fn by_content(file: &FilePath, named: FileCompressionType) -> Result<Option<FileCompressionType>> {
    if named.is_compressed() {
        return Ok(None);
    }
    let mut start = vec![];
    let read = reader::bytes(file, named)?.take(4).read_to_end(&mut start);
    // An error of reading is said by whoever reads the rows.
    Ok(read.ok().and_then(|_| sniff::compression_of(&start)))
}

/// What separates the values, by a line that spreadsheets write above the header line; the line is left out.
fn sep_line(file: &FilePath, looking: &mut Looking) -> Result<Option<u8>> {
    let mut start = vec![];
    let read = reader::open(file, looking)?
        .take(16)
        .read_to_end(&mut start);
    let line = start
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .next()
        .unwrap_or_default();
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    let line = line.trim_ascii_end();
    // A tab at the end is the separator.
    let value = match line.get(..4) {
        Some(name) if read.is_ok() && name.eq_ignore_ascii_case(b"sep=") => &line[4..],
        _ => return Ok(None),
    };
    looking.skipped = 1;
    Ok(match value {
        [] => Some(b'\t'),
        [delimiter] if delimiter.is_ascii() => Some(*delimiter),
        _ => None,
    })
}

/// Says what separates the values, where it is something that nobody may have meant to separate any.
fn separators(
    files: &[FilePath],
    lookings: &[Looking],
    options: &Options,
    notes: &mut Vec<String>,
) {
    if options.delimiter.is_some() {
        return;
    }
    let delimiter = |file: usize| lookings[file].dialect.delimiter;
    let shown = |file: usize| delimiter::shown(delimiter(file));
    let other = (1..files.len()).find(|file| delimiter(*file) != delimiter(0));
    match other {
        Some(other) => notes.push(format!(
            "files have different separators: {} has '{}' between its values, {} has '{}'",
            files[0].display(),
            shown(0),
            files[other].display(),
            shown(other)
        )),
        None if matches!(delimiter(0), b';' | b'|') => notes.push(format!(
            "{} is read with '{}' between its values",
            files[0].display(),
            shown(0)
        )),
        None => {}
    }
}

/// `orders.csv is`, or how many files there are like it.
fn which(files: &[FilePath], is: impl Fn(usize) -> bool) -> Option<String> {
    let of_them = files.iter().enumerate().filter(|(file, _)| is(*file));
    let (which, are) = some_files(of_them.map(|(_, file)| file.display()))?;
    Some(format!("{which} {are}"))
}

/// Says what was left out above the header lines.
pub(super) fn lines_above(
    files: &[FilePath],
    lookings: &[Looking],
    above: &[Option<Above>],
    notes: &mut Vec<String>,
) {
    for what in [Above::Separator, Above::Comments, Above::Title] {
        let is_it = |file: usize| above[file] == Some(what);
        let Some(read) = which(files, is_it) else {
            continue;
        };
        let of_them = (0..files.len()).filter(|file| is_it(*file));
        let of_them = of_them.map(|file| &lookings[file]);
        let is_sheet = of_them.clone().any(|looking| looking.sheet.is_some());
        let line = if is_sheet { "row" } else { "line" };
        let (lines, look) = match of_them.map(n_above).max() {
            Some(1) | None => (line.to_string(), "looks"),
            Some(n) if files.len() == 1 => (format!("{n} {line}s"), "look"),
            Some(n) => (format!("{line}s, {n} at most,"), "look"),
        };
        notes.push(match what {
            Above::Separator => format!(
                "{read} read without the line sep=… at the top, in which spreadsheets name the separator"
            ),
            Above::Comments => format!("{read} read without the {lines} of comment at the top"),
            Above::Title => format!(
                "{read} read without the {lines} above the header line, which {look} like a title"
            ),
        });
    }
}

/// How many lines are left out above those that are read; of a sheet, how many rows with a value.
fn n_above(looking: &Looking) -> u64 {
    match &looking.sheet {
        Some(sheet) => (sheet.records.len() - sheet.below(looking.skipped).len()) as u64,
        None => looking.skipped,
    }
}

fn compressions(
    files: &[FilePath],
    lookings: &[Looking],
    named: FileCompressionType,
    notes: &mut Vec<String>,
) {
    let read = which(files, |file| lookings[file].compression != named);
    notes.extend(read.map(|read| format!("{read} compressed, whatever the name says")));
}

/// Refuses a file of one column in which lines of several values follow a title and a line of nothing, or several lines:
/// the separator was looked for in the title.
fn not_below_a_title(file: &FilePath, looking: &Looking) -> Result<()> {
    if place::values_of_first(file, looking).is_none_or(|n| n > 1) {
        return Ok(());
    }
    // With the separator that it has been given, its lines are of several lengths, which is said elsewhere.
    let others = [b',', b';', b'\t', b'|'].into_iter();
    for delimiter in others.filter(|other| *other != looking.dialect.delimiter) {
        let mut looking = looking.clone();
        looking.dialect.delimiter = delimiter;
        let header = match preamble::top(file, &looking) {
            Top::Title(line) | Top::Rows(line) => Some(line),
            Top::OfTable => None,
        };
        if let Some(header) = header.filter(|line| *line > 2) {
            let shown = file.display();
            return plan_err!(
                "{shown} has no '{}' in its first line, but from line {header} on all lines have one: titles seem to stand \
                 above its header line. Remove them: tail -n +{header} {shown} > clean.csv",
                delimiter::shown(delimiter)
            );
        }
    }
    Ok(())
}
