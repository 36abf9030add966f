//! The relay of `relay.py` before a server, for as long as a test has it.

use super::servers::{Running, get, started};

/// A relay before a server on loopback.
pub struct Relay {
    _running: Running,
    pub port: u16,
}

/// A request that a client has sent.
#[derive(Debug)]
pub struct Request {
    /// The method, the path, and what was asked for of an object: `GET /lake/a.csv bytes=0-99`.
    pub line: String,
    /// How many bytes of it were sent.
    pub bytes: u64,
    /// How many answers had to come one after the other until this one was there.
    pub depth: usize,
}

impl Relay {
    /// One before the server at this port.
    pub fn before(port: u16) -> Self {
        let (running, port) = started("relay.py", &port.to_string());
        Self {
            _running: running,
            port,
        }
    }

    /// Forgets what was counted, and has it behave as `relay.py` says.
    pub fn set(&self, habits: &str) {
        get(self.port, &format!("/relay/set?{habits}"));
    }

    /// The requests since then.
    pub fn log(&self) -> Vec<Request> {
        let log = get(self.port, "/relay/log");
        log.lines()
            .map(|line| {
                let mut words = line.rsplitn(3, ' ');
                let mut word = || words.next().expect("a request has all of its words");
                let (depth, bytes, line) = (word(), word(), word());
                Request {
                    line: line.to_string(),
                    bytes: bytes.parse().expect("a number of bytes"),
                    depth: depth.parse().expect("a depth"),
                }
            })
            .collect()
    }
}
