//! What a join does to the rows of its sides, in words.

use datafusion::logical_expr::{Join, JoinType};

use super::measure::{JoinCounts, SideCounts};
use super::side::{JoinedSide, in_sql};
use super::uses::{UsedAs, UsedColumn};
use crate::check::asked::written;
use crate::check::finding::{Finding, Severity};
use crate::check::shown;

/// The kind of what is found of keys that are there several times on both sides.
pub(super) const ON_BOTH: &str = "join_multiplies_both";

/// The join as SQL has it: `orders AS o JOIN payments AS p ON o.id = p.order_id`.
pub(super) fn join(join: &Join, left: &JoinedSide<'_>, right: &JoinedSide<'_>) -> String {
    let kind = match join.join_type {
        JoinType::Left => "LEFT JOIN",
        JoinType::Right => "RIGHT JOIN",
        JoinType::Full => "FULL JOIN",
        _ if join.on.is_empty() && join.filter.is_none() => "CROSS JOIN",
        _ => "JOIN",
    };
    let on: Vec<String> = join
        .on
        .iter()
        .map(|(l, r)| format!("{} = {}", in_sql(l), in_sql(r)))
        .collect();
    match on.is_empty() {
        true => format!("{} {kind} {}", left.table, right.table),
        false => format!(
            "{} {kind} {} ON {}",
            left.table,
            right.table,
            on.join(" AND ")
        ),
    }
}

pub(super) fn not_checked(why: &str) -> Finding {
    Finding::new(
        Severity::Info,
        "join_not_checked",
        format!("not checked: {why}"),
    )
    .advice("count the rows with it and without it")
}

pub(super) fn without_key(left: u64, right: u64) -> Finding {
    Finding::new(
        Severity::Warning,
        "join_without_key",
        format!(
            "every one of {} is joined with every one of {}",
            shown::many(left, "row"),
            shown::many(right, "row")
        ),
    )
    .counted(left.saturating_mul(right), left.saturating_mul(right))
    .advice("say with ON which rows belong together")
}

/// What the counts of a join say.
pub(super) fn findings(
    join: &Join,
    left: &JoinedSide<'_>,
    right: &JoinedSide<'_>,
    counts: &JoinCounts,
    used: &[UsedColumn],
) -> Vec<Finding> {
    let mut found = vec![];
    let (l, r) = (&counts.left, &counts.right);
    let of = |is_left: bool| used.iter().filter(move |used| used.is_left == is_left);
    found.extend(multiplied(left, l, right, r, of(true)));
    found.extend(multiplied(right, r, left, l, of(false)));
    if found.is_empty() && counts.on_both > 0 {
        found.push(on_both(left, right, counts));
    }
    let keeps = |is_left: bool| match join.join_type {
        JoinType::Full => true,
        JoinType::Left => is_left,
        JoinType::Right => !is_left,
        _ => false,
    };
    found.extend(lost(left, l, right, keeps(true)));
    found.extend(lost(right, r, left, keeps(false)));
    found
}

/// Rows of a side that come again, and are added up each time.
fn multiplied<'a>(
    side: &JoinedSide<'_>,
    counts: &SideCounts,
    other: &JoinedSide<'_>,
    of_other: &SideCounts,
    used: impl Iterator<Item = &'a UsedColumn>,
) -> Option<Finding> {
    if counts.repeated == 0 {
        return None;
    }
    let used: Vec<&UsedColumn> = used.collect();
    let is_count = |used: &&&UsedColumn| used.makes == UsedAs::Count;
    let others = used.iter().find(|used| !is_count(used));
    let first = others.or(used.first())?;
    // The rows of the join may be what is to be counted.
    let severity = match others {
        Some(_) => Severity::Error,
        None => Severity::Warning,
    };
    let sums = counts
        .sums
        .iter()
        .filter(|sums| sums.joined != sums.matched);
    let summed: Vec<String> = used
        .iter()
        .filter(|used| used.makes == UsedAs::Sum)
        .filter_map(|used| {
            let sums = sums.clone().find(|sums| sums.column == used.column)?;
            Some(format!(
                "{} adds up {} of {} in place of {}",
                used.call,
                shown::money(sums.joined),
                written(&used.column.name),
                shown::money(sums.matched)
            ))
        })
        .take(3)
        .collect();
    let what = match summed.is_empty() {
        true if others.is_none() => format!(
            "{} counts them each time, count(DISTINCT {}) once",
            first.call,
            written(&first.column.name)
        ),
        true => format!("{} counts them each time", first.call),
        false => summed.join("; "),
    };
    let (key, name) = (other.key_names(), &other.table);
    Some(
        Finding::new(
            severity,
            "join_multiplies",
            format!(
                "{} of {} {} more than once, because {} of {name} {} several rows: {what}",
                shown::of(counts.repeated, counts.rows, "row"),
                side.rows_of,
                if counts.repeated == 1 { "comes" } else { "come" },
                shown::of(of_other.several, of_other.keys, "key"),
                shown::have(of_other.several),
            ),
        )
        .of(&first.column.name)
        .counted(counts.repeated, counts.rows)
        .such_as(of_other.a_several.as_deref())
        .advice(format!(
            "make the rows of {name} one for each key before the join, JOIN (SELECT {key}, sum(...) FROM {} GROUP BY {key}), or \
             (SELECT DISTINCT {key} ...); if it only says which rows are meant, WHERE EXISTS (SELECT 1 FROM {name} WHERE {})",
            plain_table(other),
            equal_keys(other, side),
        )),
    )
}

