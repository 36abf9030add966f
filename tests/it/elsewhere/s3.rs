//! Object stores that speak as S3 does.

use std::path::Path;

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
fn folders_patterns_and_partitions_are_those_of_a_disk() {
    let server = S3Server::open();
    let files = Folder::new();
    for month in 1..=3 {
        files.file(
            &format!("orders/month=2026-0{month}/part.csv"),
            format!("customer,amount\nc{month},{month}.5\n"),
        );
    }
    files
        .file("orders/_SUCCESS", "")
        .file("orders/notes.txt.bak", "none");
    files
        .file("mixed/a.csv", "id,v\n1,2\n")
        .file("mixed/b.csv", "v,id\n3,4\n");
    server.put_folder("lake", "", &files.path(""));
    let here = Folder::new();
    for from in [
        "orders/",
        "orders",
        "orders/*/part.csv",
        "orders/**/*.csv",
        "orders/*.csv",
        "orders/month=2026-0{1,2,3}/*.csv",
    ] {
        let ask = |root: &str| {
            let sql = format!("SELECT month, customer, amount FROM '{root}/{from}' ORDER BY month");
            server
                .run(&here, &["-q", "--format", "csv", "-c", &sql])
                .succeeded()
        };
        let local = files.path("").display().to_string();
        assert_eq!(ask("s3://lake"), ask(local.trim_end_matches('/')), "{from}");
    }
    let sql = "SELECT id, v FROM 's3://lake/mixed/*.csv' ORDER BY id";
    let outcome = server.run(&here, &["-q", "--format", "csv", "-c", sql]);
    assert_eq!(outcome.succeeded(), "id,v\n1,2\n4,3\n");
}

#[test]
fn credentials_and_missing_buckets_are_told() {
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
fn missing_buckets_and_objects_are_told() {
    let server = S3Server::open();
    server.python("s3.create_bucket(Bucket='lake')\ns3.put_object(Bucket='lake', Key='orders/a.csv', Body=b'n\\n1\\n')");
    let here = Folder::new();
    for (address, words) in [
        ("s3://nolake/a.csv", "there is no bucket nolake"),
        (
            "s3://lake/orders/b.csv",
            "did you mean s3://lake/orders/a.csv?",
        ),
        (
            "s3://lake/orders/*.parquet",
            "nothing in s3://lake/orders matches",
        ),
        ("s3:///a.csv", "s3://bucket/folder/file.parquet"),
    ] {
        let sql = format!("SELECT * FROM '{address}'");
        let said = server.run(&here, &["-q", "-c", &sql]).failed(1, &[]);
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
fn results_are_written_whole() {
    let server = S3Server::open();
    server.python(
        "s3.create_bucket(Bucket='lake')\ns3.put_object(Bucket='lake', Key='old.csv', Body=b'old')",
    );
    let here = Folder::new();
    let read = |key: &str| {
        server.python(&format!(
            "sys.stdout.write(s3.get_object(Bucket='lake', Key='{key}')['Body'].read().decode())"
        ))
    };
    server
        .run(
            &here,
            &["-q", "-o", "s3://lake/out/new.csv", "-c", "SELECT 1 AS n"],
        )
        .succeeded();
    assert_eq!(read("out/new.csv"), "n\n1\n");
    // A query that fails leaves what was there.
    server
        .run(
            &here,
            &["-q", "-o", "s3://lake/old.csv", "-c", "SELECT 1 / 0 AS n"],
        )
        .failed(1, &[]);
    assert_eq!(read("old.csv"), "old");
    server
        .run(
            &here,
            &["-q", "-o", "s3://lake/old.csv", "-c", "SELECT 2 AS n"],
        )
        .succeeded();
    assert_eq!(read("old.csv"), "n\n2\n");
    let copy = "COPY (SELECT 1 AS month, 2 AS n UNION ALL SELECT 2, 3) TO 's3://lake/parts/' STORED AS PARQUET PARTITIONED BY (month)";
    server.run(&here, &["-q", "-c", copy]).succeeded();
    let sql = "SELECT month, n FROM 's3://lake/parts/' ORDER BY month";
    let rows = server
        .run(&here, &["-q", "--format", "csv", "-c", sql])
        .succeeded();
    assert_eq!(rows, "month,n\n1,2\n2,3\n");
    let said = server.run(&here, &["-q", "-c", copy]).failed(1, &[]);
    assert!(said.contains("has objects"), "{said}");
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

/// Every object is looked at, however many there are, and side by side.
#[test]
fn thousands_of_objects_are_one_table() {
    let server = S3Server::open();
    server.python(
        "from concurrent.futures import ThreadPoolExecutor\n\
         s3.create_bucket(Bucket='lake')\n\
         def put(i): s3.put_object(Bucket='lake', Key=f'many/{i:04}.csv', Body=f'id,v\\n{i},1\\n'.encode())\n\
         with ThreadPoolExecutor(16) as pool: list(pool.map(put, range(2500)))",
    );
    let here = Folder::new();
    let sql = "SELECT count(*) AS n, sum(id) AS total, sum(v) AS v FROM 's3://lake/many/*.csv'";
    let outcome = server.run(&here, &["-q", "--format", "csv", "-c", sql]);
    assert_eq!(outcome.succeeded(), "n,total,v\n2500,3123750,2500\n");
}
