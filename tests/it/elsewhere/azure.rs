//! Azure Blob Storage.

use super::alike::{self, ObjectServer};
use super::azure_server::{ACCOUNT, AzureServer, KEY};
use crate::command::Folder;

#[test]
fn a_container_is_as_a_disk() {
    if let Some(server) = AzureServer::new() {
        alike::is_as_a_disk(&server);
    }
}

/// Two containers of one account are two places, in both forms of an address.
#[test]
fn containers_of_one_account_are_told_apart() {
    let Some(server) = AzureServer::new() else {
        return;
    };
    for container in ["one", "two"] {
        let files = Folder::new();
        files.file("orders/a.csv", format!("place\n{container}\n"));
        let parquet = format!("COPY (SELECT '{container}' AS place) TO 'orders.parquet'");
        files.run(&["-q", "-c", &parquet]).succeeded();
        server.put_folder(container, "", &files.path(""));
    }
    for name in ["orders/a.csv", "orders/*.csv", "orders/", "orders.parquet"] {
        for (one, two) in [
            ("az://one".to_string(), "az://two".to_string()),
            (
                format!("abfss://one@{ACCOUNT}.dfs.core.windows.net"),
                format!("abfss://two@{ACCOUNT}.dfs.core.windows.net"),
            ),
        ] {
            let sql = format!(
                "SELECT place FROM '{one}/{name}' UNION ALL SELECT place FROM '{two}/{name}' ORDER BY place"
            );
            assert_eq!(server.csv(&sql), "place\none\ntwo\n", "{sql}");
        }
    }
}

#[test]
fn credentials_are_told() {
    let Some(server) = AzureServer::new() else {
        return;
    };
    server.python(
        "account.create_container('lake')\n\
         account.get_blob_client('lake', 'a.csv').upload_blob(b'n\\n1\\n')\n\
         account.create_container('open', public_access='container')\n\
         account.get_blob_client('open', 'a.csv').upload_blob(b'n\\n2\\n')",
    );
    let token = server.python(&format!(
        "from datetime import datetime, timedelta, timezone\n\
         from azure.storage.blob import generate_container_sas\n\
         sys.stdout.write(generate_container_sas('{ACCOUNT}', 'lake', account_key='{KEY}', permission='rl', \
         expiry=datetime.now(timezone.utc) + timedelta(hours=1)))"
    ));
    let here = Folder::new();
    let ask = |address: &str, storage: &str| {
        let sql = format!("SELECT * FROM '{address}'");
        let args = [
            "-q",
            "--format",
            "csv",
            "--storage",
            storage,
            "-c",
            sql.as_str(),
        ];
        let no_programs = here.path("none").display().to_string();
        server.run_with(&here, &args, &[("PATH", &no_programs)])
    };
    let skip = "azure_skip_signature=true";
    let sas = format!("azure_storage_sas_token={token}");
    for (address, storage, rows) in [
        ("az://open/a.csv", skip, "n\n2\n"),
        ("az://open/*.csv", skip, "n\n2\n"),
        ("az://lake/a.csv", &sas, "n\n1\n"),
        ("az://lake/*.csv", &sas, "n\n1\n"),
    ] {
        let outcome = ask(address, storage);
        assert_eq!(outcome.succeeded(), rows, "{address} {storage}");
    }
    let forged = sas.replace("sig=", "sig=topsecret");
    for (storage, words) in [
        (
            "azure_storage_account_key=dG9wc2VjcmV0",
            &["403", "azure_storage_account_key"][..],
        ),
        (
            "azure_storage_account_key=topsecret",
            &["Invalid Access Key", "azure_storage_account_key"],
        ),
        (forged.as_str(), &["403", "azure_storage_sas_token"]),
        (skip, &["403", "without credentials"]),
        // Nothing is said, and nobody has logged in.
        ("retries=1", &["az login", "azure_storage_account_key=KEY"]),
    ] {
        for address in ["az://lake/a.csv", "az://lake/*.csv"] {
            let said = ask(address, storage).failed(1, words);
            assert!(said.contains("az://lake"), "{said}");
            for secret in ["dG9wc2VjcmV0", "topsecret", "sig="] {
                assert!(!said.contains(secret), "{said}");
            }
        }
    }
}

/// Without the name of the account nobody knows where a container is.
#[test]
fn an_account_has_to_be_named() {
    let here = Folder::new();
    let args = ["-q", "-c", "SELECT * FROM 'az://lake/a.csv'"];
    let said = super::servers::run_alone(&here, &args, &[]).failed(1, &[]);
    assert!(
        said.contains("abfss://lake@ACCOUNT.dfs.core.windows.net"),
        "{said}"
    );
}
