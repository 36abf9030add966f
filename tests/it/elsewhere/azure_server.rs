//! A server that speaks as Azure Blob Storage does, for as long as a test has it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{LazyLock, Once};

use super::alike::ObjectServer;
use super::servers::{ENVIRONMENT, Running, free_port, run_alone, wait_for};
use crate::command::{Folder, Outcome};
use crate::packages::succeed;

/// The server in the version that is installed by npm.
const PACKAGE: &str = "azurite@3.37.0";

/// The account that every such server has, and its key, which is in its manual.
pub const ACCOUNT: &str = "devstoreaccount1";
pub const KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// The program of the server, which is installed once.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(PACKAGE.replace('@', "-"));
    let program = folder.join("node_modules/azurite/dist/src/blob/main.js");
    let mark = folder.join("installed.txt");
    if mark.exists() {
        return program;
    }
    let shown = folder.display().to_string();
    let options = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
    succeed(
        Command::new("npm")
            .args(["install", "--prefix", &shown])
            .args(options)
            .arg(PACKAGE),
    );
    std::fs::write(mark, PACKAGE).expect("the folder can be written to");
    program
});

/// A server of containers, all of one account.
pub struct AzureServer {
    _running: Running,
    port: u16,
}

impl AzureServer {
    /// `None` where there is no npm, which installs it: that is said, once. With the environment variable `KPI_SQL_REQUIRE_AZURE` it
    /// is a failure.
    pub fn new() -> Option<Self> {
        static SAY_ONCE: Once = Once::new();
        let version = Command::new("npm").arg("--version").output();
        if !version.is_ok_and(|version| version.status.success()) {
            assert!(
                std::env::var_os("KPI_SQL_REQUIRE_AZURE").is_none(),
                "KPI_SQL_REQUIRE_AZURE is set, but npm does not run"
            );
            SAY_ONCE.call_once(|| {
                // The test harness swallows what eprintln! writes in a test that passes.
                use std::io::Write;
                let line =
                    "\nNOT TESTED: npm is missing, the tests on Azure Blob Storage did NOT RUN\n";
                let _ = std::io::stderr().write_all(line.as_bytes());
            });
            return None;
        }
        let port = free_port();
        let mut command = Command::new("node");
        command
            .arg(&*PROGRAM)
            .args(["--blobPort", &port.to_string()])
            .args(["--inMemoryPersistence", "--disableTelemetry", "--silent"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let running = Running(command.spawn().expect("node starts"));
        wait_for(port);
        Some(Self {
            _running: running,
            port,
        })
    }

    /// Runs lines of Python in which `account` is a client of this server.
    pub fn python(&self, lines: &str) -> String {
        // The newest version of the protocol is newer than the server.
        let program = format!(
            "import os, sys\n\
             from azure.storage.blob import BlobServiceClient\n\
             account = BlobServiceClient('{}', credential='{KEY}', api_version='2021-12-02')\n{lines}",
            self.endpoint()
        );
        succeed(Command::new(&*ENVIRONMENT).args(["-c", &program]))
    }

    fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}/{ACCOUNT}", self.port)
    }

    /// Runs the program with what else is said of credentials.
    pub fn run_with(&self, folder: &Folder, args: &[&str], variables: &[(&str, &str)]) -> Outcome {
        let endpoint = format!("azure_endpoint={}", self.endpoint());
        let all = [&["--storage", &endpoint], args].concat();
        let account = [("AZURE_STORAGE_ACCOUNT_NAME", ACCOUNT)];
        run_alone(folder, &all, &[&account, variables].concat())
    }
}

impl ObjectServer for AzureServer {
    fn root(&self, bucket: &str) -> String {
        format!("az://{bucket}")
    }

    fn put_folder(&self, bucket: &str, prefix: &str, folder: &Path) {
        self.python(&format!(
            "account.create_container('{bucket}')\n\
             for root, _, names in os.walk('{0}'):\n\
             \tfor name in names:\n\
             \t\tfile = os.path.join(root, name)\n\
             \t\tblob = account.get_blob_client('{bucket}', '{prefix}' + os.path.relpath(file, '{0}'))\n\
             \t\tblob.upload_blob(open(file, 'rb').read())\n",
            folder.display()
        ));
    }

    fn read(&self, bucket: &str, key: &str) -> String {
        self.python(&format!(
            "sys.stdout.write(account.get_blob_client('{bucket}', '{key}').download_blob().readall().decode())"
        ))
    }

    fn run(&self, folder: &Folder, args: &[&str]) -> Outcome {
        self.run_with(folder, args, &[("AZURE_STORAGE_ACCOUNT_KEY", KEY)])
    }
}
