//! Limits of memory, disk and threads: what spills, what fails with which words, and what is left behind.

use std::time::{Duration, Instant};

use crate::command::Folder;

/// Many groups, each of them small.
const GROUPS: &str = "SELECT count(*) AS groups, sum(n) AS n, sum(s) AS s FROM \
     (SELECT value % 40000 AS c, count(*) AS n, sum(value) AS s FROM generate_series(1, 100000) GROUP BY c)";
const GROUPS_ANSWER: &str = "groups,n,s\n40000,100000,5000050000\n";

/// Rows in an order that has nothing to do with the one they come in.
const SORTED: &str =
    "SELECT value * 7919 % 100003 AS k, value FROM generate_series(1, 100000) ORDER BY k";

/// Few groups, each with a state that knows every customer.
const FAT_GROUPS: &str = "SELECT value % 3 AS segment, cross_sell_rate(value % 49999, value % 7) AS rate \
     FROM generate_series(1, 160000) GROUP BY segment ORDER BY segment";

/// Few groups, each with all of its values.
const LISTS: &str = "SELECT value % 3 AS segment, array_agg(value) AS all_values FROM generate_series(1, 400000) \
     GROUP BY segment ORDER BY segment";

/// Enough for many small groups that spill, too little for one that knows its customers.
const LITTLE: [&str; 4] = ["--memory-limit", "3MB", "--threads", "2"];

/// The metrics of a query as EXPLAIN ANALYZE VERBOSE shows them: files written, for every step that could have.
fn spills(folder: &Folder, args: &[&str], sql: &str) -> Vec<u64> {
    let sql = format!("EXPLAIN ANALYZE VERBOSE {sql}");
    let plan = folder.run(&[args, &["-c", &sql]].concat()).succeeded();
    let counts = plan.split("spill_count=").skip(1);
    counts
        .map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_digit());
            let count = &rest[..end.unwrap_or(rest.len())];
            count.parse().expect("a number of files")
        })
        .collect()
}

#[test]
fn wrong_values_are_explained() {
    let folder = Folder::new();
    for (option, value, expected) in [
        ("--memory-limit", "512", "512MB or 4GB"),
        (
            "--memory-limit",
            "0GB",
            "nothing can be computed without memory",
        ),
        (
            "--memory-limit",
            "0%",
            "a share of the machine's memory such as 50%",
        ),
        (
            "--memory-limit",
            "120%",
            "a share of the machine's memory such as 50%",
        ),
        ("--memory-limit", "much", "unlimited"),
        ("--spill-limit", "-1GB", "500MB or 200GB, or 0"),
        ("--spill-limit", "50%", "500MB or 200GB, or 0"),
        ("--threads", "0", "0 is not in 1..=1024"),
        ("--threads", "all", "invalid digit"),
    ] {
        let call = format!("{option}={value}");
        folder
            .run(&[&call, "-c", "SELECT 1"])
            .failed(2, &[&format!("'{value}' for '{option} <"), expected]);
    }
}

#[test]
fn a_spill_folder_that_cannot_be_used_is_an_error_before_anything_runs() {
    let folder = Folder::new();
    folder.file("a.csv", "x\n1\n");
    let run = |dir: &str| folder.run(&["--spill-dir", dir, "-c", "SELECT 1"]);
    run("nowhere").failed(1, &["error: --spill-dir: there is no folder nowhere"]);
    assert!(!folder.path("nowhere").exists());
    run("a.csv").failed(1, &["error: --spill-dir: a.csv is not a folder"]);
    // Nobody can make a folder in there.
    if std::path::Path::new("/proc/self").exists() {
        run("/proc").failed(
            1,
            &["error: --spill-dir: nothing can be written to /proc: "],
        );
    }
}

#[test]
fn grouping_and_sorting_spill_and_answer_the_same() {
    let folder = Folder::new();
    assert_eq!(
        spills(&folder, &["--threads", "2"], GROUPS)
            .iter()
            .sum::<u64>(),
        0
    );
    assert!(spills(&folder, &LITTLE, GROUPS).iter().sum::<u64>() > 0);
    assert_eq!(
        folder.csv(&[&LITTLE[..], &["-c", GROUPS]].concat()),
        GROUPS_ANSWER
    );

    let little = ["--memory-limit", "4MB", "--threads", "2"];
    assert!(spills(&folder, &little, SORTED).iter().sum::<u64>() > 0);
    let with_little = folder.csv(&[&little[..], &["-c", SORTED]].concat());
    let with_much = folder.csv(&["--threads", "2", "-c", SORTED]);
    assert!(with_little == with_much, "the order is another one");
}

