//! Stored states that were damaged, or forged with a checksum that is right.

use rand::RngExt;

use super::{Gave, ask, for_a_while, one_of, records};
use crate::laws::calls;

/// Rows for every argument of the laws' calls.
const ORDERS: &str = "(VALUES \
    (1, 2, true, false, 3, TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-02-01 00:00:00', 10.5, 4.5, 4, 4), \
    (1, 3, false, true, 5, TIMESTAMP '2026-01-05 00:00:00', TIMESTAMP '2026-02-03 00:00:00', 1.5, 2.5, 5, 5), \
    (2, 2, NULL, true, 1, TIMESTAMP '2026-01-09 00:00:00', NULL, 7.0, 0.5, 1, 1)) \
    AS orders(buyer, product, flag, flag2, tier, at, at2, amount, amount2, score, rating)";

fn state_of(call: &str) -> Vec<u8> {
    let (name, args) = call.split_once('(').expect("a call has arguments");
    let sql = format!("SELECT encode({name}_state({args}, 'hex') FROM {ORDERS}");
    match ask(&[], &sql) {
        Gave::Rows(csv, _) => {
            let hex = records(&csv)[1][0].clone();
            let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex");
            (0..hex.len()).step_by(2).map(byte).collect()
        }
        Gave::Error(error) => panic!("{sql}: {error}"),
    }
}

#[test]
fn a_damaged_state_is_an_error_and_a_forged_one_gives_no_impossible_share() {
    let states: Vec<_> = calls()
        .into_iter()
        .map(|(kpi, _, call)| (kpi, state_of(&call)))
        .collect();
    for_a_while(|rng| {
        let (kpi, state) = one_of(rng, &states);
        let mut bytes = state.clone();
        let body = bytes.len() - 4;
        for _ in 0..rng.random_range(1..4) {
            let at = rng.random_range(0..body);
            bytes[at] = *one_of(rng, &[0, 1, 2, 8, 0x7f, 0x80, 0xff, bytes[at] ^ 1]);
        }
        let is_forged = rng.random_bool(0.9);
        if is_forged {
            let checksum = crc32fast::hash(&bytes[..body]);
            bytes[body..].copy_from_slice(&checksum.to_le_bytes());
        }
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let state = format!("decode('{hex}', 'hex')");
        for sql in [
            format!("SELECT kpi_finish({state})"),
            format!("SELECT kpi_finish(kpi_merge(s)) FROM (VALUES ({state}), ({state})) AS t(s)"),
            format!("SELECT kpi_finish_parts({state})['value']"),
        ] {
            let Gave::Rows(csv, _) = ask(&[], &sql) else {
                continue;
            };
            assert!(
                is_forged || bytes == *states_bytes(&states, kpi.name, &bytes),
                "{sql}"
            );
            let value = records(&csv)[1][0].parse::<f64>().unwrap_or(0.0);
            if kpi.unit == kpi_sql::define::Unit::Percent && !is_money_share(kpi) {
                assert!((0.0..=100.0).contains(&value), "{value}: {sql}");
            }
        }
    });
}

/// Shares of money can be anything, because amounts can be negative.
fn is_money_share(kpi: &kpi_sql::define::Kpi) -> bool {
    kpi.forms
        .iter()
        .any(|form| !form.finish.totals().is_empty())
        || kpi.name.ends_with("gap")
        || kpi.name.ends_with("rr")
}

/// The state that was not changed after all, if there is one.
fn states_bytes<'a>(
    states: &'a [(&kpi_sql::define::Kpi, Vec<u8>)],
    name: &str,
    bytes: &'a Vec<u8>,
) -> &'a Vec<u8> {
    let same = states
        .iter()
        .find(|(kpi, state)| kpi.name == name && state == bytes);
    same.map_or(&states[0].1, |(_, state)| state)
}
