//! Facts about the declarations: complete, unique, and true where they show a result.

use std::collections::HashSet;

use datafusion::execution::FunctionRegistry;
use datafusion::prelude::SessionContext;
use kpi_sql::define::{Count, Finish, Fold, Grain, Kind, Outcome, RowFold};
use kpi_sql::kpi::all;

use crate::support::{plain_session, value};

#[tokio::test]
async fn examples_give_their_answers() {
    let ctx = plain_session();
    for kpi in all() {
        let answer: f64 = kpi.example.answer.parse().expect("answers are numbers");
        let got: f64 = value(&ctx, kpi.example.sql)
            .await
            .parse()
            .expect("a number");
        assert!((got - answer).abs() < 1e-9, "{}: {got}", kpi.name);
    }
}

#[test]
fn names_differ_from_each_other_and_from_datafusions() {
    let datafusion = SessionContext::new().state().udafs();
    let mut seen = HashSet::new();
    for kpi in all() {
        for name in std::iter::once(&kpi.name).chain(kpi.aliases) {
            assert!(seen.insert(*name), "{name} is declared twice");
            assert!(!datafusion.contains(*name), "DataFusion has a {name}");
        }
    }
}

#[test]
fn texts_are_sentences() {
    for kpi in all() {
        for text in [kpi.summary, kpi.nulls] {
            let first = text.chars().next();
            assert!(
                first.is_some_and(char::is_uppercase) && text.ends_with('.'),
                "{}: not a sentence: {text}",
                kpi.name
            );
        }
        assert!(kpi.example.question.ends_with('?'), "{}", kpi.name);
        assert!(!kpi.sources.is_empty(), "{}", kpi.name);
    }
}

fn argument(count: Count) -> Option<usize> {
    match count {
        Count::Fixed(_) => None,
        Count::Argument(position) => Some(position),
    }
}

fn arguments(fold: &Fold) -> Vec<usize> {
    match *fold {
        Fold::Exists => vec![],
        Fold::Any(flag) => vec![flag],
        Fold::DistinctAtLeast { item, count } => {
            std::iter::once(item).chain(argument(count)).collect()
        }
        Fold::DistinctCount(item) | Fold::DistinctUpToTwo(item) => vec![item],
        Fold::DaysBetweenFirstAndLast(at) => vec![at],
        Fold::TimeToOutsideBasket { item, at } => vec![item, at],
        Fold::RevenueOutsideBasket { item, at, amount } => vec![item, at, amount],
        Fold::Change { start, end } => vec![start, end],
        Fold::Upgrade { line, tier, at } => line.into_iter().chain([tier, at]).collect(),
    }
}

fn folds_of(outcome: &Outcome) -> Vec<usize> {
    match *outcome {
        Outcome::Of(fold) => vec![fold],
        Outcome::Both(one, other) => vec![one, other],
        Outcome::Where { when, then, .. } => vec![when, then],
    }
}

#[test]
fn forms_refer_to_their_own_arguments() {
    for kpi in all() {
        for form in kpi.forms {
            let mut used = vec![];
            match form.grain {
                Grain::Row(RowFold::Exists) => {}
                Grain::Row(RowFold::Flag(flag)) => used.push(flag),
                Grain::Row(RowFold::NetScore { score, .. }) => used.push(score),
                Grain::Row(RowFold::ScoreAtLeast { score, from, .. }) => {
                    used.push(score);
                    used.extend(argument(from));
                }
                Grain::Row(RowFold::TimeBetween { from, to }) => used.extend([from, to]),
                Grain::Entity {
                    entity,
                    needs,
                    folds,
                    outcomes,
                } => {
                    used.extend(entity);
                    used.extend(needs);
                    used.extend(folds.iter().flat_map(arguments));
                    let judged: HashSet<usize> = outcomes.iter().flat_map(folds_of).collect();
                    if !form.finish.looks_at_entities() {
                        assert_eq!(judged, (0..folds.len()).collect(), "{}", kpi.name);
                    }
                }
            }
            match form.finish {
                Finish::Mix(item) => used.push(item),
                Finish::DistinctPerEntity(item) => used.push(item),
                Finish::LifetimeValue { years, .. } => used.extend(years),
                _ => {}
            }
            for total in form.finish.totals() {
                used.push(total.amount);
                used.extend(total.only);
            }
            for position in 0..form.args.len() {
                assert!(
                    used.contains(&position),
                    "{}: argument {} is not used",
                    kpi.signature(form),
                    position + 1
                );
            }
            assert!(used.iter().all(|position| *position < form.args.len()));
        }
    }
}

/// The folders under `src/kpi` hold exactly the declared KPIs, each in a file of its name.
#[test]
fn every_file_is_declared() {
    let declared: HashSet<String> = all().map(|kpi| kpi.name.to_string()).collect();
    let mut files = HashSet::new();
    for family in std::fs::read_dir("src/kpi").expect("the tests run in the package's folder") {
        let family = family.expect("a folder can be listed").path();
        if family.is_dir() {
            for file in std::fs::read_dir(&family).expect("a folder can be listed") {
                let file = file.expect("a folder can be listed").path();
                let stem = file.file_stem().and_then(|stem| stem.to_str());
                files.insert(stem.expect("file names are ASCII").to_string());
            }
        }
    }
    assert_eq!(files, declared);
}

