//! Files that are not on this computer: object stores and web servers, each a real server on loopback.
//!
//! The web server is a program of these tests. The others come from the package registries, in the versions of
//! `requirements.txt`, into an environment of their own. No test reaches an address outside loopback.

mod s3;
mod servers;
mod web;
