//! Pictures as SVG, written as text. Colours and widths are in the style of the page, by classes: so a picture follows dark mode, and
//! a page may forbid styles of its elements. Places are whole numbers, and lines go from point to point, which keeps a page of
//! hundreds of pictures small.

use std::fmt::Write;

/// A picture.
#[derive(Debug)]
pub struct Picture {
    text: String,
}

/// A place: from the left, and from the top.
pub type PicturePoint = (f64, f64);

/// Where a text stands beside its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

impl Picture {
    /// A picture of this size. `id` is its own on the page; title and description are for those who do not see it.
    pub fn new(id: &str, (width, height): (u32, u32), title: &str, description: &str) -> Self {
        let id = escaped(id);
        let mut text = String::new();
        let _ = write!(
            text,
            "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}t {id}d\"><title id=\"{id}t\">{}</title><desc id=\"{id}d\">{}</desc>",
            escaped(title),
            escaped(description)
        );
        Self { text }
    }

    /// A straight line.
    pub fn line(&mut self, class: &str, from: PicturePoint, to: PicturePoint) {
        self.lines(class, &[(from, to)]);
    }

    /// Straight lines from one place to another, in one path.
    pub fn lines(&mut self, class: &str, lines: &[(PicturePoint, PicturePoint)]) {
        let mut d = String::new();
        for (from, to) in lines {
            let ((x, y), (to_x, to_y)) = (whole(*from), whole(*to));
            let _ = match to_y == y {
                true => write!(d, "M{x} {y}h{}", to_x - x),
                false => write!(d, "M{x} {y}l{}", pair(to_x - x, to_y - y)),
            };
        }
        if !d.is_empty() {
            let _ = write!(self.text, "<path class=\"{class}\" d=\"{d}\"/>");
        }
    }

    /// Texts at the same height, each in the middle of its place.
    pub fn labels_at_height(&mut self, y: f64, labels: &[(f64, String)]) {
        let (_, y) = whole((0.0, y));
        let _ = write!(self.text, "<g class=\"m\" transform=\"translate(0 {y})\">");
        for (x, label) in labels {
            let (x, _) = whole((*x, 0.0));
            let _ = write!(self.text, "<text x=\"{x}\">{}</text>", escaped(label));
        }
        self.text.push_str("</g>");
    }

    /// Texts that end at the same place.
    pub fn labels_before(&mut self, x: f64, labels: &[(f64, String)]) {
        let (x, _) = whole((x, 0.0));
        let _ = write!(self.text, "<g class=\"e\" transform=\"translate({x})\">");
        for (y, label) in labels {
            let (_, y) = whole((0.0, *y));
            let _ = write!(self.text, "<text y=\"{y}\">{}</text>", escaped(label));
        }
        self.text.push_str("</g>");
    }

    /// A line through points.
    pub fn through(&mut self, class: &str, points: &[PicturePoint]) {
        if points.len() > 1 {
            let _ = write!(
                self.text,
                "<path class=\"{class}\" d=\"{}\"/>",
                path(points)
            );
        }
    }

    /// An area between two lines that have the same places from left to right. A single place is a vertical line.
    pub fn ribbon(&mut self, class: &str, upper: &[PicturePoint], lower: &[PicturePoint]) {
        let mut around = upper.to_vec();
        around.extend(lower.iter().rev());
        if around.len() > 1 {
            let _ = write!(
                self.text,
                "<path class=\"{class}\" d=\"{}z\"/>",
                path(&around)
            );
        }
    }

    /// Dots of one kind, in one path: a line without length has round ends.
    pub fn dots(&mut self, class: &str, points: &[PicturePoint]) {
        if points.is_empty() {
            return;
        }
        let mut d = String::new();
        let mut last = None;
        for point in points {
            let (x, y) = whole(*point);
            let _ = match last {
                None => write!(d, "M{x} {y}h0"),
                Some((before_x, before_y)) => {
                    write!(d, "m{}h0", pair(x - before_x, y - before_y))
                }
            };
            last = Some((x, y));
        }
        let _ = write!(self.text, "<path class=\"{class}\" d=\"{d}\"/>");
    }

