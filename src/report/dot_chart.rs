//! Segments side by side: a dot for each value, a line for its interval.

use super::axis::NumberAxis;
use super::figure::{Figure, FigureView};
use super::svg::{Anchor, Picture, shortened};
use super::words::{interval, number};

const WIDTH: u32 = 720;
const LEFT: f64 = 190.0;
const RIGHT: f64 = 600.0;
const TOP: f64 = 14.0;
const ROW: f64 = 26.0;

/// How wide a letter is, about.
const LETTER: f64 = 7.0;

/// So many letters of a segment have room.
const LETTERS: usize = 24;

/// Draws the total and the segments side by side, in the period that is told first.
pub fn dot_chart(id: &str, figure: &Figure) -> Option<String> {
    let views = || {
        figure
            .views
            .iter()
            .filter_map(|view| Some((view, view.latest.as_ref()?)))
    };
    let rows: Vec<_> = views().collect();
    if rows.len() < 2
        || rows
            .iter()
            .all(|(_, latest)| latest.reading.value.is_none())
    {
        return None;
    }
    let bottom = TOP + ROW * rows.len() as f64;
    let numbers = rows.iter().flat_map(|(_, latest)| {
        let ends = latest.reading.interval.map(|(low, high)| [low, high]);
        let value = latest.reading.value;
        value
            .into_iter()
            .chain(ends.into_iter().flatten().filter(move |_| value.is_some()))
    });
    let target = figure.yardstick.target;
    let axis = NumberAxis::over(numbers.chain(target), LEFT, RIGHT);
    let period = rows.iter().find_map(|(_, latest)| latest.period.as_ref());
    let title = match period {
        Some(period) => format!("{} by segment in {}", figure.name, period.label()),
        None => format!("{} by segment", figure.name),
    };
    let described: Vec<String> = rows
        .iter()
        .map(|(view, latest)| format!("{} {}", view.segment, latest.reading.text))
        .collect();
    let height = (bottom + 46.0) as u32;
    let mut picture = Picture::new(id, (WIDTH, height), &title, &described.join(", "));
    let ticks = axis.ticks();
    let grid: Vec<_> = ticks
        .iter()
        .map(|tick| ((axis.at(*tick), TOP), (axis.at(*tick), bottom)))
        .collect();
    picture.lines("grid", &grid);
    let format = figure.format.rounded_to(axis.digits());
    // Long numbers would run into each other.
    let labels = ticks
        .iter()
        .map(|tick| (axis.at(*tick), number(format, *tick)));
    let labels: Vec<_> = labels.collect();
    let widest = labels
        .iter()
        .map(|(_, label)| label.chars().count())
        .max()
        .unwrap_or(1);
    let room = (RIGHT - LEFT) / (LETTER * (widest as f64 + 2.0));
    let every = (labels.len() as f64 / room.max(1.0)).ceil().max(1.0) as usize;
    let labels: Vec<_> = labels.into_iter().step_by(every).collect();
    picture.labels_at_height(bottom + 18.0, &labels);
    if let Some(target) = target {
        let x = axis.at(target);
        picture.line("target", (x, TOP), (x, bottom));
        let label = format!("target {}", number(figure.format, target));
        picture.text("of-target", (x, bottom + 36.0), Anchor::Middle, &label);
    }
    let mut dots = vec![];
    for (i, (view, latest)) in rows.iter().enumerate() {
        let y = TOP + ROW * (i as f64 + 0.5);
        let class = if view.is_total { "strong" } else { "" };
        picture.text(
            class,
            (LEFT - 12.0, y + 4.0),
            Anchor::End,
            &shortened(&view.segment, LETTERS),
        );
        let reading = &latest.reading;
        picture.text(
            class,
            (RIGHT + 12.0, y + 4.0),
            Anchor::Start,
            &shortened(&reading.text, 16),
        );
        let Some(value) = reading.value else { continue };
        if let Some((low, high)) = reading.interval {
            picture.line("whisker", (axis.at(low), y), (axis.at(high), y));
        }
        match figure.yardstick.is_of_few(reading) || !latest.is_complete {
            true => picture.circle("hollow", (axis.at(value), y), 5),
            false => dots.push((axis.at(value), y)),
        }
    }
    picture.dots("dot large", &dots);
    Some(picture.finish())
}

/// The interval of a view as a text.
pub fn interval_of(figure: &Figure, view: &FigureView) -> Option<String> {
    let ends = view.latest.as_ref()?.reading.interval?;
    Some(interval(figure.format, ends))
}
