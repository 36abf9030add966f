//! What DataFusion's parser reads and its planner then leaves out, as if it had not been written.
//!
//! A clause without effect changes what a query says, so it is refused here, with what to write instead. The list is
//! that of the fields which `datafusion-sql` does not look at in a query, a table, a function and an expression.

use std::ops::ControlFlow;

use datafusion::sql::parser::{CopyToSource, Statement as Ast};
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, DuplicateTreatment, Expr, Function, FunctionArguments, GroupByExpr,
    GroupByWithModifier, Join, JoinConstraint, JoinOperator, Query, Select, Statement, TableAlias,
    TableFactor, TableSampleKind, Visit, Visitor,
};

/// Refuses the first such clause of a statement. `is_scalar` tells of a function whether it takes a row at a time.
pub(super) fn check(ast: &Ast, is_scalar: &dyn Fn(&str) -> bool) -> Result<(), String> {
    let mut clauses = Clauses { is_scalar };
    let found = match ast {
        Ast::Statement(sql) => sql.visit(&mut clauses),
        Ast::CopyTo(copy) => match &copy.source {
            CopyToSource::Query(query) => query.visit(&mut clauses),
            CopyToSource::Relation(_) => ControlFlow::Continue(()),
        },
        Ast::Explain(explain) => return check(&explain.statement, is_scalar),
        Ast::CreateExternalTable(_) | Ast::Reset(_) => ControlFlow::Continue(()),
    };
    match found {
        ControlFlow::Break(words) => Err(words),
        ControlFlow::Continue(()) => Ok(()),
    }
}

struct Clauses<'a> {
    is_scalar: &'a dyn Fn(&str) -> bool,
}

type Found = ControlFlow<String>;

/// Refuses `clause` where it is there.
fn no(is_there: bool, clause: &str, instead: &str) -> Found {
    match is_there {
        true => ControlFlow::Break(format!("{clause} has no effect here; {instead}")),
        false => ControlFlow::Continue(()),
    }
}

impl Visitor for Clauses<'_> {
    type Break = String;

    fn pre_visit_query(&mut self, query: &Query) -> Found {
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
            return ControlFlow::Break(
                "FETCH … WITH TIES and PERCENT are not there; SELECT * FROM (SELECT *, rank() OVER (ORDER BY x) AS place FROM t) WHERE place <= 10 has the ties"
                    .to_string(),
            );
        }
        if query.fetch.is_some() {
            return ControlFlow::Break(
                "FETCH FIRST n ROWS ONLY is not there; LIMIT n is the same".to_string(),
            );
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> Found {
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
            return ControlFlow::Break(
                "TOP n is not there; LIMIT n at the end of the query is the same".to_string(),
            );
        }
        if !select.lateral_views.is_empty() {
            return ControlFlow::Break(
                "LATERAL VIEW is not there; unnest(list) in SELECT, or CROSS JOIN LATERAL unnest(list), has a row for each element"
                    .to_string(),
            );
        }
        if !select.cluster_by.is_empty() || !select.sort_by.is_empty() {
            return ControlFlow::Break(
                "CLUSTER BY and SORT BY are not there; ORDER BY sorts the result".to_string(),
            );
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
            .try_for_each(join)
    }

    fn pre_visit_table_factor(&mut self, table: &TableFactor) -> Found {
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
                self::sample(sample.as_ref())?;
                self::alias(alias.as_ref())?;
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
                self::sample(sample.as_ref())?;
                self::alias(alias.as_ref())
            }
            TableFactor::Function {
                alias,
                with_ordinality,
                ..
            } => {
                ordinality(*with_ordinality)?;
                self::alias(alias.as_ref())
            }
            TableFactor::UNNEST {
                alias,
                with_offset,
                with_ordinality,
                ..
            } => {
                ordinality(*with_ordinality || *with_offset)?;
                self::alias(alias.as_ref())
            }
            TableFactor::NestedJoin {
                table_with_joins,
                alias,
            } => {
                table_with_joins.joins.iter().try_for_each(join)?;
                self::alias(alias.as_ref())
            }
            TableFactor::Pivot { .. } => ControlFlow::Break(
                "PIVOT is not there; a column of its own for each value is the same: \
                 SELECT segment, sum(amount) FILTER (WHERE m = 1) AS jan, sum(amount) FILTER (WHERE m = 2) AS feb FROM … GROUP BY segment"
                    .to_string(),
            ),
            TableFactor::Unpivot { .. } => ControlFlow::Break(
                "UNPIVOT is not there; SELECT id, 'jan' AS month, jan AS amount FROM t UNION ALL SELECT id, 'feb', feb FROM t is the same"
                    .to_string(),
            ),
            TableFactor::MatchRecognize { .. } => ControlFlow::Break(
                "MATCH_RECOGNIZE is not there; lag(x) OVER (PARTITION BY a ORDER BY b) and lead(…) look at the rows before and after"
                    .to_string(),
            ),
            TableFactor::TableFunction { .. }
            | TableFactor::JsonTable { .. }
            | TableFactor::OpenJsonTable { .. }
            | TableFactor::XmlTable { .. }
            | TableFactor::SemanticView { .. } => ControlFlow::Break(format!(
                "{table} is not there; a file in FROM is a table, FROM 'orders.json' for example, and unnest(list) has the rows of a list"
            )),
        }
    }

    fn pre_visit_statement(&mut self, statement: &Statement) -> Found {
        let Statement::CreateTable(table) = statement else {
            return ControlFlow::Continue(());
        };
        let options = table
            .columns
            .iter()
            .flat_map(|column| &column.options)
            .map(|option| option.option.to_string());
        let constraints = table.constraints.iter().map(ToString::to_string);
        let kept = ["NOT NULL", "NULL", "DEFAULT"];
        let mut others = options
            .filter(|option| {
                !kept
                    .iter()
                    .any(|kept| option.to_uppercase().starts_with(kept))
            })
            .chain(constraints);
        match others.next() {
            Some(other) => no(
                true,
                &format!("{other} in CREATE TABLE"),
                "no row is checked for it: leave it out; SELECT count(*), count(DISTINCT id) FROM t tells whether ids are unique",
            ),
            None => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> Found {
        let other = |instead: &str| ControlFlow::Break(format!("{expr} is not there; {instead}"));
        match expr {
            Expr::Function(function) => self.function(function),
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
            } => ControlFlow::Break(format!(
                "{left} ^ {right} is a power in some SQL and the exclusive or of bits in other; \
                 write power({left}, {right}), or for bits ({left} | {right}) - ({left} & {right})"
            )),
            _ => ControlFlow::Continue(()),
        }
    }
}

