//! The shares of products, as bars.

use super::axis::NumberAxis;
use super::mix::MixShare;
use super::svg::{Anchor, Picture, shortened};
use super::words::number;
use crate::define::Unit;

const WIDTH: u32 = 720;
const LEFT: f64 = 190.0;
const RIGHT: f64 = 620.0;
const TOP: f64 = 8.0;
const ROW: f64 = 24.0;

/// More bars than these are a table.
const BARS: usize = 25;

/// Draws shares of customers, the largest first; those that have no room are counted.
pub fn bar_chart(id: &str, title: &str, shares: &[MixShare]) -> Option<String> {
    let format = Unit::Percent.format()?;
    if shares.is_empty() {
        return None;
    }
    let shown = &shares[..shares.len().min(BARS)];
    let rest = shares.len() - shown.len();
    let bottom = TOP + ROW * shown.len() as f64;
    let axis = NumberAxis::over(
        shown.iter().map(|item| item.share).chain([0.0]),
        LEFT,
        RIGHT,
    );
    let described: Vec<String> = shown
        .iter()
        .map(|item| format!("{} {}", item.product, number(format, item.share)))
        .collect();
    let height = (bottom + if rest > 0 { 26.0 } else { 8.0 }) as u32;
    let mut picture = Picture::new(id, (WIDTH, height), title, &described.join(", "));
    for (i, item) in shown.iter().enumerate() {
        let y = TOP + ROW * i as f64;
        let name = match item.product.trim() {
            "" => "(empty)".to_string(),
            name => shortened(name, 24),
        };
        picture.text("", (LEFT - 12.0, y + 16.0), Anchor::End, &name);
        let end = axis.at(item.share);
        picture.rectangle("bar", (axis.at(0.0), y + 4.0), (end, y + ROW - 4.0));
        picture.text(
            "",
            (end + 8.0, y + 16.0),
            Anchor::Start,
            &number(format, item.share),
        );
    }
    if rest > 0 {
        let more = format!("and {rest} more, which are in the table");
        picture.text("", (LEFT, bottom + 16.0), Anchor::Start, &more);
    }
    Some(picture.finish())
}
