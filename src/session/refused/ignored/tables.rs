//! Of a table in FROM: samples, hints, versions, and joins without a condition.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Join, JoinConstraint, JoinOperator, TableAlias, TableFactor, TableSampleKind,
};

use super::found::{Verdict, no};
use crate::session::error::Refusal;
use crate::session::refused::natural::constraint;

/// Refuses what is ignored of a table in FROM, and what no table is made of.
pub(in crate::session) fn check(table: &TableFactor) -> Verdict {
    match table {
        TableFactor::Table {
            name,
            alias,
            args,
            with_hints,
            version,
            with_ordinality,
            partitions,
            json_path,
            sample,
            index_hints,
        } => {
            sample_(sample.as_ref())?;
            alias_(alias.as_ref())?;
            no(
                !with_hints.is_empty(),
                "a hint such as WITH (NOLOCK)",
                "files have no locks: leave it out",
            )?;
            let is_lock = |args: &str| args.to_lowercase().contains("nolock");
            no(
                args.as_ref().is_some_and(|args| {
                    args.args.iter().any(|arg| is_lock(&arg.to_string()))
                }),
                "(NOLOCK)",
                "files have no locks: leave it out",
            )?;
            no(
                version.is_some(),
                "a version of a table, as in FOR SYSTEM_TIME AS OF",
                "a file has one; choose those of a time by their names: FROM 'orders/2026-01-*.parquet'",
            )?;
            ordinality(*with_ordinality)?;
            no(
                !partitions.is_empty(),
                "PARTITION (…)",
                "folders named key=value are a column: WHERE key = 'value'",
            )?;
            no(
                json_path.is_some(),
                "a path into the table",
                &format!("unnest(column) has the rows of a list in {name}"),
            )?;
            no(
                !index_hints.is_empty(),
                "a hint such as USE INDEX",
                "files have no indexes: leave it out",
            )
        }
        TableFactor::Derived { alias, sample, .. } => {
            sample_(sample.as_ref())?;
            alias_(alias.as_ref())
        }
        TableFactor::Function {
            alias,
            with_ordinality,
            ..
        } => {
            ordinality(*with_ordinality)?;
            alias_(alias.as_ref())
        }
        TableFactor::UNNEST {
            alias,
            with_offset,
            with_ordinality,
            ..
        } => {
            ordinality(*with_ordinality || *with_offset)?;
            alias_(alias.as_ref())
        }
        TableFactor::NestedJoin {
            table_with_joins,
            alias,
        } => {
            table_with_joins.joins.iter().try_for_each(join)?;
            alias_(alias.as_ref())
        }
        TableFactor::Pivot { .. } => ControlFlow::Break(Refusal::new("PIVOT is not supported; a column of its own \
            for each value is the same: SELECT segment, sum(amount) FILTER (WHERE m = 1) AS jan, sum(amount) FILTER \
            (WHERE m = 2) AS feb FROM … GROUP BY segment"
                .to_string())),
        TableFactor::Unpivot { .. } => ControlFlow::Break(Refusal::new("UNPIVOT is not supported; SELECT id, 'jan' \
            AS month, jan AS amount FROM t UNION ALL SELECT id, 'feb', feb FROM t is the same"
                .to_string())),
        TableFactor::MatchRecognize { .. } => ControlFlow::Break(Refusal::new("MATCH_RECOGNIZE is not supported; \
            lag(x) OVER (PARTITION BY a ORDER BY b) and lead(…) look at the rows before and after"
                .to_string())),
        TableFactor::TableFunction { .. }
        | TableFactor::JsonTable { .. }
        | TableFactor::OpenJsonTable { .. }
        | TableFactor::XmlTable { .. }
        | TableFactor::SemanticView { .. } => ControlFlow::Break(Refusal::new(format!(
            "{table} is not supported; a file in FROM is a table, FROM 'orders.json' for example, and unnest(list) \
             has the rows of a list"
        ))),
    }
}

fn sample_(sample: Option<&TableSampleKind>) -> Verdict {
    no(
        sample.is_some(),
        "TABLESAMPLE",
        "all rows would be read: WHERE random() < 0.1 takes about a tenth of them, LIMIT n the first",
    )
}

fn ordinality(is_there: bool) -> Verdict {
    no(
        is_there,
        "WITH ORDINALITY or WITH OFFSET",
        "row_number() OVER (PARTITION BY id) counts the rows",
    )
}

fn alias_(alias: Option<&TableAlias>) -> Verdict {
    // ClickHouse's word would be a name here.
    let is_final = |alias: &TableAlias| {
        alias.name.quote_style.is_none() && alias.name.value.eq_ignore_ascii_case("final")
    };
    no(
        alias.is_some_and(is_final),
        "FINAL",
        "files have no versions of a row: leave it out; row_number() OVER (PARTITION BY id ORDER BY day DESC) = 1 in a \
         subquery has the latest of each",
    )?;
    let typed = alias.into_iter().flat_map(|alias| &alias.columns);
    let typed = typed.filter(|column| column.data_type.is_some()).count();
    no(
        typed > 0,
        "the type of a column in an alias",
        "AS t(a, b) names them, and CAST(a AS INT) gives one its type",
    )?;
    no(
        alias.is_some_and(|alias| alias.at.is_some()),
        "AT after a table",
        "row_number() OVER () counts the rows",
    )
}

/// `a JOIN b` without a condition is every row of a with every row of b.
pub(in crate::session) fn join(join: &Join) -> Verdict {
    let Some(constraint) = constraint(join) else {
        return match &join.join_operator {
            JoinOperator::AsOf { .. } => ControlFlow::Break(Refusal::new("ASOF JOIN is not supported; JOIN with \
                a.day >= b.day, and then the latest: row_number() OVER (PARTITION BY a.id ORDER BY b.day DESC) = 1 \
                in a subquery"
                    .to_string())),
            JoinOperator::CrossApply | JoinOperator::OuterApply => ControlFlow::Break(Refusal::new("APPLY is not \
                 supported; JOIN (SELECT *, row_number() OVER (PARTITION BY id ORDER BY day DESC) AS place FROM u) \
                 AS u ON u.id = t.id AND u.place = 1 has the latest row of each, and SELECT *, unnest(list) AS x \
                 FROM t a row for each element"
                    .to_string())),
            _ => ControlFlow::Continue(()),
        };
    };
    match constraint {
        JoinConstraint::None => ControlFlow::Break(Refusal::new(format!(
            "JOIN {} has no condition; add ON a.id = b.id or USING (id), or write CROSS JOIN for every row with every row",
            join.relation
        ))),
        _ => ControlFlow::Continue(()),
    }
}