/// The table without its alias.
fn plain_table<'a>(side: &'a JoinedSide<'_>) -> &'a str {
    side.table.split(" AS ").next().unwrap_or(&side.table)
}

fn on_both(left: &JoinedSide<'_>, right: &JoinedSide<'_>, counts: &JoinCounts) -> Finding {
    Finding::new(
        Severity::Warning,
        ON_BOTH,
        format!(
            "{} {} several rows on both sides, each of which is joined with each: {} and {} become {}",
            shown::of(counts.on_both, counts.left.keys, "key"),
            shown::have(counts.on_both),
            shown::many(counts.left.rows - counts.left.lost, "row"),
            shown::many(counts.right.rows - counts.right.lost, "row"),
            shown::number(counts.rows)
        ),
    )
    .counted(counts.on_both, counts.left.keys)
    .such_as(counts.left.a_several.as_deref())
    .advice(format!(
        "aggregate {} or {} by {} before the join",
        left.table,
        right.table,
        right.key_names()
    ))
}

/// Rows without a partner.
fn lost(
    side: &JoinedSide<'_>,
    counts: &SideCounts,
    other: &JoinedSide<'_>,
    is_kept: bool,
) -> Option<Finding> {
    if counts.lost == 0 {
        return None;
    }
    let money: Vec<String> = counts
        .sums
        .iter()
        .filter(|sums| sums.lost != 0.0 && !is_kept)
        .take(2)
        .map(|sums| {
            let all = sums.lost + sums.matched;
            format!(
                "{} of {} {}",
                shown::money(sums.lost),
                shown::money(all),
                written(&sums.column.name)
            )
        })
        .collect();
    let severity = match is_kept || money.is_empty() {
        true => Severity::Info,
        false => Severity::Warning,
    };
    let keys = match (counts.lost_keys, counts.without_key) {
        (keys, 0) => shown::of(keys, counts.keys, "key"),
        (0, _) => "whose key is NULL".to_string(),
        (keys, nulls) => format!(
            "{}, and {} whose key is NULL",
            shown::of(keys, counts.keys, "key"),
            shown::number(nulls)
        ),
    };
    let fate = match (is_kept, counts.lost) {
        (true, 1) => "stays with NULL in its columns",
        (true, _) => "stay with NULL in its columns",
        (false, 1) => "is not in the result",
        (false, _) => "are not in the result",
    };
    let with = match money.is_empty() {
        true => String::new(),
        false => format!(", with {}", money.join(" and ")),
    };
    let advice = match is_kept {
        true => format!(
            "coalesce its columns where NULL would be counted otherwise, or see the keys: {}",
            look(side, other)
        ),
        false => format!(
            "a LEFT JOIN from {} keeps them; see them with {}",
            side.table,
            look(side, other)
        ),
    };
    Some(
        Finding::new(
            severity,
            if is_kept {
                "join_no_partner"
            } else {
                "join_loses"
            },
            format!(
                "{} of {} ({keys}) {} no partner in {} and {fate}{with}",
                shown::of(counts.lost, counts.rows, "row"),
                side.rows_of,
                shown::have(counts.lost),
                other.rows_of
            ),
        )
        .counted(counts.lost, counts.rows)
        .such_as(counts.a_lost.as_deref())
        .advice(advice),
    )
}

/// A query for the rows without a partner.
fn look(side: &JoinedSide<'_>, other: &JoinedSide<'_>) -> String {
    format!(
        "SELECT * FROM {} WHERE NOT EXISTS (SELECT 1 FROM {} WHERE {})",
        side.table,
        other.table,
        equal_keys(side, other)
    )
}

/// The condition of a join, with the columns of this side before those of the other.
fn equal_keys(side: &JoinedSide<'_>, other: &JoinedSide<'_>) -> String {
    let keys = side.keys.iter().zip(&other.keys);
    let keys: Vec<String> = keys
        .map(|(own, of_other)| format!("{} = {}", in_sql(own), in_sql(of_other)))
        .collect();
    keys.join(" AND ")
}
