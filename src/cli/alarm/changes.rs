//! Which changes of a run are bad, and more than chance.
//!
//! A run that looks at twenty segments a month would raise a false alarm nearly every month if each had its own 5 %. So all p values of a
//! run are adjusted together (Benjamini and Hochberg 1995): where nothing has changed, at most one run in twenty raises an alarm. It is about
//! one in forty, because changes for the better are none.

use crate::define::Direction;
use crate::session::ShownChange;
use crate::statistics::Adjustment;

/// How often a run may raise an alarm when nothing has changed.
pub(super) const ALPHA: f64 = 0.05;

/// What is to be said of a change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum ChangeVerdict {
    Fine,
    /// It is bad and more than chance, with its adjusted p value.
    Alarm(f64),
    NotJudged(NotJudged),
}

/// Why nothing is said of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NotJudged {
    NoValue,
    NoTest,
    NoDirection,
    TooFew,
}

impl NotJudged {
    /// In words, about one change or several.
    pub fn words(self, min_n: u64) -> String {
        match self {
            NotJudged::NoValue => "without a value on both sides".to_string(),
            NotJudged::NoTest => "without a p value".to_string(),
            NotJudged::NoDirection => {
                "of a KPI of which neither more nor less is better".to_string()
            }
            NotJudged::TooFew => format!("with fewer than {min_n} on a side (--min-n)"),
        }
    }
}

/// Whether a change is for the worse.
fn is_bad(change: &ShownChange) -> bool {
    let Some(difference) = change.difference else {
        return false;
    };
    match change.kpi.direction {
        Direction::Higher => difference < 0.0,
        Direction::Lower => difference > 0.0,
        Direction::Neither => false,
    }
}

/// The p value of a change that can be judged.
fn testable(change: Option<&ShownChange>, min_n: u64) -> Result<f64, NotJudged> {
    let change = change.ok_or(NotJudged::NoValue)?;
    change.difference.ok_or(NotJudged::NoValue)?;
    let p_value = change.p_value.filter(|p| !p.is_nan());
    let (p_value, n) = p_value.zip(change.n).ok_or(NotJudged::NoTest)?;
    if change.kpi.direction == Direction::Neither {
        return Err(NotJudged::NoDirection);
    }
    match n < min_n as f64 {
        true => Err(NotJudged::TooFew),
        false => Ok(p_value),
    }
}

/// What is to be said of each of all changes of a run.
pub(super) fn verdicts(changes: &[Option<ShownChange>], min_n: u64) -> Vec<ChangeVerdict> {
    let tested = changes
        .iter()
        .map(|change| testable(change.as_ref(), min_n));
    let tested: Vec<_> = tested.collect();
    let p_values: Vec<Option<f64>> = tested.iter().map(|tested| tested.ok()).collect();
    let adjusted = Adjustment::BenjaminiHochberg.of(&p_values);
    let each = changes.iter().zip(tested).zip(adjusted);
    each.map(|((change, tested), adjusted)| match (tested, adjusted) {
        (Err(why), _) => ChangeVerdict::NotJudged(why),
        (Ok(_), Some(p)) if p < ALPHA && change.as_ref().is_some_and(is_bad) => {
            ChangeVerdict::Alarm(p)
        }
        (Ok(_), _) => ChangeVerdict::Fine,
    })
    .collect()
}

