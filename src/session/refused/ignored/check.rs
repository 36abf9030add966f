//! The clauses of a statement, one after the other.

use std::ops::ControlFlow;

use datafusion::sql::parser::{
    CopyToSource, CreateExternalTable, ResetStatement, Statement as Ast,
};
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, ColumnDef, DataType, Expr, GroupByExpr, GroupByWithModifier, LimitClause,
    Query, Select, SetExpr, SetOperator, SetQuantifier, Statement, TableConstraint, TableFactor,
    Visit, Visitor,
};

use super::functions::{self, FunctionKind};
use crate::session::error::Refusal;
use crate::session_support::kpi_options;

use super::found::{Verdict, no};
use super::{changes, constants, intervals, joins, statements, tables};

/// Refuses the first such clause of a statement. `kind_of` tells what a function of a name is.
pub(in crate::session) fn check(
    ast: &Ast,
    kind_of: &dyn Fn(&str) -> FunctionKind,
) -> Result<(), Refusal> {
    let mut clauses = Clauses { kind_of };
    let found = match ast {
        Ast::Statement(sql) => sql.visit(&mut clauses),
        Ast::CopyTo(copy) => match &copy.source {
            CopyToSource::Query(query) => query.visit(&mut clauses),
            CopyToSource::Relation(_) => ControlFlow::Continue(()),
        },
        Ast::Explain(explain) => return check(&explain.statement, kind_of),
        Ast::CreateExternalTable(table) => external(table),
        Ast::Reset(ResetStatement::Variable(name)) => reset(&name.to_string()),
    };
    match found {
        ControlFlow::Break(words) => Err(words),
        ControlFlow::Continue(()) => Ok(()),
    }
}

struct Clauses<'a> {
    kind_of: &'a dyn Fn(&str) -> FunctionKind,
}

fn external(table: &CreateExternalTable) -> Verdict {
    unchecked(&table.columns, &table.constraints)?;
    lengths(&table.columns)?;
    no(
        !table.order_exprs.is_empty(),
        "WITH ORDER",
        "no row is checked for it: leave it out, and write ORDER BY in the query",
    )?;
    no(
        table.unbounded,
        "UNBOUNDED",
        "files have an end: leave it out",
    )
}

/// RESET knows the options of DataFusion alone.
fn reset(name: &str) -> Verdict {
    let mut usual = kpi_options().into_iter();
    match usual.find(|(option, _)| option.eq_ignore_ascii_case(name)) {
        Some((option, value)) => ControlFlow::Break(Refusal::new(format!(
            "RESET {name} is not supported; SET {option} = '{value}' is what it is without SET"
        ))),
        None => ControlFlow::Continue(()),
    }
}

fn lengths(columns: &[ColumnDef]) -> Verdict {
    for column in columns {
        no(
            has_length(&column.data_type),
            &format!("the length in {column}"),
            &format!(
                "write {} VARCHAR; left({}, 3) shortens a text",
                column.name, column.name
            ),
        )?;
    }
    ControlFlow::Continue(())
}

/// Whether a type of texts has a length, which cuts nothing and refuses nothing.
fn has_length(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Varchar(Some(_))
            | DataType::Char(Some(_))
            | DataType::Character(Some(_))
            | DataType::CharVarying(Some(_))
            | DataType::CharacterVarying(Some(_))
            | DataType::Nvarchar(Some(_))
    )
}

/// What a table is declared to keep to, and no row is checked for.
fn unchecked(columns: &[ColumnDef], constraints: &[TableConstraint]) -> Verdict {
    let options = columns
        .iter()
        .flat_map(|column| &column.options)
        .map(|option| option.option.to_string());
    let kept = ["NOT NULL", "NULL", "DEFAULT"];
    let mut others = options
        .filter(|option| {
            let option = option.to_uppercase();
            !kept.iter().any(|kept| option.starts_with(kept))
        })
        .chain(constraints.iter().map(ToString::to_string));
    match others.next() {
        Some(other) => no(
            true,
            &format!("{other} in CREATE TABLE"),
            "no row is checked for it: leave it out; SELECT count(*), count(DISTINCT id) FROM t tells whether ids are unique",
        ),
        None => ControlFlow::Continue(()),
    }
}

