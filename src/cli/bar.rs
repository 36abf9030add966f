//! A bar on the terminal that says how far a statement is, for those that take long.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::args::Args;
use super::screen;
use crate::define::in_thousands;
use crate::session::{ProgressWatch, Reached};
use crate::tables::Elsewhere;

/// Statements that are faster have none.
const AFTER: Duration = Duration::from_millis(500);

const TICK: Duration = Duration::from_millis(100);

/// What is shown at most while anything is still to be done.
const MOST: f64 = 0.99;

/// The letters of a whole bar.
const BAR: usize = 20;

/// From which share on the time that is left can be told from the time that has passed.
const ENOUGH: f64 = 0.02;

/// A terminal shows Ctrl-C as ^C behind the bar, which is to be in the same line to be cleared with it.
const OF_CTRL_C: usize = 3;

/// Narrower terminals have the number alone.
const LEAST_FOR_BAR: usize = 60;

/// The bar of a statement, which goes when this is dropped.
pub(super) struct Bar {
    /// Dropped to end the thread that draws.
    goes_on: Option<Sender<()>>,
    drawing: Option<JoinHandle<()>>,
}

impl Bar {
    /// That of a statement which began then, if there is somebody to see it.
    pub fn new(args: &Args, began: Instant, watch: ProgressWatch) -> Self {
        let is_seen = !args.quiet && io::stderr().is_terminal() && !screen::is_dumb();
        let (goes_on, ended) = channel::<()>();
        let draw = move || {
            let mut is_drawn = false;
            while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                if began.elapsed() >= AFTER {
                    let room = screen::columns(terminal_size::terminal_size_of(io::stderr()));
                    let room = room.saturating_sub(OF_CTRL_C);
                    put(&line(watch.reached(), began.elapsed(), room));
                    is_drawn = true;
                }
            }
            if is_drawn {
                put("");
            }
        };
        let drawing = is_seen.then(|| std::thread::Builder::new().spawn(draw));
        Self {
            goes_on: Some(goes_on),
            // Without a thread to draw it there is none.
            drawing: drawing.and_then(Result::ok),
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.goes_on = None;
        if let Some(drawing) = self.drawing.take() {
            let _ = drawing.join();
        }
    }
}

/// Says something in a line of its own while a bar may be drawn.
pub(super) fn say_above(words: &str) {
    let mut err = io::stderr();
    let has_bar = err.is_terminal() && !screen::is_dumb();
    let clear = if has_bar { "\r\x1b[K" } else { "" };
    // Nobody listening is no reason to stop.
    let _ = writeln!(err, "{clear}note: {words}");
}

/// Puts a text in the place of what is in the line of the cursor.
fn put(line: &str) {
    let mut err = io::stderr();
    // Nobody looking is no reason to stop.
    let _ = write!(err, "\r{line}\x1b[K").and_then(|()| err.flush());
}

/// The line of a bar, for so many letters.
fn line(reached: Reached, passed: Duration, room: usize) -> String {
    let words = words(reached, passed);
    let line = match reached.share {
        Some(share) => {
            let share = share.min(MOST);
            let percent = format!("{:>3} %", (share * 100.0).floor());
            let done = "=".repeat((share * BAR as f64) as usize) + ">";
            match room > LEAST_FOR_BAR {
                true => format!("{percent} [{done:BAR$}] {words}"),
                false => format!("{percent} {words}"),
            }
        }
        None => words,
    };
    line.chars().take(room).collect()
}

/// What stands beside the bar.
fn words(reached: Reached, passed: Duration) -> String {
    let seconds = passed.as_secs_f64();
    let rows = in_thousands(&reached.rows.to_string());
    let read = match reached.rows {
        0 => format!("{}, {seconds:.0} s", preparing(reached.elsewhere)),
        1 => format!("1 row read, {seconds:.0} s"),
        _ => format!("{rows} rows read, {seconds:.0} s"),
    };
    match reached.share {
        Some(share) if share >= 1.0 => format!("{read}, putting the result together"),
        Some(share) if share >= ENOUGH => {
            let left = seconds * (1.0 - share) / share;
            format!("{read}, about {} left", span(left))
        }
        _ => read,
    }
}

