//! Values over time: a line, its intervals as a ribbon, the target and the benchmarks.

use super::axis::NumberAxis;
use super::figure::{Figure, FigureView, PointInTime};
use super::svg::{Anchor, Picture};
use super::words::number;

const SIZE: (u32, u32) = (720, 240);
const LEFT: f64 = 84.0;
const RIGHT: f64 = 700.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 208.0;

/// At most so many labels stand below.
const LABELS: i64 = 8;

/// With more points than these, a line has no dots.
const MOST_DOTS: usize = 24;

/// Draws the values of a view over time. The values of the total and of a segment have axes of their own.
pub fn trend_chart(id: &str, figure: &Figure, view: &FigureView) -> Option<String> {
    let points: Vec<&PointInTime> = view.points.iter().collect();
    let (first, last) = (points.first()?, points.last()?);
    if points.iter().all(|point| point.reading.value.is_none()) {
        return None;
    }
    let (from, to) = (first.period.number, last.period.number);
    let at_time = |number: i64| match to > from {
        // Periods that are missing take their room as well.
        true => LEFT + 8.0 + (RIGHT - LEFT - 16.0) * ((number - from) as f64 / (to - from) as f64),
        false => (LEFT + RIGHT) / 2.0,
    };
    let numbers = points.iter().flat_map(|point| {
        let ends = point.reading.interval.map(|(low, high)| [low, high]);
        let value = point.reading.value;
        value
            .into_iter()
            .chain(ends.into_iter().flatten().filter(move |_| value.is_some()))
    });
    let target = figure.yardstick.target;
    let axis = NumberAxis::over(numbers.chain(target), BOTTOM, TOP);
    let title = format!("{} over time, {}", figure.name, view.segment);
    let mut picture = Picture::new(id, SIZE, &title, &described(view));
    let ticks = axis.ticks();
    let grid: Vec<_> = ticks
        .iter()
        .map(|tick| ((LEFT, axis.at(*tick)), (RIGHT, axis.at(*tick))))
        .collect();
    picture.lines("grid", &grid);
    let format = figure.format.rounded_to(axis.digits());
    let labels: Vec<_> = ticks
        .iter()
        .map(|tick| (axis.at(*tick) + 4.0, number(format, *tick)))
        .collect();
    picture.labels_before(LEFT - 8.0, &labels);
    bands(&mut picture, figure, &axis);
    let step = ((to - from) / LABELS + 1).max(1);
    let labelled = points
        .iter()
        .filter(|point| (to - point.period.number) % step == 0);
    let labels: Vec<_> = labelled
        .map(|point| (at_time(point.period.number), point.period.label()))
        .collect();
    picture.labels_at_height(BOTTOM + 20.0, &labels);
    if let Some(target) = target {
        let y = axis.at(target);
        picture.line("target", (LEFT, y), (RIGHT, y));
        let label = format!("target {}", number(figure.format, target));
        picture.text("of-target", (RIGHT, y - 5.0), Anchor::End, &label);
    }
    if let Some(baseline) = &figure.yardstick.baseline
        && (from..=to).contains(&baseline.number)
    {
        let x = at_time(baseline.number);
        picture.line("baseline", (x, TOP), (x, BOTTOM));
        picture.text("", (x + 4.0, TOP - 4.0), Anchor::Start, "baseline");
    }
    for run in runs(&points) {
        let of_interval = |end: fn((f64, f64)) -> f64| -> Vec<(f64, f64)> {
            let ends = run.iter().filter_map(|point| {
                let end = end(point.reading.interval?);
                Some((at_time(point.period.number), axis.at(end)))
            });
            ends.collect()
        };
        // An interval that is missing would be bridged by its neighbours.
        if run.iter().all(|point| point.reading.interval.is_some()) {
            picture.ribbon(
                "ribbon",
                &of_interval(|(_, high)| high),
                &of_interval(|(low, _)| low),
            );
        }
        let place = |point: &&PointInTime| {
            let value = point.reading.value.unwrap_or_default();
            (at_time(point.period.number), axis.at(value))
        };
        let n_complete = run.iter().take_while(|point| point.is_complete).count();
        let complete: Vec<_> = run[..n_complete].iter().map(place).collect();
        picture.through("line", &complete);
        let rest: Vec<_> = run[n_complete.saturating_sub(1)..]
            .iter()
            .map(place)
            .collect();
        if n_complete < run.len() {
            picture.through("line dash", &rest);
        }
    }
    // In a long line the points are where it bends.
    let is_dotted = points.len() <= MOST_DOTS;
    let alone: Vec<i64> = runs(&points)
        .iter()
        .filter(|run| run.len() == 1)
        .map(|run| run[0].period.number)
        .collect();
    let mut dots = vec![];
    for point in &points {
        let Some(value) = point.reading.value else {
            continue;
        };
        let place = (at_time(point.period.number), axis.at(value));
        match point.is_complete && !figure.yardstick.is_of_few(&point.reading) {
            true if is_dotted || alone.contains(&point.period.number) => dots.push(place),
            true => {}
            false => picture.circle("hollow", place, 4),
        }
    }
    picture.dots("dot", &dots);
    Some(picture.finish())
}

/// The ends of the bands that lie on the axis, each with the name of the band above it.
fn bands(picture: &mut Picture, figure: &Figure, axis: &NumberAxis) {
    let ticks = axis.ticks();
    let (Some(low), Some(high)) = (ticks.first(), ticks.last()) else {
        return;
    };
    for row in &figure.yardstick.bands {
        let Some(start) = row.low.filter(|start| (*low..=*high).contains(start)) else {
            continue;
        };
        let y = axis.at(start);
        picture.line("band", (LEFT, y), (RIGHT, y));
        picture.text(
            "of-band",
            (LEFT + 4.0, y - 4.0),
            Anchor::Start,
            &super::svg::shortened(&row.band, 24),
        );
    }
}

/// Points with values in periods that follow each other.
fn runs<'a>(points: &[&'a PointInTime]) -> Vec<Vec<&'a PointInTime>> {
    let mut runs: Vec<Vec<&PointInTime>> = vec![];
    for point in points.iter().filter(|point| point.reading.value.is_some()) {
        match runs.last_mut() {
            Some(run)
                if run
                    .last()
                    .is_some_and(|last| last.period.number + 1 == point.period.number) =>
            {
                run.push(point);
            }
            _ => runs.push(vec![point]),
        }
    }
    runs
}

/// In words, for those who do not see it. All values are in the table.
fn described(view: &FigureView) -> String {
    let known = || {
        view.points
            .iter()
            .filter(|point| point.reading.value.is_some())
    };
    let (Some(first), Some(last)) = (known().next(), known().next_back()) else {
        return "There are no values.".to_string();
    };
    let by_value = |one: &&PointInTime, other: &&PointInTime| {
        let value = |point: &PointInTime| point.reading.value.unwrap_or_default();
        value(one).total_cmp(&value(other))
    };
    let told = |point: &PointInTime| format!("{} in {}", point.reading.text, point.period.label());
    let least = known().min_by(by_value).map(told).unwrap_or_default();
    let most = known().max_by(by_value).map(told).unwrap_or_default();
    format!(
        "From {} to {}, at least {least} and at most {most}; all values are in the table.",
        told(first),
        told(last)
    )
}
