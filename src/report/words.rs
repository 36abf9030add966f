//! What a figure says, in sentences.

use super::comparison::{ComparisonVerdict, PeriodComparison};
use super::figure::{Figure, FigureView, LatestValue, Yardstick};
use crate::define::{Direction, Kpi, UnitFormat};
use crate::report_support::Aim;

/// A number in a format.
pub fn number(format: UnitFormat, number: f64) -> String {
    let written = format.float(number);
    written.map_or_else(|| number.to_string(), |written| written.text)
}

/// A name of a column or of a result as words: `cross_sell_ratio` is "cross sell ratio".
pub fn spaced(name: &str) -> String {
    let words: Vec<&str> = name.split('_').filter(|word| !word.is_empty()).collect();
    match words.is_empty() {
        true => name.to_string(),
        false => words.join(" "),
    }
}

/// The same as a heading.
pub fn heading(name: &str) -> String {
    let spaced = spaced(name);
    let mut letters = spaced.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "Result".to_string(),
    }
}

/// The ends of an interval: `9.0 % to 18.1 %`.
pub fn interval(format: UnitFormat, (low, high): (f64, f64)) -> String {
    format!("{} to {}", number(format, low), number(format, high))
}

/// What a KPI says, and which way it should go.
pub fn summary(kpi: &Kpi) -> String {
    let summary = kpi.summary.trim_end_matches('.');
    format!("{summary} ({}).", kpi.direction.words())
}

/// A number of things: `1,204`.
pub fn count(n: f64) -> String {
    let format = crate::define::Unit::Number.format();
    format.map_or_else(|| n.to_string(), |format| number(format, n))
}

/// What an interval is called.
pub fn interval_name(yardstick: &Yardstick) -> String {
    format!("{} % interval", yardstick.confidence)
}

/// A p value, of which three digits are told.
fn p_value(p: f64) -> String {
    match p < 0.001 {
        true => "p < 0.001".to_string(),
        false => format!("p = {p:.3}"),
    }
}

impl Figure {
    /// The p value of a comparison, with the adjusted one beside it.
    pub fn chance(&self, comparison: &PeriodComparison) -> Option<String> {
        let p = p_value(comparison.p_value?);
        Some(match comparison.adjusted {
            Some(adjusted) => format!(
                "{p}, {} adjusted",
                p_value(adjusted)
                    .trim_start_matches("p ")
                    .trim_start_matches("= ")
            ),
            None => p,
        })
    }

    /// The difference of a comparison with its sign, and its interval.
    pub fn difference(&self, comparison: &PeriodComparison) -> Option<String> {
        let format = self.kpi.unit.difference_format()?;
        Some(number(format, comparison.difference?))
    }