#[test]
fn many_threads_need_not_starve_a_sort() {
    let folder = Folder::new();
    let ten = "SELECT value FROM generate_series(1, 10) ORDER BY value % 3, value LIMIT 1 OFFSET 8";
    // The 10 MB that each sort would set aside are more than there is.
    let few = ["--memory-limit", "8MB", "--threads", "4"];
    assert_eq!(folder.csv(&[&few[..], &["-c", ten]].concat()), "value\n5\n");
    let all = "SELECT value FROM generate_series(1, 10) ORDER BY value % 3, value";
    assert_eq!(
        folder
            .csv(&[&few[..], &["-c", all]].concat())
            .lines()
            .count(),
        11
    );
}

#[test]
fn a_group_that_does_not_fit_is_an_error_that_says_what_helps() {
    let folder = Folder::new();
    folder.file("spill/.keep", "").file("report.csv", "older\n");
    let args = ["--memory-limit=1MB", "--threads=2", "--spill-dir=spill"];
    let to_file = [&args[..], &["-o", "report.csv", "-c", LISTS]].concat();
    folder.run(&to_file).failed(
        1,
        &[
            "error: -c:1: out of memory: GROUP BY needs ",
            "its share of the memory limit of 1024.0 KB is ",
            "GROUP BY spills to ",
            "spill, in whole groups",
            "a --memory-limit of more than 1024.0 KB",
            "fewer --threads than 2",
            "  in: SELECT value % 3",
        ],
    );
    assert_eq!(folder.read("report.csv"), "older\n");

    let enough = ["--memory-limit", "64MB", "--threads", "2", "-c", FAT_GROUPS];
    let unlimited = [
        "--memory-limit",
        "unlimited",
        "--threads",
        "1",
        "-c",
        FAT_GROUPS,
    ];
    assert_eq!(folder.csv(&enough), folder.csv(&unlimited));
}

/// The customers of few groups are written to disk and read back, a region at a time. On one thread, because with two each
/// one's share depends on which of them begins first.
#[test]
fn a_kpi_spills_in_regions() {
    let folder = Folder::new();
    let sql = "SELECT value % 2 AS g, cross_sell_rate(value, value % 7) AS r FROM generate_series(1, 600000)
               GROUP BY 1 ORDER BY 1";
    let little = ["--memory-limit", "12MB", "--threads", "1", "-c"];
    let (in_regions, without) = (
        folder.run(&[&little[..], &[sql]].concat()),
        folder.run(&[&little[..], &[&format!("SET kpi.operator = 'off'; {sql}")]].concat()),
    );
    without.failed(1, &["out of memory: "]);
    assert!(in_regions.succeeded().contains("| 1 | 0.0 % |"));
    let explained = format!("EXPLAIN ANALYZE VERBOSE {sql}");
    let explained = folder
        .run(&[&little[..], &[&explained]].concat())
        .succeeded();
    let fold = explained.lines().find(|line| line.contains("KpiFoldExec"));
    let fold = fold.expect("the plan folds");
    assert!(!fold.contains("spill_count=0"), "{fold}");
    assert!(!fold.contains("spilled_bytes=0"), "{fold}");
}

#[test]
fn what_cannot_spill_says_so() {
    let folder = Folder::new();
    let run = |sql: &str, more: &[&str]| folder.run(&[&LITTLE[..], &["-c", sql], more].concat());
    let all = "SELECT cross_sell_rate(value, value % 7) FROM generate_series(1, 200000)";
    let without = format!("SET kpi.operator = 'off'; {all}");
    run(&without, &[]).failed(
        1,
        &[
            "out of memory: aggregation without GROUP BY needs ",
            "largest consumers: aggregation without GROUP BY (",
            "aggregation without GROUP BY cannot spill to disk",
        ],
    );
    let join = "SELECT count(*) FROM generate_series(1, 200000) a JOIN generate_series(1, 200000) b ON a.value = b.value";
    let sorted = "SET datafusion.optimizer.prefer_hash_join = false";
    run(join, &[]).failed(
        1,
        &[
            "out of memory: JOIN needs ",
            "JOIN cannot spill to disk",
            sorted,
        ],
    );
    run(&format!("{sorted}; {join}"), &[]).succeeded();
    run(FAT_GROUPS, &["--spill-limit", "0"]).failed(
        1,
        &[
            "out of memory: ",
            "nothing may be spilled to disk: --spill-limit is 0",
            "a --spill-limit of more than 0",
        ],
    );
}

