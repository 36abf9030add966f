//! Google Cloud Storage.

use super::alike::{self, ObjectServer};
use super::google_server::GoogleServer;
use crate::command::Folder;

#[test]
fn a_bucket_is_as_a_disk() {
    alike::is_as_a_disk(&GoogleServer::new());
}

/// An account that needs no server of tokens.
const ACCOUNT: &str = r#"{"private_key": "topsecret", "private_key_id": "1", "client_email": "c@example.com", "disable_oauth": true}"#;

#[test]
fn credentials_are_told() {
    let server = GoogleServer::new();
    let files = Folder::new();
    files.file("a.csv", "n\n1\n");
    server.put_folder("lake", "", &files.path(""));
    let here = Folder::new();
    here.file("account.json", ACCOUNT)
        .file("no-account.json", "topsecret");
    let account = here.path("account.json").display().to_string();
    let no_account = here.path("no-account.json").display().to_string();
    let args = [
        "-q",
        "--format",
        "csv",
        "-c",
        "SELECT * FROM 'gs://lake/a.csv'",
    ];
    let of_account = [("GOOGLE_SERVICE_ACCOUNT", account.as_str())];
    let outcome = server.run_with(&here, &args, &of_account);
    assert_eq!(outcome.succeeded(), "n\n1\n");
    let skip = [&["--storage", "google_skip_signature=true"], &args[..]].concat();
    assert_eq!(server.run_with(&here, &skip, &[]).succeeded(), "n\n1\n");
    // A server that refuses everybody.
    let of_nobody = [("GOOGLE_SERVICE_ACCOUNT", no_account.as_str())];
    let of_login = [("GOOGLE_APPLICATION_CREDENTIALS", no_account.as_str())];
    for (args, variables, words) in [
        (
            &args[..],
            &of_account[..],
            &["401 Unauthorized", "GOOGLE_SERVICE_ACCOUNT"][..],
        ),
        (
            &args,
            &[],
            &[
                "without credentials",
                "--storage google_service_account=FILE",
                "gcloud auth",
            ],
        ),
        (
            &skip,
            &[],
            &["without credentials", "google_skip_signature"],
        ),
        (&args, &of_nobody, &["GOOGLE_SERVICE_ACCOUNT"]),
        (&args, &of_login, &["GOOGLE_APPLICATION_CREDENTIALS"]),
    ] {
        server.relay.set("fail=1000&status=401");
        let said = server.run_with(&here, args, variables).failed(1, words);
        assert!(said.contains("gs://lake/a.csv"), "{said}");
        assert!(!said.contains("topsecret"), "{said}");
    }
}
