//! What a session tells of the functions: SHOW FUNCTIONS, the information schema, and examples that run.

use std::collections::{HashMap, HashSet};

use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{Documentation, Signature, TypeSignature};
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::parser::DFParser;
use kpi_sql::define::Unit;
use kpi_sql::kpi::all;

use crate::support::{plain_session, rows, session, value};

/// A function as the session knows it.
struct Known {
    name: String,
    aliases: Vec<String>,
    signature: Signature,
    documentation: Option<Documentation>,
}

/// Every function that this package adds to a session.
fn known() -> Vec<Known> {
    let (ours, plain) = (plain_session().state(), SessionContext::new().state());
    let scalars = ours.scalar_functions().iter().filter_map(|(name, udf)| {
        let is_ours = *name == udf.name() && !plain.udfs().contains(name);
        is_ours.then(|| Known {
            name: name.clone(),
            aliases: udf.aliases().to_vec(),
            signature: udf.signature().clone(),
            documentation: udf.documentation().cloned(),
        })
    });
    let aggregates = ours
        .aggregate_functions()
        .iter()
        .filter_map(|(name, udaf)| {
            let is_ours = *name == udaf.name() && !plain.udafs().contains(name);
            is_ours.then(|| Known {
                name: name.clone(),
                aliases: udaf.aliases().to_vec(),
                signature: udaf.signature().clone(),
                documentation: udaf.documentation().cloned(),
            })
        });
    scalars.chain(aggregates).collect()
}

fn parameter_names(signature: &Signature) -> &[String] {
    signature.parameter_names.as_deref().unwrap_or_default()
}

/// The argument lists that SHOW FUNCTIONS shows.
fn shown_forms(signature: &Signature) -> Vec<usize> {
    let TypeSignature::OneOf(forms) = &signature.type_signature else {
        return vec![];
    };
    let exact = forms.iter().filter_map(|form| match form {
        TypeSignature::Exact(types) => Some(types.len()),
        _ => None,
    });
    exact.collect()
}

/// Each KPI has its three functions, and beside them stand those that are there once.
#[test]
fn the_functions_are_those_of_the_contract() {
    let names: HashSet<String> = known().into_iter().map(|known| known.name).collect();
    let of_kpis =
        all().flat_map(|kpi| ["", "_parts", "_state"].map(|of| kpi.name.to_string() + of));
    let once = [
        "kpi_merge",
        "kpi_finish",
        "kpi_finish_parts",
        "kpi_finish_mix",
        "kpi_change",
        "kpi_band",
        "kpi_decompose",
        "kpi_vs_rest",
        "kpi_target",
        "kpi_guard",
        "p_adjust",
        "p_chart",
        "xmr_chart",
        "customers_needed",
        "detectable_change",
    ];
    let wanted: HashSet<String> = of_kpis.chain(once.map(String::from)).collect();
    assert_eq!(names, wanted);
}

#[test]
fn every_function_is_documented() {
    for Known {
        name,
        signature,
        documentation,
        ..
    } in known()
    {
        let documentation = documentation.unwrap_or_else(|| panic!("{name} has no documentation"));
        let description = &documentation.description;
        assert!(
            description.starts_with(char::is_uppercase) && description.ends_with('.'),
            "{name}: {description}"
        );
        let call = format!("{name}(");
        assert!(documentation.syntax_example.starts_with(&call), "{name}");
        let arguments = documentation.arguments.unwrap_or_default();
        for (argument, meaning) in &arguments {
            assert!(!argument.is_empty() && !meaning.is_empty(), "{name}");
        }
        let forms = shown_forms(&signature);
        assert_eq!(
            forms.iter().max(),
            Some(&arguments.len()),
            "{name}: the longest form has other arguments than the documentation"
        );
        // A name that can be written in a call is one that is documented in its place.
        let names = parameter_names(&signature);
        assert!(!names.is_empty(), "{name} takes no named arguments");
        for (position, argument) in names.iter().enumerate() {
            let documented = &arguments[position].0;
            assert!(
                documented.split(" | ").any(|one| one == argument),
                "{name}: {argument} is documented as {documented}"
            );
        }
    }
}