#[test]
fn the_spill_limit_is_an_error_that_says_what_helps() {
    let folder = Folder::new();
    folder.file("spill/.keep", "");
    let more = [
        "--spill-dir",
        "spill",
        "--spill-limit",
        "100KB",
        "-c",
        GROUPS,
    ];
    folder.run(&[&LITTLE[..], &more].concat()).failed(
        1,
        &[
            "error: -c:1: the spill limit of 100.0 KB is used up",
            "the memory limit of 3.0 MB was being written to ",
            "/spill\n",
            "a larger --spill-limit",
            "a larger --memory-limit",
        ],
    );
}

/// What is in the spill folder beside the file that keeps it.
fn left(folder: &Folder) -> usize {
    let entries = std::fs::read_dir(folder.path("spill")).expect("it is there");
    entries.count() - 1
}

#[test]
fn nothing_is_left_in_the_spill_folder() {
    let folder = Folder::new();
    folder.file("spill/.keep", "");
    let args = [&LITTLE[..], &["--spill-dir", "spill", "-c", GROUPS]].concat();
    folder.run(&args).succeeded();
    assert_eq!(left(&folder), 0, "after a query that went well");
    let too_much = [&args[..], &["--spill-limit", "100KB"]].concat();
    folder.run(&too_much).failed(1, &["/spill\n"]);
    assert_eq!(left(&folder), 0, "after a query that failed");
}

#[test]
fn nothing_is_left_in_the_spill_folder_after_a_signal() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        ends_without_a_file(signal, code);
    }
}

