//! Bytes that are not, or no longer, a state: an error in words, never a panic, never a number.

use kpi_sql::state::{Merged, State, StateError};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{state, stored_calls, with_orders};

/// A small state of each form: damage is searched byte by byte.
async fn states() -> Vec<(String, Vec<u8>)> {
    let ctx = with_orders();
    let mut states = vec![];
    for (_, _, _, call) in stored_calls() {
        let sql = format!("SELECT {call} FROM orders WHERE n < 40");
        states.push((call, state(&ctx, &sql).await));
    }
    states
}

/// Reads a state and does everything with it that can be done.
fn use_up(bytes: &[u8], other: &[u8]) -> Result<(), StateError> {
    let mut state = State::read(bytes)?;
    state.value()?;
    state.parts()?;
    let mut merged = Merged::default();
    merged.add([(0, bytes), (1, other), (0, other)].into_iter())?;
    merged.bytes(2)?;
    merged.bytes_of_all(0)?;
    merged.size();
    merged.drop_first(1)
}

#[tokio::test]
async fn every_change_of_a_byte_is_noticed() {
    for (call, bytes) in states().await {
        for position in 0..bytes.len() {
            for change in [1, 0x80] {
                let mut damaged = bytes.clone();
                damaged[position] ^= change;
                let error = State::read(&damaged).expect_err(&call).to_string();
                let expected = match position {
                    0..4 => "not a KPI state",
                    _ => "the state is damaged: its checksum is wrong",
                };
                assert!(error.contains(expected), "{call}: {error}");
            }
        }
    }
}

#[tokio::test]
async fn every_missing_end_is_noticed() {
    for (call, bytes) in states().await {
        for length in 0..bytes.len() {
            let error = State::read(&bytes[..length]).expect_err(&call).to_string();
            let expected = match length {
                0..4 => "not a KPI state",
                _ => "the state is damaged",
            };
            assert!(error.contains(expected), "{call}, {length}: {error}");
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert!(State::read(&longer).is_err(), "{call}");
    }
}

/// Somebody may write states with a right checksum and nonsense inside.
#[tokio::test]
async fn nonsense_below_a_right_checksum_is_no_panic() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let (mut refused, mut taken) = (0, 0);
    for (_, bytes) in states().await {
        for _ in 0..400 {
            let mut body = bytes[..bytes.len() - 4].to_vec();
            for _ in 0..rng.random_range(1..4) {
                let position = rng.random_range(4..body.len());
                match rng.random_range(0..4) {
                    0 => body[position] = rng.random_range(0..=255),
                    1 => body[position] = [0, 1, 0x7F, 0x80, 0xFF][rng.random_range(0..5)],
                    2 => drop(body.drain(position..(position + 8).min(body.len()))),
                    _ => body.insert(position, rng.random_range(0..=255)),
                }
                if body.len() < 8 {
                    break;
                }
            }
            let checksum = crc32fast::hash(&body);
            body.extend(checksum.to_le_bytes());
            match use_up(&body, &bytes).and_then(|()| use_up(&bytes, &body)) {
                Ok(()) => taken += 1,
                Err(_) => refused += 1,
            }
        }
    }
    // Both must have happened, or the damage was of one sort alone.
    assert!(refused > 1000, "{refused}");
    assert!(taken > 1000, "{taken}");
}

/// Counts that cannot be would give a share above 100, or below 0.
#[tokio::test]
async fn more_true_rows_than_rows_are_refused() {
    let ctx = with_orders();
    for (call, from_end, number, expected) in [
        // Before the checksum stand rows and rows_ignored of 8 bytes each, before them a sum of 16.
        (
            "cross_sell_ratio_state(flag)",
            36,
            1_000_i128,
            "it has 1000 rows that hold, of ",
        ),
        (
            "csat_state(score, 4)",
            36,
            1_000,
            "it has 1000 rows that hold, of ",
        ),
        (
            "cross_sell_ratio_state(flag)",
            44,
            1_000,
            "it has 1000 rows judged, and only 600 rows",
        ),
        (
            "cross_sell_ratio_state(flag)",
            12,
            601,
            "it has 601 rows ignored, and only 600 rows",
        ),
        (
            "churn_rate_state(buyer, flag)",
            20,
            60,
            "entities, and only ",
        ),
        // The good or bad ones, in 32 bytes.
        ("nps_state(score)", 52, 601, "have 601 that are good or bad"),
        (
            "nps_state(score)",
            68,
            601,
            "it has 601 good scores less bad ones, of ",
        ),
    ] {
        let bytes = state(&ctx, &format!("SELECT {call} FROM orders")).await;
        let mut body = bytes[..bytes.len() - 4].to_vec();
        let at = bytes.len() - from_end;
        let width = if number < 0 || expected.contains("good scores") {
            16
        } else {
            8
        };
        body[at..at + width].copy_from_slice(&number.to_le_bytes()[..width]);
        let checksum = crc32fast::hash(&body);
        body.extend(checksum.to_le_bytes());
        let error = State::read(&body).expect_err(call).to_string();
        assert!(
            error.starts_with("the state is inconsistent: ") && error.contains(expected),
            "{call}: {error}"
        );
    }
}

#[test]
fn bytes_of_others_are_refused() {
    for bytes in [&b""[..], b"KPI", b"PAR1", b"abcdefgh", &[0; 64]] {
        let error = State::read(bytes).expect_err("it is no state").to_string();
        assert!(
            error.contains("not a KPI state")
                && error.contains("cross_sell_rate_state(customer_id"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_newer_version_and_unknown_names_are_said() {
    let ctx = with_orders();
    let bytes = state(&ctx, "SELECT nps_state(score) FROM orders").await;
    let resealed = |from: &[u8], to: &[u8]| {
        let body = &bytes[..bytes.len() - 4];
        let at = body
            .windows(from.len())
            .position(|window| window == from)
            .expect("the state holds it");
        let mut body = [&body[..at], to, &body[at + from.len()..]].concat();
        let checksum = crc32fast::hash(&body);
        body.extend(checksum.to_le_bytes());
        State::read(&body).expect_err("it is unknown").to_string()
    };
    for (from, to, expected) in [
        (
            &b"KPIS\x01"[..],
            &b"KPIS\x02"[..],
            "the state has format version 2, and this version of kpi-sql reads 1: use a newer one",
        ),
        (
            b"nps",
            b"npx",
            "the state is of npx, a KPI that this version of kpi-sql does not have",
        ),
        (
            b"score",
            b"scale",
            "the state is of nps(scale), a form that this version of kpi-sql does not have",
        ),
        (
            b"Float64",
            b"Float99",
            "an argument of type Float99, which is unknown here",
        ),
    ] {
        let error = resealed(from, to);
        assert!(error.contains(expected), "{error}");
    }
}