    /// A circle.
    pub fn circle(&mut self, class: &str, at: PicturePoint, radius: u32) {
        let (x, y) = whole(at);
        let _ = write!(
            self.text,
            "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>"
        );
    }

    /// A rectangle.
    pub fn rectangle(&mut self, class: &str, from: PicturePoint, to: PicturePoint) {
        let ((left, top), (right, bottom)) = (whole(from), whole(to));
        let _ = write!(
            self.text,
            "<rect class=\"{class}\" x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\"/>",
            (right - left).max(0),
            (bottom - top).max(0)
        );
    }

    /// A text.
    pub fn text(&mut self, class: &str, at: PicturePoint, anchor: Anchor, text: &str) {
        let (x, y) = whole(at);
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => "m",
            Anchor::End => "e",
        };
        let classes = [class, anchor]
            .iter()
            .filter(|one| !one.is_empty())
            .copied()
            .collect::<Vec<_>>();
        let class = match &classes[..] {
            [] => String::new(),
            classes => format!(" class=\"{}\"", classes.join(" ")),
        };
        let _ = write!(
            self.text,
            "<text{class} x=\"{x}\" y=\"{y}\">{}</text>",
            escaped(text)
        );
    }

    /// The picture as text.
    pub fn finish(mut self) -> String {
        self.text.push_str("</svg>");
        self.text
    }
}

/// At most so many letters of a text, for a place that has no room for more.
pub fn shortened(text: &str, most: usize) -> String {
    match text.chars().count() > most {
        true => {
            let kept: String = text.chars().take(most.saturating_sub(1)).collect();
            format!("{}…", kept.trim_end())
        }
        false => text.to_string(),
    }
}

/// A line through points, by the steps between them.
fn path(points: &[PicturePoint]) -> String {
    let mut d = String::new();
    let mut last = None;
    for point in points {
        let (x, y) = whole(*point);
        match last {
            None => {
                let _ = write!(d, "M{x} {y}l");
            }
            Some((before_x, before_y)) => {
                let step = pair(x - before_x, y - before_y);
                if !d.ends_with('l') && !step.starts_with('-') {
                    d.push(' ');
                }
                d.push_str(&step);
            }
        }
        last = Some((x, y));
    }
    d
}

/// Two numbers, with a blank only where no sign parts them.
fn pair(x: i64, y: i64) -> String {
    match y < 0 {
        true => format!("{x}{y}"),
        false => format!("{x} {y}"),
    }
}

fn whole((x, y): PicturePoint) -> (i64, i64) {
    // A place that is none is at the edge: casts of floats saturate.
    (x.round() as i64, y.round() as i64)
}

/// A text whose letters mean nothing in SVG.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            // A page of HTML has no place for them.
            letter if letter.is_control() => escaped.push(' '),
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_by_steps() {
        assert_eq!(
            path(&[(1.0, 2.0), (11.4, 0.6), (21.0, 8.0), (5.0, 8.0)]),
            "M1 2l10-1 10 7-16 0"
        );
        let mut picture = Picture::new("a", (10, 10), "t", "d");
        picture.dots("dot", &[(1.0, 1.0), (3.0, 0.0)]);
        let text = picture.finish();
        assert!(
            text.ends_with("<path class=\"dot\" d=\"M1 1h0m2-1h0\"/></svg>"),
            "{text}"
        );
    }

    #[test]
    fn texts_are_no_markup() {
        let mut picture = Picture::new("a", (10, 10), "</title><script>", "\"'&");
        picture.text("", (0.0, 0.0), Anchor::End, "<img onerror=alert(1)>\u{0}");
        let text = picture.finish();
        assert!(
            !text.contains("<script>") && !text.contains("<img"),
            "{text}"
        );
        assert!(
            text.contains("&lt;img onerror=alert(1)&gt; </text>"),
            "{text}"
        );
        assert_eq!(shortened("abcdef", 4), "abc…");
        assert_eq!(shortened("abcd", 4), "abcd");
    }
}