/// The examples are complete statements: they run as they are, without any table, and give one answer.
#[tokio::test]
async fn every_example_runs() {
    let ctx = plain_session();
    for Known {
        name,
        documentation,
        ..
    } in known()
    {
        let example = documentation.and_then(|documentation| documentation.sql_example);
        let example = example.unwrap_or_else(|| panic!("{name} has no example"));
        assert!(example.contains(&format!("{name}(")), "{example}");
        assert!(
            example.starts_with("-- "),
            "{name} asks no question: {example}"
        );
        let statements = DFParser::parse_sql(&example);
        let statements = statements.unwrap_or_else(|error| panic!("{example}: {error}"));
        assert_eq!(statements.len(), 1, "{example}");
        let answer = value(&ctx, example.trim_end_matches(';')).await;
        assert_ne!(answer, "NULL", "{example}");
    }
}

/// The example of `_state` finishes to what the KPI's own example answers, and that of `_parts` holds it. Where
/// the value is a list, only the example of the value picks a number out of it.
#[tokio::test]
async fn the_examples_of_a_kpi_agree() {
    let ctx = plain_session();
    let examples: HashMap<String, String> = known()
        .into_iter()
        .filter_map(|known| Some((known.name, known.documentation?.sql_example?)))
        .collect();
    let run = async |function: String| {
        let example = examples[&function].trim_end_matches(';');
        value(&ctx, example).await
    };
    for kpi in all() {
        let parts = run(format!("{}_parts", kpi.name)).await;
        assert!(
            parts.starts_with(&format!("{{kpi: {}, value: ", kpi.name)),
            "{parts}"
        );
        let in_parts = parts.split([':', ',']).nth(3).map(str::trim);
        let state = run(format!("{}_state", kpi.name)).await;
        if kpi.unit == Unit::Mix {
            assert_eq!(in_parts, Some(""), "{parts}");
            assert!(state.starts_with("[{product: "), "{state}");
            continue;
        }
        let answer: f64 = kpi.example.answer.parse().expect("answers are numbers");
        for got in [in_parts, Some(&*state)] {
            let got = got.and_then(|got| got.parse::<f64>().ok());
            let is_same = got.is_some_and(|got| (got - answer).abs() < 1e-9);
            assert!(is_same, "{}: {parts} {state}", kpi.name);
        }
    }
}

/// A session that can be asked for its functions, as the program's can.
fn telling_session() -> SessionContext {
    session(SessionConfig::new().with_information_schema(true))
}

#[tokio::test]
async fn show_functions_shows_every_function_and_alias() -> Result<()> {
    let shown = rows(&telling_session(), "SHOW FUNCTIONS").await?;
    let mut forms: HashMap<&str, Vec<&[String]>> = HashMap::new();
    for row in &shown {
        forms.entry(&row[0]).or_default().push(&row[1..]);
    }
    for known in known() {
        for name in std::iter::once(&known.name).chain(&known.aliases) {
            let forms = forms.get(name.as_str());
            let forms = forms.unwrap_or_else(|| panic!("{name} is not shown"));
            let mut counts = HashSet::new();
            for form in forms {
                let [result, parameters, _, kind, description, syntax] = form else {
                    panic!("SHOW FUNCTIONS has other columns: {form:?}");
                };
                for text in [result, kind, description, syntax] {
                    assert!(!text.is_empty() && text != "NULL", "{name}: {form:?}");
                }
                assert!(!parameters.contains("NULL"), "{name}: {parameters}");
                counts.insert(parameters.split(", ").count());
            }
            let wanted: HashSet<_> = shown_forms(&known.signature).into_iter().collect();
            assert_eq!(counts, wanted, "{name}: forms of other lengths");
        }
    }
    // Of a table function DataFusion knows no more than the name.
    for table in ["kpi_catalog", "kpi_benchmarks"] {
        assert_eq!(forms[table][0][0], "TABLE");
    }
    Ok(())
}