/// Whether a change may be an alarm, whatever the others of the run are: no p value gets smaller by theirs.
pub(super) fn may_be_an_alarm(change: &ShownChange, min_n: u64) -> bool {
    testable(Some(change), min_n).is_ok_and(|p_value| p_value < ALPHA) && is_bad(change)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use clap::Parser;
    use datafusion::arrow::array::{AsArray, BooleanArray, Int32Array};
    use datafusion::arrow::datatypes::{DataType, Field, Int32Type, Schema};
    use datafusion::arrow::record_batch::RecordBatch;
    use datafusion::datasource::MemTable;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::cli::args::Args;
    use crate::session::{Session, parse, taken_apart};

    const MONTHS: usize = 1_000;
    const SEGMENTS: usize = 4;
    /// Orders of a segment on either side.
    const ORDERS: usize = 100;

    /// Months of orders, each of them beside the month before; what a segment sells across after and before is what `rate` says.
    fn orders(seed: u64, rate: impl Fn(usize, bool) -> f64) -> RecordBatch {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let (mut months, mut segments, mut sides, mut flags) = (vec![], vec![], vec![], vec![]);
        for month in 0..MONTHS {
            for segment in 0..SEGMENTS {
                for is_after in [false, true] {
                    for _ in 0..ORDERS {
                        months.push(month as i32);
                        segments.push(segment as i32);
                        sides.push(is_after);
                        flags.push(random.random_bool(rate(segment, is_after)));
                    }
                }
            }
        }
        let fields = [
            ("month", DataType::Int32),
            ("segment", DataType::Int32),
            ("is_after", DataType::Boolean),
            ("is_cross_sell", DataType::Boolean),
        ];
        let fields = fields.map(|(name, data_type)| Field::new(name, data_type, false));
        RecordBatch::try_new(
            Arc::new(Schema::new(fields.to_vec())),
            vec![
                Arc::new(Int32Array::from(months)),
                Arc::new(Int32Array::from(segments)),
                Arc::new(BooleanArray::from(sides)),
                Arc::new(BooleanArray::from(flags)),
            ],
        )
        .expect("columns of one length")
    }

    /// In how many of the months a run over that month alone would raise an alarm.
    async fn months_with_an_alarm(orders: RecordBatch) -> usize {
        let args = Args::try_parse_from(["kpi-sql"]).expect("no argument is needed");
        let mut session = Session::new(&args.settings()).expect("the usual settings");
        let table = MemTable::try_new(orders.schema(), vec![vec![orders]]).expect("a table");
        session
            .add_provider("orders", Arc::new(table))
            .expect("the name is free");
        let sql = "SELECT month, segment, round(kpi_change(
                     cross_sell_ratio_parts(is_cross_sell) FILTER (WHERE NOT is_after),
                     cross_sell_ratio_parts(is_cross_sell) FILTER (WHERE is_after))['p_value'], 2) AS p
                   FROM orders GROUP BY month, segment";
        let statements = parse("test", sql).expect("SQL");
        let answer = session.begin(&statements[0], &[]).await.expect("a plan");
        let (frame, has_others) = answer.with_changes().expect("a plan");
        let frame = frame.expect("the result shows a change");
        assert!(!has_others);
        let mut changes: Vec<Vec<Option<ShownChange>>> = vec![vec![]; MONTHS];
        for batch in frame.collect().await.expect("rows") {
            let (own, found) = taken_apart(&batch, 3).expect("sides of changes");
            let months = own.column(0).as_primitive::<Int32Type>();
            for (month, change) in months.values().iter().zip(&found[0]) {
                changes[*month as usize].push(*change);
            }
        }
        let sounds = |of_month: &&Vec<Option<ShownChange>>| {
            assert_eq!(of_month.len(), SEGMENTS);
            let verdicts = verdicts(of_month, 30);
            verdicts
                .iter()
                .any(|verdict| matches!(verdict, ChangeVerdict::Alarm(_)))
        };
        changes.iter().filter(sounds).count()
    }

    #[tokio::test]
    async fn a_thousand_months_without_a_change_are_silent() {
        let rates = [0.1, 0.2, 0.3, 0.4];
        let false_alarms = months_with_an_alarm(orders(19, |segment, _| rates[segment])).await;
        // None at all would mean that nothing is looked at.
        assert!((1..=MONTHS / 20).contains(&false_alarms), "{false_alarms}");
    }

    #[tokio::test]
    async fn a_fall_in_one_segment_is_heard() {
        let rate = |segment: usize, is_after: bool| match (segment, is_after) {
            (2, true) => 0.08,
            (2, false) => 0.3,
            _ => 0.2,
        };
        let heard = months_with_an_alarm(orders(20, rate)).await;
        assert!(heard >= MONTHS * 8 / 10, "{heard}");
        // A rise is none.
        let risen =
            months_with_an_alarm(orders(21, |segment, is_after| rate(segment, !is_after))).await;
        assert!(risen <= MONTHS / 20, "{risen}");
    }
}
