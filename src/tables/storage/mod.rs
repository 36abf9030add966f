//! Where files are: on a disk of this computer, in an object store, on a web server. Everything else in `tables` looks at
//! files through this room, so that what holds for files of a disk holds for those elsewhere.

mod address;
mod attempts;
#[cfg(feature = "object-stores")]
mod aws_profile;
#[cfg(feature = "object-stores")]
mod azure;
mod blocks;
#[cfg(feature = "object-stores")]
mod client;
mod connect;
mod failure;
mod file_path;
#[cfg(feature = "object-stores")]
mod google;
mod io;
#[cfg(feature = "object-stores")]
mod keys;
mod listing;
mod metadata;
mod opened_file;
mod options;
mod remote;
mod remote_file;
#[cfg(feature = "object-stores")]
mod requests;
#[cfg(feature = "object-stores")]
mod s3;
mod shared_link;
mod stores;
mod upload;
mod waiting;
#[cfg(feature = "object-stores")]
mod web;

pub(in crate::tables) use address::is_of_web;
pub(crate) use address::{is_address, without_queries};
pub(crate) use file_path::FilePath;
pub(crate) use metadata::FileMetadata;
pub(in crate::tables) use opened_file::OpenedFile;
pub use options::StorageOptions;
pub(crate) use shared_link::SharedLink;
pub(crate) use stores::Stores;
pub use waiting::Elsewhere;
pub(crate) use waiting::StorageWatch;
