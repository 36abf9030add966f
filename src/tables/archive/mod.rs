//! Files inside of zip archives. `export.zip#orders.csv` is the file `orders.csv` in `export.zip`, and is read as it is unpacked.

mod member;
mod unpacked;

pub(in crate::tables) use member::{is_zip, member, members, on_disk};
pub(in crate::tables) use unpacked::open;