#[tokio::test]
async fn the_information_schema_names_every_argument() -> Result<()> {
    let ctx = telling_session();
    let routines = rows(
        &ctx,
        "SELECT DISTINCT routine_name FROM information_schema.routines
         WHERE length(description) > 0 AND length(syntax_example) > 0",
    )
    .await?;
    let routines: HashSet<String> = routines.into_iter().flatten().collect();
    let arguments = rows(
        &ctx,
        "SELECT DISTINCT specific_name, ordinal_position, parameter_name
         FROM information_schema.parameters WHERE parameter_mode = 'IN'",
    )
    .await?;
    let arguments: HashSet<(&str, &str, &str)> = arguments
        .iter()
        .map(|row| (row[0].as_str(), row[1].as_str(), row[2].as_str()))
        .collect();
    for known in known() {
        let documentation = known.documentation.expect("tested above");
        for name in std::iter::once(&known.name).chain(&known.aliases) {
            assert!(routines.contains(name), "{name} is no routine");
            let documented = documentation.arguments.iter().flatten().enumerate();
            for (position, (argument, _)) in documented {
                let row = (name.as_str(), &*(position + 1).to_string(), &**argument);
                assert!(arguments.contains(&row), "{row:?}");
            }
        }
    }
    Ok(())
}

/// A call with names, in any order, means what the call by position means.
#[tokio::test]
async fn named_arguments_may_stand_in_any_order() -> Result<()> {
    let ctx = plain_session();
    let mut named_forms = 0;
    for known in known() {
        let names = parameter_names(&known.signature);
        let TypeSignature::OneOf(forms) = &known.signature.type_signature else {
            panic!("{}: another kind of signature", known.name);
        };
        for form in forms {
            let TypeSignature::Exact(types) = form else {
                continue;
            };
            if types.len() > names.len() {
                continue;
            }
            let arguments: Vec<(&String, String)> = names
                .iter()
                .zip(types)
                .map(|(name, data_type)| match name.as_str() {
                    "at_least" | "satisfied_from" | "lifespan_years" => (name, "3".to_string()),
                    _ => (name, format!("arrow_cast(NULL, '{data_type}')")),
                })
                .collect();
            let by_position: Vec<_> = arguments.iter().map(|(_, value)| value.as_str()).collect();
            let by_name: Vec<_> = arguments
                .iter()
                .rev()
                .map(|(name, value)| format!("{name} => {value}"))
                .collect();
            let plan = |arguments: String| format!("SELECT {}({arguments}) AS answer", known.name);
            let by_position = ctx.sql(&plan(by_position.join(", "))).await?;
            let by_name = ctx.sql(&plan(by_name.join(", "))).await?;
            assert_eq!(by_name.logical_plan(), by_position.logical_plan());
            named_forms += 1;
        }
    }
    assert!(named_forms >= known().len());
    Ok(())
}

/// What a file of settings may say is what the program knows, and the page on it lists all of them.
#[cfg(feature = "cli")]
#[test]
fn the_page_lists_every_setting_and_command() {
    let folder = crate::command::Folder::new();
    let page = std::fs::read_to_string(crate::support::folder("docs/running-queries.md"));
    let page = page.expect("the page is there");
    let printed = folder.run(&["config"]).succeeded();
    let settings: Vec<&str> = printed.lines().skip(2).collect();
    assert!(settings.len() > 15, "{printed}");
    let help = folder.run(&["--help"]).succeeded();
    for line in settings {
        let name = line.split(' ').next().expect("a line has a name");
        assert!(
            page.contains(&format!("`{name}`")),
            "{name} is not on the page"
        );
        assert!(help.contains(&format!("--{name}")), "{name} is no argument");
    }
    let (_, commands) = help
        .split_once("\nCommands:\n")
        .expect("there are commands");
    let (commands, _) = commands.split_once("\n\n").expect("they end");
    for line in commands.lines() {
        let name = line
            .split_whitespace()
            .next()
            .expect("a command has a name");
        let is_told = name == "help" || page.contains(&format!("`kpi-sql {name}"));
        assert!(is_told, "{name} is not on the page");
    }
}
