//! The same question about many files, on several threads.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use datafusion::error::Result;
use parking_lot::Mutex;

/// Fewer files than this are looked at sooner than a thread has begun.
const FEW: usize = 8;

/// What is found of each file, in their order; of several errors, that of the first file. Files after one with an error may
/// not be looked at.
pub(in crate::tables) fn of_each<F: Sync, T: Send>(
    files: &[F],
    threads: usize,
    look: impl Fn(usize, &F) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let threads = threads.min(files.len() / FEW);
    if threads < 2 {
        let looked = files.iter().enumerate();
        return looked.map(|(i, file)| look(i, file)).collect();
    }
    let next = AtomicUsize::new(0);
    let all: Mutex<Vec<(usize, Result<T>)>> = Mutex::default();
    let work = || {
        let mut found = vec![];
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(file) = files.get(i) else { break };
            let looked = look(i, file);
            if looked.is_err() {
                next.store(files.len(), Ordering::Relaxed);
            }
            found.push((i, looked));
        }
        all.lock().append(&mut found);
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    let mut all = all.into_inner();
    all.sort_unstable_by_key(|(i, _)| *i);
    all.into_iter().map(|(_, looked)| looked).collect()
}

#[cfg(test)]
mod tests {
    use datafusion::common::plan_err;

    use super::*;

    #[test]
    fn the_order_is_that_of_the_files() {
        let files: Vec<usize> = (0..1_000).collect();
        for threads in [0, 1, 2, 5] {
            let found = of_each(&files, threads, |i, file| Ok(i + file)).expect("none is refused");
            let expected: Vec<usize> = (0..1_000).map(|i| 2 * i).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn the_error_is_that_of_the_first_file() {
        let files: Vec<usize> = (0..1_000).collect();
        for threads in [1, 2, 5] {
            for _ in 0..50 {
                let found = of_each(&files, threads, |i, _| match i % 400 {
                    300.. => plan_err!("file {i} is refused"),
                    _ => Ok(()),
                });
                let words = found.expect_err("one is refused").strip_backtrace();
                assert!(words.ends_with("file 300 is refused"), "{words}");
            }
        }
    }
}
