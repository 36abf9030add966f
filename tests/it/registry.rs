//! Facts about the declarations: complete, unique, and true where they show a result.

use std::collections::HashSet;

use datafusion::execution::FunctionRegistry;
use datafusion::prelude::SessionContext;
use kpi_sql::define::{Count, Finish, Fold, Grain, Outcome, RowFold};
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