impl Clauses<'_> {
    fn function(&self, function: &Function) -> Found {
        let name = function.name.to_string();
        no(
            !matches!(function.parameters, FunctionArguments::None),
            &format!("a second pair of parentheses after {name}"),
            "all arguments of a function stand in one",
        )?;
        if !(self.is_scalar)(&name.to_lowercase()) {
            return ControlFlow::Continue(());
        }
        let (distinct, clauses) = match &function.args {
            FunctionArguments::List(list) => (
                list.duplicate_treatment == Some(DuplicateTreatment::Distinct),
                !list.clauses.is_empty(),
            ),
            _ => (false, false),
        };
        let why = format!("{name} takes one row at a time and is no aggregate");
        for (is_there, clause) in [
            (distinct, "DISTINCT"),
            (function.filter.is_some(), "FILTER"),
            (function.over.is_some(), "OVER"),
            (!function.within_group.is_empty(), "WITHIN GROUP"),
            (
                function.null_treatment.is_some() || clauses,
                "ORDER BY or IGNORE NULLS",
            ),
        ] {
            no(is_there, &format!("{clause} of {name}"), &why)?;
        }
        ControlFlow::Continue(())
    }
}

fn sample(sample: Option<&TableSampleKind>) -> Found {
    no(
        sample.is_some(),
        "TABLESAMPLE",
        "all rows would be read: WHERE random() < 0.1 takes about a tenth of them, LIMIT n the first",
    )
}

fn ordinality(is_there: bool) -> Found {
    no(
        is_there,
        "WITH ORDINALITY or WITH OFFSET",
        "row_number() OVER (PARTITION BY id) counts the rows",
    )
}

fn alias(alias: Option<&TableAlias>) -> Found {
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
fn join(join: &Join) -> Found {
    let (JoinOperator::Join(constraint)
    | JoinOperator::Inner(constraint)
    | JoinOperator::Left(constraint)
    | JoinOperator::LeftOuter(constraint)
    | JoinOperator::Right(constraint)
    | JoinOperator::RightOuter(constraint)
    | JoinOperator::FullOuter(constraint)) = &join.join_operator
    else {
        return match &join.join_operator {
            JoinOperator::AsOf { .. } => ControlFlow::Break(
                "ASOF JOIN is not there; JOIN with a.day >= b.day, and then the latest: row_number() OVER (PARTITION BY a.id ORDER BY b.day DESC) = 1 in a subquery"
                    .to_string(),
            ),
            JoinOperator::CrossApply | JoinOperator::OuterApply => ControlFlow::Break(
                "APPLY is not there; CROSS JOIN LATERAL (SELECT …) is the same".to_string(),
            ),
            _ => ControlFlow::Continue(()),
        };
    };
    match constraint {
        JoinConstraint::None => ControlFlow::Break(format!(
            "JOIN {} has no condition; add ON a.id = b.id or USING (id), or write CROSS JOIN for every row with every row",
            join.relation
        )),
        _ => ControlFlow::Continue(()),
    }
}
