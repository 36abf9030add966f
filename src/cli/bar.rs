//! A bar on the terminal that says how far a statement is, for those that take long.

use std::io::{self, IsTerminal};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::Args;
use super::screen;
use crate::define::in_thousands;
use crate::session::{ProgressWatch, Reached};

/// Statements that are faster have none.
const AFTER: Duration = Duration::from_millis(500);

const TICK: Duration = Duration::from_millis(100);

/// What is shown at most while anything is still to be done.
const MOST_PERCENT: f64 = 99.0;

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
            let mut bar: Option<ProgressBar> = None;
            while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                if began.elapsed() < AFTER {
                    continue;
                }
                show(
                    bar.get_or_insert_with(drawn),
                    watch.reached(),
                    began.elapsed(),
                );
            }
            if let Some(bar) = bar {
                bar.finish_and_clear();
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

fn drawn() -> ProgressBar {
    ProgressBar::with_draw_target(Some(100), ProgressDrawTarget::stderr())
}

fn show(bar: &ProgressBar, reached: Reached, passed: Duration) {
    let room =
        screen::columns(terminal_size::terminal_size_of(io::stderr())).saturating_sub(OF_CTRL_C);
    let (template, taken) = match reached.share {
        Some(_) if room > LEAST_FOR_BAR => ("{percent:>3} % [{bar:20}] {msg}", 29),
        Some(_) => ("{percent:>3} % {msg}", 6),
        None => ("{msg}", 0),
    };
    let style = ProgressStyle::with_template(template).expect("the template is one");
    bar.set_style(style.progress_chars("=> "));
    let percent = reached.share.unwrap_or(0.0) * 100.0;
    bar.set_position(percent.min(MOST_PERCENT) as u64);
    let words = words(reached, passed);
    bar.set_message(
        words
            .chars()
            .take(room.saturating_sub(taken))
            .collect::<String>(),
    );
    bar.tick();
}

/// What stands beside the bar.
fn words(reached: Reached, passed: Duration) -> String {
    let seconds = passed.as_secs_f64();
    let rows = in_thousands(&reached.rows.to_string());
    let read = match reached.rows {
        0 => format!("preparing, {seconds:.0} s"),
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
    fn the_words_say_what_is_left() {
        let at = |rows, share, seconds| {
            let passed = Duration::from_secs(seconds);
            words(Reached { rows, share }, passed)
        };
        assert_eq!(at(0, None, 1), "preparing, 1 s");
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
