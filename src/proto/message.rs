//! What a node of ours says of itself, as a protobuf message. What it is made of are nodes of DataFusion's beside it.

use datafusion::error::{DataFusionError, Result};
use prost::{Enumeration, Message, Oneof};

use crate::engine::operator::choose::Why;
use crate::engine::operator::sent::{Node, Sending};

/// Of the crate that writes and reads.
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Clone, PartialEq, Message)]
struct NodeMessage {
    #[prost(string, tag = "1")]
    version: String,
    #[prost(oneof = "NodeKind", tags = "2, 3, 4, 5")]
    kind: Option<NodeKind>,
}

#[derive(Clone, PartialEq, Oneof)]
enum NodeKind {
    #[prost(enumeration = "Rows", tag = "2")]
    Fold(i32),
    #[prost(message, tag = "3")]
    Finish(Nothing),
    #[prost(message, tag = "4")]
    Expand(Nothing),
    #[prost(message, tag = "5")]
    Fallback(Reason),
}

#[derive(Clone, Copy, PartialEq, Message)]
struct Nothing {}

#[derive(Clone, PartialEq, Message)]
struct Reason {
    #[prost(enumeration = "Cause", tag = "1")]
    cause: i32,
    /// Of an aggregate that depends on the order of its rows.
    #[prost(string, tag = "2")]
    call: String,
}

/// How rows come in. 0 is what is there if nothing is, and means nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Enumeration)]
#[repr(i32)]
enum Rows {
    Unknown = 0,
    Any = 1,
    OnePartition = 2,
    ByEntity = 3,
    ByEach = 4,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Enumeration)]
#[repr(i32)]
enum Cause {
    Unknown = 0,
    NoKpi = 1,
    Ordered = 2,
    SortedInput = 3,
    Volatile = 4,
}

/// The bytes of a node.
pub fn write(node: &Node) -> Vec<u8> {
    let kind = match node {
        Node::Fold(sending) => NodeKind::Fold(rows(*sending) as i32),
        Node::Finish => NodeKind::Finish(Nothing {}),
        Node::Expand => NodeKind::Expand(Nothing {}),
        Node::Fallback(why) => NodeKind::Fallback(reason(why)),
    };
    let message = NodeMessage {
        version: VERSION.to_string(),
        kind: Some(kind),
    };
    message.encode_to_vec()
}

/// The node of these bytes.
pub fn read(bytes: &[u8]) -> Result<Node> {
    let message = NodeMessage::decode(bytes).map_err(|error| damaged(&error.to_string()))?;
    // Whatever else another version says may mean something else.
    if message.version != VERSION {
        let written = match message.version.as_str() {
            "" => "does not say by which version of kpi-sql it was written",
            other => &format!("was written by kpi-sql {other}"),
        };
        return Err(DataFusionError::Plan(format!(
            "a node of this plan {written}, and this is kpi-sql {VERSION}: what goes from one node to the next may \
             have changed. The program that plans and those that run its plans have the same version"
        )));
    }
    match message.kind {
        Some(NodeKind::Fold(rows)) => Ok(Node::Fold(sending(rows)?)),
        Some(NodeKind::Finish(Nothing {})) => Ok(Node::Finish),
        Some(NodeKind::Expand(Nothing {})) => Ok(Node::Expand),
        Some(NodeKind::Fallback(reason)) => Ok(Node::Fallback(why(reason)?)),
        None => Err(damaged("they do not say which one it is")),
    }
}

fn rows(sending: Sending) -> Rows {
    match sending {
        Sending::Rows => Rows::Any,
        Sending::OnePartition => Rows::OnePartition,
        Sending::ByEntity => Rows::ByEntity,
        Sending::ByEach => Rows::ByEach,
    }
}

fn sending(rows: i32) -> Result<Sending> {
    match Rows::try_from(rows) {
        Ok(Rows::Any) => Ok(Sending::Rows),
        Ok(Rows::OnePartition) => Ok(Sending::OnePartition),
        Ok(Rows::ByEntity) => Ok(Sending::ByEntity),
        Ok(Rows::ByEach) => Ok(Sending::ByEach),
        Ok(Rows::Unknown) | Err(_) => Err(damaged(&format!("there is no shape {rows}"))),
    }
}

fn reason(why: &Why) -> Reason {
    let (cause, call) = match why {
        Why::NoKpi => (Cause::NoKpi, ""),
        Why::Ordered(call) => (Cause::Ordered, call.as_str()),
        Why::SortedInput => (Cause::SortedInput, ""),
        Why::Volatile => (Cause::Volatile, ""),
    };
    Reason {
        cause: cause as i32,
        call: call.to_string(),
    }
}

fn why(reason: Reason) -> Result<Why> {
    match Cause::try_from(reason.cause) {
        Ok(Cause::NoKpi) => Ok(Why::NoKpi),
        Ok(Cause::Ordered) => Ok(Why::Ordered(reason.call)),
        Ok(Cause::SortedInput) => Ok(Why::SortedInput),
        Ok(Cause::Volatile) => Ok(Why::Volatile),
        Ok(Cause::Unknown) | Err(_) => {
            Err(damaged(&format!("there is no reason {}", reason.cause)))
        }
    }
}

fn damaged(problem: &str) -> DataFusionError {
    DataFusionError::Plan(format!(
        "a node of kpi-sql cannot be read from these bytes, which are damaged or cut off: {problem}"
    ))
}
