//! How much memory there is.

use sysinfo::{MemoryRefreshKind, System};

/// The memory of the machine in bytes, or of the container if that is less; `None` where it cannot be told.
pub(in crate::session) fn memory() -> Option<u64> {
    let mut system = System::new();
    system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
    let all = system.total_memory();
    if all == 0 {
        return None;
    }
    let in_container = system.cgroup_limits().map(|limits| limits.total_memory);
    Some(in_container.map_or(all, |limit| limit.min(all)))
}