    /// What has become of a value, in a few words.
    pub fn verdict(&self, comparison: &PeriodComparison) -> &'static str {
        match comparison.verdict(self.kpi, self.yardstick.confidence) {
            ComparisonVerdict::Missing => "no value to compare with",
            ComparisonVerdict::Same => "no change",
            ComparisonVerdict::OfFew => "too few to tell",
            ComparisonVerdict::WithoutParts | ComparisonVerdict::Unknown => "not known",
            ComparisonVerdict::Noise => "not significant",
            ComparisonVerdict::Better => "significantly better",
            ComparisonVerdict::Worse => "significantly worse",
            ComparisonVerdict::Moved => "significant change",
        }
    }

    /// What has become of a value, as a sentence.
    pub fn change(&self, comparison: &PeriodComparison) -> String {
        let since = &comparison.label;
        let Some(difference) = comparison.difference else {
            return format!("There is no value for {since} to compare with.");
        };
        let verdict = comparison.verdict(self.kpi, self.yardstick.confidence);
        if verdict == ComparisonVerdict::Same {
            return format!("No change since {since}.");
        }
        let moved = match difference > 0.0 {
            true => "Up",
            false => "Down",
        };
        let format = self.kpi.unit.difference_format();
        let by = format.map_or_else(String::new, |format| {
            number(format, difference.abs())
                .trim_start_matches('+')
                .to_string()
        });
        let why = match verdict {
            ComparisonVerdict::OfFew => format!(
                ": too few to tell, {} are needed",
                count(self.yardstick.min_n)
            ),
            // It is said once, of all changes.
            ComparisonVerdict::WithoutParts | ComparisonVerdict::Unknown => String::new(),
            _ => format!(": {}", self.verdict(comparison)),
        };
        let chance = match self.chance(comparison) {
            Some(chance) => format!(" ({chance})"),
            None => String::new(),
        };
        format!("{moved} by {by} since {since}{why}{chance}.")
    }

    /// Why nothing is said of the chance of any change.
    pub fn without_chance(&self) -> Option<String> {
        let mut all = self.views.iter().flat_map(|view| &view.comparisons);
        let found = all.find_map(
            |one| match one.verdict(self.kpi, self.yardstick.confidence) {
                verdict @ (ComparisonVerdict::WithoutParts | ComparisonVerdict::Unknown) => {
                    Some(verdict)
                }
                _ => None,
            },
        )?;
        let name = self.kpi.name;
        Some(match found {
            ComparisonVerdict::WithoutParts => format!(
                "Values alone do not show whether a change is significant; {name}_parts(…) instead of {name}(…) does."
            ),
            _ => "There is no significance test for this KPI.".to_string(),
        })
    }

    /// The value beside its target, as a sentence.
    pub fn target(&self, latest: &LatestValue) -> Option<String> {
        let aim = latest.aim?;
        let target = number(self.format, aim.target?);
        let Some(gap) = aim.gap else {
            return Some(format!("The target is {target}."));
        };
        let format = self.kpi.unit.difference_format()?;
        let progress = match aim.progress {
            // From a baseline on the good side of the target there is no way to it, and backwards none is done.
            Some(progress) if (0.0..f64::INFINITY).contains(&progress) && self.aims_ahead(&aim) => {
                let percent = crate::define::Unit::Percent.format()?;
                format!("; {} of the way there", number(percent, progress))
            }
            _ => String::new(),
        };
        let verdict = match aim.verdict {
            Some(verdict) => format!(": {verdict}"),
            None => String::new(),
        };
        let alone = match latest.reading.interval {
            None if aim.verdict.is_some() => ", by the value alone",
            _ => "",
        };
        Some(format!(
            "Target {target}{verdict} ({}{alone}{progress}).",
            number(format, gap)
        ))
    }

    /// Whether the baseline is short of the target.
    fn aims_ahead(&self, aim: &Aim) -> bool {
        let (Some(gap), Some(progress)) = (aim.gap, aim.progress) else {
            return false;
        };
        // What is left to go is the gap, and of that the baseline had more, or it was passed.
        let to_target = match progress == 100.0 {
            true => return true,
            false => -gap / (1.0 - progress / 100.0),
        };
        match self.kpi.direction {
            Direction::Higher => to_target > 0.0,
            Direction::Lower => to_target < 0.0,
            Direction::Neither => true,
        }
    }

    /// What the benchmarks say, with their source.
    pub fn band(&self, latest: &LatestValue) -> Option<String> {
        let band = latest.band.as_ref()?;
        Some(match self.sources().as_slice() {
            [] => format!("Benchmark: {band}."),
            sources => format!("Benchmark: {band} ({}).", sources.join("; ")),
        })
    }

    /// Whose benchmarks they are.
    pub fn sources(&self) -> Vec<String> {
        let mut sources: Vec<String> = vec![];
        for row in &self.yardstick.bands {
            let Some(source) = &row.source else { continue };
            let source = match row.year {
                Some(year) => format!("{source}, {year}"),
                None => source.clone(),
            };
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        sources
    }

    /// What stands below a value: its period, its interval and of how many it is.
    pub fn basis(&self, view: &FigureView) -> String {
        let Some(latest) = &view.latest else {
            return "There is no value.".to_string();
        };
        let mut said = vec![];
        if let Some(period) = &latest.period {
            said.push(match latest.is_complete {
                true => period.label(),
                false => format!("{}, which is incomplete", period.label()),
            });
        }
        if let Some(ends) = latest.reading.interval {
            said.push(format!(
                "{} {}",
                interval_name(&self.yardstick),
                interval(self.format, ends)
            ));
        }
        if let Some(n) = latest.reading.n {
            let few = match self.yardstick.is_of_few(&latest.reading) {
                true => format!(", fewer than {}", count(self.yardstick.min_n)),
                false => String::new(),
            };
            said.push(format!("n = {}{few}", count(n)));
        }
        said.join(" · ")
    }

    /// The incomplete periods of a view, which no comparison has in it.
    pub fn incomplete(&self, view: &FigureView) -> Option<String> {
        let incomplete = view.points.iter().filter(|point| !point.is_complete);
        let labels: Vec<String> = incomplete.map(|point| point.period.label()).collect();
        match &labels[..] {
            [] => None,
            [one] => Some(format!("{one} is incomplete: dashed, and not compared.")),
            several => Some(format!(
                "{} are incomplete: dashed, and not compared.",
                several.join(", ")
            )),
        }
    }

    /// All of it, a sentence each: what a screen reader and a page of text say.
    pub fn sentences(&self, view: &FigureView) -> Vec<String> {
        let mut sentences: Vec<String> = view
            .comparisons
            .iter()
            .map(|one| self.change(one))
            .collect();
        if let Some(latest) = &view.latest {
            sentences.extend(self.target(latest));
            sentences.extend(self.band(latest));
        }
        sentences.extend(self.incomplete(view));
        sentences
    }
}
