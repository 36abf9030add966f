//! What becomes of the files that results replace.

use std::fs;
use std::process::Command;

use crate::command::Folder;

fn names(folder: &Folder) -> Vec<String> {
    let entries = fs::read_dir(folder.path(".")).expect("the folder");
    let names = entries.map(|entry| entry.expect("it is there").file_name());
    let mut names: Vec<String> = names.map(|n| n.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The number of a process that is gone.
fn gone() -> u32 {
    let mut child = Command::new("true").spawn().expect("it starts");
    child.wait().expect("it ends");
    child.id()
}

#[test]
fn what_a_killed_run_has_left_is_cleared() {
    let folder = Folder::new();
    let left = format!(".o.csv.{}.unfinished", gone());
    let left_folder = format!(".o.{}.unfinished", gone());
    let of_a_running_one = format!(".o.csv.{}.unfinished", std::process::id());
    let of_another_file = format!(".p.csv.{}.unfinished", gone());
    let of_no_process = ".o.csv.backup.unfinished".to_string();
    for name in [&left, &of_a_running_one, &of_another_file, &of_no_process] {
        folder.file(name, "half a result");
    }
    folder.file(&format!("{left_folder}/o/x.csv"), "half a result");
    folder
        .run(&["-o", "o.csv", "-c", "SELECT 1 AS a"])
        .succeeded();
    let mut stay = vec![of_a_running_one, of_another_file, of_no_process];
    stay.push("o.csv".to_string());
    let mut with_folder = [stay.clone(), vec![left_folder]].concat();
    with_folder.sort();
    assert_eq!(names(&folder), with_folder);
    let copy = "COPY (SELECT 1 AS a) TO 'o/' STORED AS CSV";
    folder.run(&["-q", "-c", copy]).succeeded();
    stay.push("o".to_string());
    stay.sort();
    assert_eq!(names(&folder), stay);
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_mode_and_a_link_its_target() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = Folder::new();
    folder.file("real/o.csv", "old\n");
    let mode = |name: &str| {
        let metadata = fs::metadata(folder.path(name)).expect("a file");
        metadata.permissions().mode() & 0o777
    };
    let secret = fs::Permissions::from_mode(0o640);
    fs::set_permissions(folder.path("real/o.csv"), secret).expect("it is ours");
    symlink("real/o.csv", folder.path("link.csv")).expect("a link");
    symlink("link.csv", folder.path("second.csv")).expect("a link");
    symlink("real/none.csv", folder.path("to_nothing.csv")).expect("a link");
    for (file, real) in [
        ("link.csv", "real/o.csv"),
        ("second.csv", "real/o.csv"),
        ("to_nothing.csv", "real/none.csv"),
    ] {
        let sql = format!("SELECT '{file}' AS a");
        folder.run(&["-o", file, "-c", &sql]).succeeded();
        assert!(folder.path(file).is_symlink(), "{file}");
        assert!(!folder.path(real).is_symlink());
        assert_eq!(folder.read(real), format!("a\n{file}\n"));
    }
    assert_eq!(mode("real/o.csv"), 0o640);
    let copy = "COPY (SELECT 7 AS a) TO 'link.csv'";
    folder.run(&["-q", "-c", copy]).succeeded();
    assert_eq!(folder.read("real/o.csv"), "a\n7\n");
    assert_eq!(mode("real/o.csv"), 0o640);
    fs::remove_file(folder.path("real/none.csv")).expect("it was written");
    symlink("real/folder", folder.path("to_folder")).expect("a link");
    for (link, made) in [
        ("to_nothing.csv", "real/none.csv"),
        ("to_folder/", "real/folder"),
    ] {
        let copy = format!("COPY (SELECT 8 AS a) TO '{link}' STORED AS CSV");
        folder.run(&["-q", "-c", &copy]).succeeded();
        let link = folder.path(link.trim_end_matches('/'));
        assert!(link.is_symlink(), "{link:?}");
        assert!(folder.path(made).exists(), "{made}");
    }
    assert_eq!(folder.read("real/none.csv"), "a\n8\n");
    fs::remove_dir_all(folder.path("real/folder")).expect("it was written");
    let left = fs::read_dir(folder.path("real")).expect("the folder");
    assert_eq!(left.count(), 2);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_written_to_and_stays() {
    let folder = Folder::new();
    let made = Command::new("mkfifo").arg(folder.path("pipe.csv")).status();
    assert!(made.expect("mkfifo runs").success());
    let reader = Command::new("cat")
        .arg(folder.path("pipe.csv"))
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("cat runs");
    folder
        .run(&["-o", "pipe.csv", "-c", "SELECT 1 AS a"])
        .succeeded();
    let read = reader.wait_with_output().expect("it ends").stdout;
    assert_eq!(read, b"a\n1\n");
    assert_eq!(names(&folder), ["pipe.csv"]);
}