/// The kinds that each argument of a fold may be of.
fn kinds_read(fold: &Fold) -> Vec<(usize, &'static [Kind])> {
    const ITEM: &[Kind] = &[Kind::Item];
    const TIME: &[Kind] = &[Kind::Time];
    const AMOUNT: &[Kind] = &[Kind::Amount];
    match *fold {
        Fold::Exists => vec![],
        Fold::Any(flag) => vec![(flag, &[Kind::Flag])],
        Fold::DistinctAtLeast { item, count } => {
            let count = argument(count).map(|count| (count, &[Kind::AtLeast][..]));
            std::iter::once((item, ITEM)).chain(count).collect()
        }
        Fold::DistinctCount(item) | Fold::DistinctUpToTwo(item) => vec![(item, ITEM)],
        Fold::DaysBetweenFirstAndLast(at) => vec![(at, &[Kind::Date])],
        Fold::TimeToOutsideBasket { item, at } => vec![(item, ITEM), (at, TIME)],
        Fold::RevenueOutsideBasket { item, at, amount } => {
            vec![(item, ITEM), (at, TIME), (amount, AMOUNT)]
        }
        Fold::Change { start, end } => vec![(start, AMOUNT), (end, AMOUNT)],
        Fold::Upgrade { line, tier, at } => {
            let line = line.map(|line| (line, ITEM));
            let others = [(tier, &[Kind::Tier][..]), (at, TIME)];
            line.into_iter().chain(others).collect()
        }
    }
}

/// How many outcomes a finish reads, and the fold that must stand first.
fn read_by(finish: Finish) -> (usize, fn(&Fold) -> bool) {
    match finish {
        Finish::Percent
        | Finish::Mean
        | Finish::Count
        | Finish::MeanYears
        | Finish::MeanDays
        | Finish::MedianDays
        | Finish::SumPerEntity(_) => (1, |_| true),
        Finish::PercentDifference => (2, |_| true),
        Finish::Lift => (3, |_| true),
        // Of rows alone, which have an outcome each.
        Finish::Sum(_) | Finish::MeanAmount(_) | Finish::SumShare(_, _) => (1, |_| true),
        Finish::Mix(_) => (0, |fold| matches!(fold, Fold::DistinctCount(_))),
        Finish::DistinctPerEntity(_) => (0, |fold| matches!(fold, Fold::Exists)),
        Finish::Retention { .. } => (0, |fold| matches!(fold, Fold::Change { .. })),
        Finish::LifetimeValue { .. } => {
            (0, |fold| matches!(fold, Fold::DaysBetweenFirstAndLast(_)))
        }
        Finish::OutsideBasket(_) | Finish::OutsideBasketShare(_) => {
            (0, |fold| matches!(fold, Fold::RevenueOutsideBasket { .. }))
        }
    }
}

#[test]
fn arguments_are_of_the_kinds_that_are_read() {
    for kpi in all() {
        for form in kpi.forms {
            let is_of = |position: usize, kinds: &[Kind]| {
                let kind = form.args[position].kind;
                let name = kpi.signature(form);
                assert!(
                    kinds.contains(&kind),
                    "{name}: argument {position} is {kind:?}"
                );
            };
            match form.grain {
                Grain::Row(RowFold::Exists) => {}
                Grain::Row(RowFold::Flag(flag)) => is_of(flag, &[Kind::Flag]),
                Grain::Row(RowFold::NetScore { score, .. }) => is_of(score, &[Kind::Score]),
                Grain::Row(RowFold::ScoreAtLeast { score, from, .. }) => {
                    is_of(score, &[Kind::Score]);
                    if let Some(from) = argument(from) {
                        is_of(from, &[Kind::AtLeast]);
                    }
                }
                Grain::Row(RowFold::TimeBetween { from, to }) => {
                    for at in [from, to] {
                        is_of(at, &[Kind::Time, Kind::Date]);
                    }
                }
                Grain::Entity { entity, folds, .. } => {
                    for name in entity {
                        is_of(*name, &[Kind::Entity, Kind::Item]);
                    }
                    for (position, kinds) in folds.iter().flat_map(kinds_read) {
                        is_of(position, kinds);
                    }
                }
            }
            for total in form.finish.totals() {
                is_of(total.amount, &[Kind::Amount]);
                if let Some(only) = total.only {
                    is_of(only, &[Kind::Flag]);
                }
            }
            if let Finish::Mix(item) | Finish::DistinctPerEntity(item) = form.finish {
                is_of(item, &[Kind::Item, Kind::Entity]);
            }
        }
    }
}

#[test]
fn forms_have_the_outcomes_that_their_finish_reads() {
    for kpi in all() {
        for form in kpi.forms {
            let (read, is_first) = read_by(form.finish);
            let name = kpi.signature(form);
            match form.grain {
                Grain::Row(_) => assert_eq!(read, 1, "{name}"),
                Grain::Entity {
                    folds, outcomes, ..
                } => {
                    assert_eq!(outcomes.len(), read, "{name}");
                    assert!(folds.first().is_some_and(is_first), "{name}");
                }
            }
        }
    }
}
