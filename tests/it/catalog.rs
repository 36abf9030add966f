//! `kpi_catalog()`: complete, and worth reading.

use std::collections::{HashMap, HashSet};

use kpi_sql::define::Knowledge;
use kpi_sql::kpi::all;

use crate::support::{plain_session, rows, value};

/// The twelve attributes of a KPI by the names of their columns.
fn attributes(knowledge: &Knowledge) -> [(&'static str, Vec<&'static str>); 12] {
    [
        ("definition", vec![knowledge.definition]),
        ("business_insights", vec![knowledge.business_insights]),
        ("measurement_approach", vec![knowledge.measurement_approach]),
        ("standard_formula", vec![knowledge.standard_formula]),
        ("trend_analysis", vec![knowledge.trend_analysis]),
        (
            "diagnostic_questions",
            knowledge.diagnostic_questions.to_vec(),
        ),
        ("actionable_tips", knowledge.actionable_tips.to_vec()),
        (
            "visualization_suggestions",
            vec![knowledge.visualization_suggestions],
        ),
        ("risk_warnings", vec![knowledge.risk_warnings]),
        (
            "tools_and_technologies",
            vec![knowledge.tools_and_technologies],
        ),
        ("integration_points", vec![knowledge.integration_points]),
        ("change_impact", vec![knowledge.change_impact]),
    ]
}

#[tokio::test]
async fn a_row_for_each_kpi_in_the_order_of_the_manual() {
    let ctx = plain_session();
    let got = rows(&ctx, "SELECT name FROM kpi_catalog()").await;
    let got: Vec<_> = got.expect("a table").into_iter().flatten().collect();
    let declared: Vec<_> = all().map(|kpi| kpi.name).collect();
    assert_eq!(got, declared);
    let sql = "SELECT name FROM kpi_catalog() WHERE array_has(aliases, 'arpu')";
    assert_eq!(value(&ctx, sql).await, "arpa");
    let error = rows(&ctx, "SELECT * FROM kpi_catalog('nps')").await;
    let error = error.expect_err("it takes no arguments").to_string();
    assert!(
        error.contains("kpi_catalog: it takes no arguments"),
        "{error}"
    );
}

#[tokio::test]
async fn its_columns_say_what_the_declarations_say() {
    let ctx = plain_session();
    for kpi in all() {
        for (column, texts) in attributes(&kpi.knowledge) {
            let sql = format!(
                "SELECT {column} FROM kpi_catalog() WHERE name = '{}'",
                kpi.name
            );
            assert_eq!(value(&ctx, &sql).await, texts.join("\n"), "{sql}");
        }
        let sql = format!(
            "SELECT array_to_string(signatures, '; '), family, unit, direction, null_policy, since, summary
             FROM kpi_catalog() WHERE name = '{}'",
            kpi.name
        );
        let signatures: Vec<_> = kpi.forms.iter().map(|form| kpi.signature(form)).collect();
        let expected = [
            &signatures.join("; "),
            kpi.family.title(),
            kpi.unit.words(),
            kpi.direction.words(),
            kpi.nulls,
            kpi.since,
            kpi.summary,
        ];
        assert_eq!(rows(&ctx, &sql).await.expect("a row"), [expected]);
        let sql = format!(
            "SELECT formula, formula_sql, conventions, source FROM kpi_catalog() WHERE name = '{}'",
            kpi.name
        );
        let [formula, formula_sql, conventions, source] = rows(&ctx, &sql)
            .await
            .expect("a row")
            .remove(0)
            .try_into()
            .expect("four columns");
        for form in kpi.forms {
            assert!(
                formula.contains(form.formula) && formula_sql.contains(form.sql),
                "{}",
                kpi.name
            );
        }
        for convention in kpi.conventions {
            assert!(
                conventions.contains(convention.differs) && conventions.contains(convention.here)
            );
        }
        for said in kpi.sources {
            assert!(source.contains(said.publication.title()), "{source}");
        }
    }
}

/// Every attribute is there, at a length that says something, and no sentence serves two KPIs.
#[test]
fn every_attribute_is_written_for_its_kpi() {
    let mut sentences: HashMap<&str, &str> = HashMap::new();
    for kpi in all() {
        for (attribute, texts) in attributes(&kpi.knowledge) {
            let place = format!("{}: {attribute}", kpi.name);
            let is_a_list = matches!(attribute, "diagnostic_questions" | "actionable_tips");
            assert!(
                !is_a_list || texts.len() >= 3,
                "{place} has {} items",
                texts.len()
            );
            for text in texts {
                let shortest = if attribute == "standard_formula" {
                    20
                } else {
                    40
                };
                assert!(text.len() >= shortest, "{place}: {text}");
                assert!(
                    !text.contains("  ") && text.trim() == text,
                    "{place}: spaces in {text}"
                );
                if attribute == "diagnostic_questions" {
                    assert!(text.ends_with('?'), "{place}: {text}");
                } else if attribute != "standard_formula" {
                    assert!(text.ends_with('.'), "{place}: {text}");
                }
                for sentence in text.split_inclusive(". ").map(str::trim) {
                    let other = sentences.insert(sentence, kpi.name);
                    assert!(
                        sentence.len() < 30 || other.is_none_or(|other| other == kpi.name),
                        "{} and {other:?} share: {sentence}",
                        kpi.name
                    );
                }
            }
        }
        for convention in kpi.conventions {
            assert!(
                convention.differs.ends_with('.'),
                "{}: {}",
                kpi.name,
                convention.differs
            );
            assert!(
                convention.here.starts_with("SELECT") || convention.here.starts_with("WITH"),
                "{}: {}",
                kpi.name,
                convention.here
            );
        }
        for benchmark in kpi.benchmarks {
            assert!(
                benchmark.note.ends_with('.'),
                "{}: {}",
                kpi.name,
                benchmark.note
            );
        }
    }
}

/// What stands in backticks and looks like a function is one.
#[test]
fn functions_that_are_mentioned_exist() {
    let known: HashSet<&str> = all()
        .flat_map(|kpi| kpi.aliases.iter().copied().chain([kpi.name]))
        .collect();
    let mut mentioned = 0;
    for kpi in all() {
        for (attribute, texts) in attributes(&kpi.knowledge) {
            for text in texts {
                for quoted in text.split('`').skip(1).step_by(2) {
                    if let Some((name, _)) = quoted.split_once('(')
                        && name.contains('_')
                        && !name.contains(' ')
                    {
                        assert!(known.contains(name), "{}: {attribute}: {quoted}", kpi.name);
                        mentioned += 1;
                    } else if attribute == "change_impact" && known.contains(quoted) {
                        mentioned += 1;
                    }
                }
            }
        }
        let names = kpi.knowledge.change_impact.split('`').skip(1).step_by(2);
        let others = names.filter(|name| known.contains(name) && *name != kpi.name);
        assert!(
            others.count() > 0,
            "{}: change_impact names no other KPI",
            kpi.name
        );
    }
    assert!(mentioned > 100, "{mentioned}");
}
