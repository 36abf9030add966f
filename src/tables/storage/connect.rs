//! From an address to the store that has its files.

use std::sync::Arc;

use object_store::ObjectStore;

use super::address::Address;
use super::options::StorageOptions;
use super::waiting::StorageWatch;

/// The store of an address, and how it asks: errors say so.
#[cfg(feature = "object-stores")]
pub(super) fn connect(
    address: &Address,
    options: &StorageOptions,
    watch: &Arc<StorageWatch>,
) -> Result<(Arc<dyn ObjectStore>, String), String> {
    use super::address::Service;
    use super::{azure, google, s3, web};

    match address.root.service {
        Service::S3 => s3::connect(&address.root, options, watch),
        Service::Google => google::connect(&address.root, options, watch),
        Service::Azure => azure::connect(&address.root, options, watch),
        Service::Web => web::connect(address, options, watch),
    }
}

#[cfg(not(feature = "object-stores"))]
pub(super) fn connect(
    _: &Address,
    _: &StorageOptions,
    _: &Arc<StorageWatch>,
) -> Result<(Arc<dyn ObjectStore>, String), String> {
    Err(
        "this program was built without object stores; build it with the feature object-stores"
            .to_string(),
    )
}