/// What is done before there are rows.
fn preparing(elsewhere: Option<Elsewhere>) -> String {
    let number = |n: usize| in_thousands(&n.to_string());
    let megabytes = |bytes: u64| in_thousands(&(bytes >> 20).to_string());
    match elsewhere {
        None | Some(Elsewhere::Listed(0)) => "preparing".to_string(),
        Some(Elsewhere::Listed(1)) => "1 object listed".to_string(),
        Some(Elsewhere::Listed(objects)) => format!("{} objects listed", number(objects)),
        Some(Elsewhere::LookedInto { done, of }) => {
            format!("{} of {} files looked into", number(done), number(of))
        }
        Some(Elsewhere::Fetched { bytes, of: None }) => format!("{} MB fetched", megabytes(bytes)),
        Some(Elsewhere::Fetched {
            bytes,
            of: Some(of),
        }) => {
            let (bytes, of) = (megabytes(bytes), megabytes(of.max(1 << 20)));
            format!("{bytes} of {of} MB fetched")
        }
    }
}

/// A span of time that is only about so long.
fn span(seconds: f64) -> String {
    match seconds {
        s if s < 100.0 => format!("{} s", s.ceil()),
        s if s < 6000.0 => format!("{} min", (s / 60.0).round()),
        s => format!("{} h", (s / 3600.0).round()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_fits_the_terminal() {
        let reached = Reached {
            rows: 1000,
            share: Some(0.5),
            elsewhere: None,
        };
        let at = |room| line(reached, Duration::from_secs(4), room);
        assert_eq!(
            at(77),
            " 50 % [==========>         ] 1,000 rows read, 4 s, about 4 s left"
        );
        assert_eq!(at(57), " 50 % 1,000 rows read, 4 s, about 4 s left");
        assert_eq!(at(17), " 50 % 1,000 rows ");
        let all = Reached {
            share: Some(1.0),
            ..reached
        };
        let line = line(all, Duration::from_secs(4), 77);
        assert!(line.starts_with(" 99 % [===================>] "), "{line}");
    }

    #[test]
    fn the_words_say_what_is_left() {
        let at = |rows, share, seconds| {
            let passed = Duration::from_secs(seconds);
            let reached = Reached {
                rows,
                share,
                elsewhere: None,
            };
            words(reached, passed)
        };
        assert_eq!(at(0, None, 1), "preparing, 1 s");
        let of = Some(50 << 20);
        let bytes = 12 << 20;
        for (elsewhere, said) in [
            (Elsewhere::Listed(2500), "2,500 objects listed, 1 s"),
            (
                Elsewhere::LookedInto { done: 64, of: 2500 },
                "64 of 2,500 files looked into, 1 s",
            ),
            (Elsewhere::Fetched { bytes, of }, "12 of 50 MB fetched, 1 s"),
            (Elsewhere::Fetched { bytes, of: None }, "12 MB fetched, 1 s"),
        ] {
            let reached = Reached {
                elsewhere: Some(elsewhere),
                ..Reached::default()
            };
            assert_eq!(words(reached, Duration::from_secs(1)), said);
        }
        assert_eq!(at(1_234_567, None, 3), "1,234,567 rows read, 3 s");
        assert_eq!(
            at(4000, Some(0.25), 10),
            "4,000 rows read, 10 s, about 30 s left"
        );
        assert_eq!(
            at(4000, Some(0.5), 600),
            "4,000 rows read, 600 s, about 10 min left"
        );
        assert_eq!(at(40, Some(0.001), 9), "40 rows read, 9 s");
        assert_eq!(
            at(999, Some(1.0), 9),
            "999 rows read, 9 s, putting the result together"
        );
    }
}