fn ends_without_a_file(signal: &str, code: i32) {
    let folder = Folder::new();
    folder.file("spill/.keep", "");
    let long = "SELECT value FROM generate_series(1, 100000000) ORDER BY value * 7919 % 100003";
    let mut child = folder
        .command(&["--memory-limit", "8MB", "--threads", "2"])
        .args(["--spill-dir", "spill", "-c", long])
        .spawn()
        .expect("it starts");
    let files = || {
        let own = std::fs::read_dir(folder.path("spill")).expect("it is there");
        let inside = own
            .flatten()
            .filter_map(|own| std::fs::read_dir(own.path()).ok());
        inside.map(Iterator::count).sum::<usize>()
    };
    let start = Instant::now();
    while files() < 2 {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "it spills nothing"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    let sent = std::process::Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status();
    assert!(sent.expect("kill runs").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(code));
    assert_eq!(left(&folder), 0);
}

#[test]
fn set_keeps_the_other_limits() {
    let folder = Folder::new();
    folder.file("spill/.keep", "");
    let args = [
        "--spill-dir",
        "spill",
        "--spill-limit",
        "5GB",
        "--threads",
        "2",
    ];
    let csv = |sql: &str| folder.csv(&[&args[..], &["-c", sql]].concat());

    // In a pool that is not shared fairly this query fails.
    let set = "SET datafusion.runtime.memory_limit = '3M'; ";
    assert_eq!(csv(&format!("{set}{GROUPS}")), GROUPS_ANSWER);

    let shown = |sql: &str, variable: &str| {
        let answer = csv(&format!("{sql}; SHOW datafusion.runtime.{variable}"));
        let value = answer
            .trim_end()
            .rsplit_once(',')
            .map(|(_, v)| v.to_string());
        value.expect("a name and a value")
    };
    let folder_after = |sql: &str| shown(sql, "temp_directory");
    assert!(
        folder_after("SET datafusion.runtime.max_temp_directory_size = '1G'").contains("/spill/")
    );
    assert!(folder_after("SET datafusion.runtime.max_spill_merge_fan_in = 4").contains("/spill/"));
    let other = "SET datafusion.runtime.temp_directory = 'other'";
    assert!(folder_after(other).contains("/other/"));
    assert!(
        folder_after(&format!("{other}; RESET datafusion.runtime.temp_directory"))
            .contains("/spill/")
    );
    assert_eq!(shown(other, "max_temp_directory_size"), "5G");
    let both = "SET datafusion.runtime.max_temp_directory_size = '1G'; RESET datafusion.runtime.max_temp_directory_size";
    assert_eq!(shown(both, "max_temp_directory_size"), "5G");
    let fan_in = "SET datafusion.runtime.max_spill_merge_fan_in = 4; SET datafusion.runtime.max_temp_directory_size = '1G'";
    assert_eq!(shown(fan_in, "max_spill_merge_fan_in"), "4");
    let limit = "SET datafusion.runtime.memory_limit = '3G'; RESET datafusion.runtime.memory_limit";
    let given = [&args[..], &["--memory-limit", "7G", "-c"]].concat();
    let shown = format!("{limit}; SHOW datafusion.runtime.memory_limit");
    assert!(
        folder
            .csv(&[&given[..], &[shown.as_str()]].concat())
            .ends_with(",7G\n")
    );
}

#[test]
fn without_a_limit_there_is_one_anyway() {
    let folder = Folder::new();
    let shown = |args: &[&str]| {
        let show = "SHOW datafusion.runtime.memory_limit";
        folder.csv(&[args, &["-c", show]].concat())
    };
    assert!(!shown(&[]).contains("unlimited"), "{}", shown(&[]));
    assert!(shown(&["--memory-limit", "unlimited"]).contains("unlimited"));
    assert!(shown(&["--memory-limit", "2GiB"]).ends_with(",2G\n"));
    assert_ne!(
        shown(&["--memory-limit", "10%"]),
        shown(&["--memory-limit", "90%"])
    );
}

#[test]
fn threads_divide_the_work() {
    let folder = Folder::new();
    for threads in ["1", "3"] {
        let show = "SHOW datafusion.execution.target_partitions";
        let shown = folder.csv(&["--threads", threads, "-c", show]);
        assert!(shown.ends_with(&format!(",{threads}\n")), "{shown}");
        assert_eq!(
            folder.csv(&["--threads", threads, "-c", GROUPS]),
            GROUPS_ANSWER
        );
    }
}

/// Customers that do not fit in memory are in a file, which is within the limit of the disk and goes at the end.
#[test]
fn customers_wait_on_the_disk() {
    let folder = Folder::new();
    folder.file("spill/.keep", "");
    let sql = "SELECT value % 3 AS segment, cross_sell_rate(value * 7919 % 299993, value % 2) AS rate, \
                 products_per_customer(value * 7919 % 299993, value % 5) AS products \
               FROM generate_series(1, 1000000) GROUP BY segment ORDER BY segment";
    let args = ["--memory-limit=24MB", "--threads=2", "--spill-dir=spill"];
    let answer = folder.csv(&[&args[..], &["-c", sql]].concat());
    let in_memory = ["--threads=2", "--memory-limit=unlimited", "-c", sql];
    assert_eq!(answer, folder.csv(&in_memory));
    folder
        .run(&[&args[..], &["--spill-limit=100KB", "-c", sql]].concat())
        .failed(
            1,
            &[
                "the spill limit of 100.0 KB is used up",
                "a larger --spill-limit",
            ],
        );
    let left = std::fs::read_dir(folder.path("spill")).expect("it is there");
    assert_eq!(left.count(), 1, "what was written is still there");
}

/// Rows that come sorted by the keys are folded group by group, by DataFusion's own nodes.
#[test]
fn sorted_rows_need_no_operator() {
    let folder = Folder::new();
    let rows =
        "SELECT value / 1000 AS s, value % 77 AS c, value % 7 AS p FROM generate_series(1, 90000)";
    let plan = |rows: &str| {
        let sql = format!("EXPLAIN SELECT s, cross_sell_rate(c, p) FROM ({rows}) GROUP BY s");
        folder
            .run(&["--memory-limit=1GB", "--threads=1", "-c", &sql])
            .succeeded()
    };
    let as_they_come = plan(rows);
    assert!(as_they_come.contains("KpiFoldExec"), "{as_they_come}");
    let sorted = plan(&format!("{rows} ORDER BY s LIMIT 80000"));
    assert!(!sorted.contains("KpiFoldExec"), "{sorted}");
}

/// Groups of which each is small are on the disk, too, where there are too many of them.
#[test]
fn many_groups_of_kpis_spill() {
    let folder = Folder::new();
    folder.file("spill/.keep", "");
    let sql = "SELECT count(*) AS groups, sum(r) AS r, sum(n) AS n FROM (\
                 SELECT value % 100000 AS c, cross_sell_rate(value % 150000, value % 7) AS r, count(*) AS n, \
                   median_sales_cycle_length(DATE '2026-01-01', DATE '2026-01-02') AS d \
                 FROM generate_series(1, 300000) GROUP BY ROLLUP (c))";
    let plenty = folder.csv(&["--threads=2", "-c", sql]);
    let little = ["--memory-limit=10MB", "--threads=2", "--spill-dir=spill"];
    assert_eq!(folder.csv(&[&little[..], &["-c", sql]].concat()), plenty);
    let explained = format!("EXPLAIN ANALYZE VERBOSE {sql}");
    let explained = folder.run(&[&little[..], &["-c", &explained]].concat());
    let explained = explained.succeeded();
    let finish = explained
        .lines()
        .find(|line| line.contains("KpiFinishExec"));
    let finish = finish.expect("the plan finishes");
    assert!(!finish.contains("spill_count=0"), "{finish}");
    assert_eq!(left(&folder), 0);
}
