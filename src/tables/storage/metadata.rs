//! What is known of a file without its bytes.

use std::time::SystemTime;

/// What is known of a file without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileMetadata {
    pub is_dir: bool,
    /// Neither a folder nor a file: a pipe or a device.
    pub is_other: bool,
    pub len: u64,
    pub modified: Option<SystemTime>,
    /// What a server calls these bytes.
    pub e_tag: Option<String>,
}
