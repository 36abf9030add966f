//! Object stores that speak as S3 does.

use std::path::Path;

use super::alike::{self, ObjectServer};
use super::servers::S3Server;
use crate::command::Folder;
use crate::support::folder;

/// Every file of `queries/` gives the same over a bucket as over the folder.
#[test]
fn queries_give_the_same_as_over_local_files() {
    let server = S3Server::open();
    server.put_folder("lake", "sample/", &folder("sample_data"));
    let here = Folder::new();
    let mut n = 0;
    for entry in std::fs::read_dir(folder("queries")).expect("there are queries") {
        let file = entry.expect("it can be read").path();
        if file.extension().is_none_or(|ending| ending != "sql") {
            continue;
        }
        let file = file.display().to_string();
        let local = folder("sample_data").display().to_string();
        let of = |data: &str| {
            server
                .run(
                    &here,
                    &["-q", "--format", "csv", "--data", data, "-f", &file],
                )
                .succeeded()
        };
        assert_eq!(of("s3://lake/sample"), of(&local), "{file}");
        n += 1;
    }
    assert!(n > 20, "{n} queries were compared");
}

#[test]
fn a_bucket_is_as_a_disk() {
    alike::is_as_a_disk(&S3Server::open());
}

#[test]
fn credentials_are_told() {
    // Of a strict server the first two requests make the bucket and the object.
    let server = S3Server::strict(2);
    server.python(
        "s3.create_bucket(Bucket='lake')\n\
         s3.put_object(Bucket='lake', Key='a.csv', Body=b'n\\n1\\n')",
    );
    let here = Folder::new();
    let ask = |address: &str, variables: &[(&str, &str)]| {
        let sql = format!("SELECT * FROM '{address}'");
        server.run_with(&here, &["-q", "-c", &sql], variables)
    };
    let wrong = [
        ("AWS_ACCESS_KEY_ID", "nobody"),
        ("AWS_SECRET_ACCESS_KEY", "topsecret"),
    ];
    let said = ask("s3://lake/a.csv", &wrong).failed(1, &[]);
    for words in ["s3://lake/a.csv", "403", "AWS_ACCESS_KEY_ID"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("topsecret"), "{said}");
    let said = ask("s3://lake/a.csv", &[]).failed(1, &[]);
    for words in [
        "s3://lake/a.csv",
        "without credentials",
        "--storage aws_access_key_id",
        "AWS_ACCESS_KEY_ID",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn a_bucket_is_named() {
    let server = S3Server::open();
    server.python("s3.create_bucket(Bucket='lake')");
    for (address, words) in [
        ("s3://nolake/a.csv", "there is no bucket nolake"),
        ("s3://nolake/*.csv", "there is no bucket nolake"),
        ("s3:///a.csv", "s3://bucket/folder/file.parquet"),
    ] {
        let said = server.failure(&format!("SELECT * FROM '{address}'"));
        assert!(said.contains(words), "{address}: {said}");
    }
}

/// The log of a table format is found in a bucket as on a disk.
#[test]
fn tables_of_delta_are_refused() {
    let server = S3Server::open();
    let files = Folder::new();
    let orders = std::fs::read(folder("sample_data").join("customers.parquet"));
    files.file("delta/_delta_log/00.json", "{}");
    files.file(
        "delta/part.parquet",
        orders.expect("the sample data is there"),
    );
    server.put_folder("lake", "", &files.path(""));
    let here = Folder::new();
    for address in [
        "s3://lake/delta/",
        "s3://lake/delta/*.parquet",
        "s3://lake/delta/part.parquet",
        "s3://lake/**/*.parquet",
    ] {
        let sql = format!("SELECT count(*) FROM '{address}'");
        let said = server.run(&here, &["-q", "-c", &sql]).failed(1, &[]);
        assert!(said.contains("Delta Lake"), "{address}: {said}");
    }
}

#[test]
fn a_profile_is_asked_for_its_credentials() {
    let server = S3Server::open();
    server.python("s3.create_bucket(Bucket='lake')\ns3.put_object(Bucket='lake', Key='a.csv', Body=b'n\\n1\\n')");
    let here = Folder::new();
    here.file(
        "bin/aws",
        "#!/bin/sh\necho \"$AWS_PROFILE $*\" >> \"$CALLS\"\n\
         echo '{\"Version\": 1, \"AccessKeyId\": \"test\", \"SecretAccessKey\": \"test\"}'\n",
    );
    make_runnable(&here.path("bin/aws"));
    let path = format!(
        "{}:{}",
        here.path("bin").display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let calls = here.path("calls").display().to_string();
    let ask = |variables: &[(&str, &str)]| {
        let args = [
            "-q",
            "--format",
            "csv",
            "-c",
            "SELECT * FROM 's3://lake/a.csv'",
        ];
        server.run_with(&here, &args, variables)
    };
    let outcome = ask(&[("AWS_PROFILE", "sales"), ("PATH", &path), ("CALLS", &calls)]);
    assert_eq!(outcome.succeeded(), "n\n1\n");
    assert_eq!(
        here.read("calls"),
        "sales configure export-credentials --format process\n"
    );
    let none = here.path("none").display().to_string();
    let said = ask(&[("AWS_PROFILE", "sales"), ("PATH", &none)]).failed(1, &[]);
    assert!(said.contains("install the AWS CLI"), "{said}");
}

fn make_runnable(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let rights = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(file, rights).expect("its rights can be set");
}