/// DataFusion does not count how often a row is on each side, which is what ALL is for.
fn all(op: SetOperator, quantifier: SetQuantifier) -> Verdict {
    let is_all = matches!(quantifier, SetQuantifier::All | SetQuantifier::AllByName);
    match is_all && !matches!(op, SetOperator::Union) {
        true => ControlFlow::Break(Refusal::new(format!(
            "{op} ALL is not supported: how often a row is on each side would not count; {op} has each row once, and \
             SELECT a, b, row_number() OVER (PARTITION BY a, b) AS n FROM t on both sides keeps equal rows apart"
        ))),
        false => ControlFlow::Continue(()),
    }
}

impl Visitor for Clauses<'_> {
    type Break = Refusal;

    fn pre_visit_query(&mut self, query: &Query) -> Verdict {
        let mut part = query.body.as_ref();
        // UNION ALL … UNION ALL … is deep on its left side.
        while let SetExpr::SetOperation {
            op,
            set_quantifier,
            left,
            right,
        } = part
        {
            all(*op, *set_quantifier)?;
            if let SetExpr::SetOperation {
                op, set_quantifier, ..
            } = right.as_ref()
            {
                all(*op, *set_quantifier)?;
            }
            part = left;
        }
        constants::of_query(query)?;
        if let Some(LimitClause::LimitOffset { limit_by, .. }) = &query.limit_clause
            && let Some(key) = limit_by.first()
        {
            return ControlFlow::Break(Refusal::new(format!(
                "LIMIT … BY is not supported; SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY {key} ORDER \
                 BY day DESC) AS place FROM t) WHERE place <= 1 has the first rows of each"
            )));
        }
        joins::check_order(query)?;
        no(
            !query.locks.is_empty(),
            "FOR UPDATE or FOR SHARE",
            "files have no locks: leave it out",
        )?;
        no(
            query.for_clause.is_some(),
            "FOR XML, FOR JSON or FOR BROWSE",
            "the format of results is chosen outside of SQL: leave it out",
        )?;
        no(
            query.settings.is_some(),
            "SETTINGS",
            "SET name = value is a statement of its own",
        )?;
        no(
            query.format_clause.is_some(),
            "FORMAT",
            "the format of results is chosen outside of SQL: leave it out",
        )?;
        let ties = query
            .fetch
            .as_ref()
            .filter(|fetch| fetch.with_ties || fetch.percent);
        if ties.is_some() {
            return ControlFlow::Break(Refusal::new(
                "FETCH … WITH TIES and PERCENT are not supported; SELECT * FROM (SELECT *, rank() OVER (ORDER BY x) \
                 AS place FROM t) WHERE place <= 10 has the ties"
                    .to_string(),
            ));
        }
        if query.fetch.is_some() {
            return ControlFlow::Break(Refusal::new(
                "FETCH FIRST n ROWS ONLY is not supported; LIMIT n is the same".to_string(),
            ));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> Verdict {
        constants::of_select(select)?;
        let where_ = "write its condition into WHERE";
        no(select.prewhere.is_some(), "PREWHERE", where_)?;
        no(
            !select.connect_by.is_empty(),
            "CONNECT BY",
            "WITH RECURSIVE walks up and down a hierarchy",
        )?;
        no(
            !select.distribute_by.is_empty(),
            "DISTRIBUTE BY",
            "rows are spread over threads by themselves: leave it out",
        )?;
        no(
            select.value_table_mode.is_some(),
            "SELECT AS STRUCT or AS VALUE",
            "named_struct('name', value, …) makes a struct",
        )?;
        no(
            select.select_modifiers.is_some(),
            "a word such as SQL_NO_CACHE or STRAIGHT_JOIN after SELECT",
            "leave it out",
        )?;
        no(
            select.exclude.is_some(),
            "EXCLUDE at the end of the columns",
            "SELECT * EXCLUDE (a, b) is where it works",
        )?;
        no(!select.optimizer_hints.is_empty(), "a hint", "leave it out")?;
        if select.top.is_some() {
            return ControlFlow::Break(Refusal::new(
                "TOP n is not supported; LIMIT n at the end of the query is the same".to_string(),
            ));
        }
        if !select.lateral_views.is_empty() {
            return ControlFlow::Break(Refusal::new(
                "LATERAL VIEW is not supported; unnest(list) in SELECT has a row for each element: SELECT *, \
                 unnest(list) AS x FROM t"
                    .to_string(),
            ));
        }
        if !select.cluster_by.is_empty() || !select.sort_by.is_empty() {
            return ControlFlow::Break(Refusal::new(
                "CLUSTER BY and SORT BY are not supported; ORDER BY sorts the result".to_string(),
            ));
        }
        let (GroupByExpr::All(modifiers) | GroupByExpr::Expressions(_, modifiers)) =
            &select.group_by;
        match modifiers.first() {
            Some(GroupByWithModifier::Rollup) => {
                no(
                    true,
                    "GROUP BY … WITH ROLLUP",
                    "write GROUP BY ROLLUP (a, b)",
                )?;
            }
            Some(GroupByWithModifier::Cube) => {
                no(true, "GROUP BY … WITH CUBE", "write GROUP BY CUBE (a, b)")?;
            }
            Some(GroupByWithModifier::Totals) => no(
                true,
                "WITH TOTALS",
                "GROUP BY GROUPING SETS ((a, b), ()) has a line of totals",
            )?,
            Some(GroupByWithModifier::GroupingSets(_)) => no(
                true,
                "GROUP BY a, b GROUPING SETS",
                "write GROUP BY GROUPING SETS ((a, b), (a))",
            )?,
            None => {}
        }
        select
            .from
            .iter()
            .flat_map(|from| &from.joins)
            .try_for_each(tables::join)?;
        joins::check(select)
    }

    fn pre_visit_table_factor(&mut self, table: &TableFactor) -> Verdict {
        tables::check(table)
    }

    fn pre_visit_statement(&mut self, statement: &Statement) -> Verdict {
        match statement {
            Statement::CreateTable(table) => {
                unchecked(&table.columns, &table.constraints)?;
                lengths(&table.columns)
            }
            Statement::Delete(delete) => changes::delete(delete),
            Statement::Update(update) => changes::update(update),
            other => statements::check(other),
        }
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> Verdict {
        constants::of_expr(expr)?;
        let other = |instead: &str| {
            ControlFlow::Break(Refusal::new(format!("{expr} is not supported; {instead}")))
        };
        match expr {
            Expr::Function(function) => functions::check(function, self.kind_of),
            Expr::Interval(interval) => intervals::check(interval),
            // Nothing is cut off: 'abcdef' stays as long as it is.
            Expr::Cast {
                expr: inner,
                data_type,
                ..
            } => no(
                has_length(data_type),
                &format!("the length in CAST({inner} AS {data_type})"),
                &format!(
                    "left({inner}, 3) shortens a text, and CAST({inner} AS VARCHAR) keeps all of it"
                ),
            ),
            // DataFusion takes the pattern for a regular expression, in which % is a letter.
            Expr::SimilarTo { expr: inner, .. } => ControlFlow::Break(Refusal::new(format!(
                "SIMILAR TO is not supported; {inner} LIKE 'a%' has % and _ for any letters, and \
                 regexp_like({inner}, '^(a|b)') regular expressions"
            ))),
            Expr::Convert { .. } => other("CAST(x AS INT) converts"),
            Expr::RLike { .. } => other("regexp_like(x, 'C.*')"),
            Expr::InUnnest { .. } => other("array_has(list, x)"),
            Expr::MatchAgainst { .. } => other("x ILIKE '%word%'"),
            Expr::Collate { .. } => {
                other("texts are ordered by their letters' codes; lower(x) has no capitals")
            }
            Expr::OuterJoin(_) => other("LEFT JOIN … ON a.id = b.id"),
            Expr::Prior(_) => other("WITH RECURSIVE walks up and down a hierarchy"),
            // PostgreSQL and DuckDB take it for a power, DataFusion and MySQL for bits: 2 ^ 3 is 8 or 1.
            Expr::BinaryOp {
                left,
                op: BinaryOperator::BitwiseXor,
                right,
            } => ControlFlow::Break(Refusal::new(format!(
                "{left} ^ {right} is a power in some SQL and the exclusive or of bits in other; \
                 write power({left}, {right}), or for bits ({left} | {right}) - ({left} & {right})"
            ))),
            _ => ControlFlow::Continue(()),
        }
    }
}
