//! Where the results of a prompt go: to the screen, each by itself, or together to a file.

use std::path::{Path, PathBuf};

use crate::cli::args::Args;
use crate::cli::destination::Destination;
use crate::cli::ending::{self, FileWords};
use crate::cli::error::Error;
use crate::cli::rejects_file::rejects_beside_results;
use crate::cli::screen;
use crate::session::output::{Format, Unfinished};

/// What somebody types at the prompt.
const AS_COMMANDS: FileWords = FileWords {
    output: "\\o",
    format: "\\format NAME first, for example \\format csv",
};

/// Where the results go.
pub(super) struct Results {
    args: Args,
    unfinished: Unfinished,
    file: Option<(PathBuf, Destination)>,
}

/// The place of one result.
pub(super) enum OnePlace<'a> {
    Screen(Destination),
    File(&'a mut Destination),
}

impl OnePlace<'_> {
    pub fn destination(&mut self) -> &mut Destination {
        match self {
            OnePlace::Screen(screen) => screen,
            OnePlace::File(file) => file,
        }
    }
}

impl Results {
    /// As the arguments say.
    pub fn new(args: &Args, unfinished: &Unfinished) -> Result<Self, Error> {
        let mut args = args.clone();
        let file = args.output.take();
        let mut results = Self {
            args,
            unfinished: unfinished.clone(),
            file: None,
        };
        if let Some(file) = file {
            results.begin_file(&file)?;
        }
        // What cannot be shown is said before anything is typed.
        results.screen()?;
        Ok(results)
    }

    /// How results look on the screen.
    pub fn format(&self) -> Format {
        self.args.format.unwrap_or(Format::Table)
    }

    /// Has them look like this.
    pub fn set_format(&mut self, format: Format) {
        self.args.format = Some(format);
        let has_rows = matches!(format, Format::Table | Format::Vertical | Format::Markdown);
        if !has_rows {
            self.args.max_rows = None;
        }
        if !matches!(format, Format::Csv | Format::Tsv) {
            self.args.bom = false;
        }
    }

    /// Where they are shown.
    pub fn screen(&self) -> Result<Destination, Error> {
        Destination::new(&self.args, &self.unfinished)
    }

    /// The file that they go to.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_ref().map(|(file, _)| file.as_path())
    }

    /// Has the results that follow go to a file.
    pub fn begin_file(&mut self, file: &Path) -> Result<(), Error> {
        let by_name = ending::said(file).format.is_some();
        if !by_name && self.args.format.is_none() {
            ending::format(file, &AS_COMMANDS)?;
        }
        let folder = file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            return Err(Error::Usage(format!(
                "\\o {}: there is no folder {}",
                file.display(),
                folder.display()
            )));
        }
        let args = Args {
            output: Some(file.to_path_buf()),
            format: self.args.format.filter(|_| !by_name),
            max_rows: None,
            ..self.args.clone()
        };
        rejects_beside_results(&args)?;
        let destination = Destination::new(&args, &self.unfinished)?;
        self.file = Some((file.to_path_buf(), destination));
        Ok(())
    }

    /// Gives the file its name, if there is one; the results that follow are shown.
    pub fn end_file(&mut self) -> Result<(), Error> {
        match self.file.take() {
            Some((_, file)) => file.end(Ok(())),
            None => Ok(()),
        }
    }

    /// The place of the next result.
    pub fn next(&mut self) -> Result<OnePlace<'_>, Error> {
        Ok(match &mut self.file {
            Some((_, file)) => OnePlace::File(file),
            None => OnePlace::Screen(Destination::new(&self.args, &self.unfinished)?),
        })
    }

    /// To be called when a statement has ended, of which a file had so many results before.
    pub fn ended(&mut self, before: usize, result: Result<(), Error>) -> Result<(), Error> {
        let Some((path, file)) = &self.file else {
            return result;
        };
        if file.n_results() == before {
            return result;
        }
        match result {
            Ok(()) if file.holds_one_result() => self.end_file(),
            Ok(()) => Ok(()),
            Err(e) => {
                let shown = path.display().to_string();
                // A part of a result would be taken for the whole.
                self.file = None;
                screen::say(&e.message());
                screen::note(&format!(
                    "{shown} is not written, because a result of it is not whole; \\o {shown} begins it anew"
                ));
                Err(Error::Found)
            }
        }
    }
}
