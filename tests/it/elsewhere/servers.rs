//! Servers, for as long as a test has them.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use super::alike::ObjectServer;
use super::relay::Relay;
use crate::command::{Folder, Outcome};

/// How long a server may take to come up.
const PATIENCE: Duration = Duration::from_secs(60);

/// An environment of Python that has the servers. It is made once, and another one when their versions change: checkouts may share
/// a target folder.
pub static ENVIRONMENT: LazyLock<PathBuf> = LazyLock::new(|| {
    let wanted = include_str!("requirements.txt");
    let mut version = DefaultHasher::new();
    wanted.hash(&mut version);
    let name = format!("servers-{:x}", version.finish());
    let environment = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mark = environment.join("installed.txt");
    let python = environment.join("bin/python");
    if mark.exists() {
        return python;
    }
    let requirements =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/elsewhere/requirements.txt");
    let shown = environment.display().to_string();
    run(Command::new("python3").args(["-m", "venv", "--clear", &shown]));
    run(Command::new(&python)
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--requirement",
        ])
        .arg(requirements));
    std::fs::write(mark, wanted).expect("the environment can be written to");
    python
});

pub fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|e| panic!("{command:?}: {e}; Python 3.11 or newer is needed"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{command:?} failed\n{}\n{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}

/// A process that ends with its test.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A web server with the habits of `web_server.py`.
pub struct WebServer {
    _running: Running,
    pub port: u16,
    pub files: Folder,
}

impl WebServer {
    pub fn new() -> Self {
        let files = Folder::new();
        let (running, port) = started("web_server.py", &files.path("").display().to_string());
        Self {
            _running: running,
            port,
            files,
        }
    }

    /// The address of a file, served by one of the habits.
    pub fn address(&self, habit: &str, name: &str) -> String {
        format!("http://127.0.0.1:{}/{habit}/{name}", self.port)
    }

    /// The requests so far.
    pub fn log(&self) -> Vec<String> {
        let log = get(self.port, "/log");
        log.lines().map(str::to_string).collect()
    }
}

/// Starts one of the programs beside this file, which print the port at which they listen.
pub fn started(program: &str, argument: &str) -> (Running, u16) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/elsewhere");
    let mut child = Command::new("python3")
        .arg(folder.join(program))
        .arg(argument)
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    let mut line = String::new();
    let out = child.stdout.take().expect("it is piped");
    BufReader::new(out).read_line(&mut line).expect("a port");
    let port = line.trim().parse().expect("a port is a number");
    (Running(child), port)
}

/// What a server on loopback answers to a request.
pub fn get(port: u16, path: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    let ask = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(ask.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let (_, body) = answer.split_once("\r\n\r\n").expect("an answer has a body");
    body.to_string()
}

/// Waits until a server listens.
pub fn wait_for(port: u16) {
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < PATIENCE, "the server does not come up");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Runs the program with these variables alone of those that say where servers are and who asks. Whoever runs the tests may have
/// credentials, and no test asks for those of an instance elsewhere.
pub fn run_alone(folder: &Folder, args: &[&str], variables: &[(&str, &str)]) -> Outcome {
    let mut command = folder.command(args);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy().to_uppercase();
        let of_services = ["AWS_", "AZURE_", "GOOGLE_", "GCE_"];
        if of_services.iter().any(|service| text.starts_with(service)) || text.ends_with("_PROXY") {
            command.env_remove(name);
        }
    }
    command
        .env("HOME", folder.path("no-home"))
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("NO_GCE_CHECK", "true")
        .envs(variables.iter().copied())
        .stdin(Stdio::null());
    let output = command.output().expect("the program runs");
    Outcome {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// A server that speaks as S3 does.
pub struct S3Server {
    _running: Running,
    port: u16,
    relay: Option<Relay>,
}

impl S3Server {
    /// One that takes every key.
    pub fn open() -> Self {
        Self::start(&[])
    }

    /// One that looks at signatures; its first requests, by which users are made, are free.
    pub fn strict(free: usize) -> Self {
        Self::start(&[("INITIAL_NO_AUTH_ACTION_COUNT", &free.to_string())])
    }

    fn start(variables: &[(&str, &str)]) -> Self {
        let port = free_port();
        let mut command = Command::new(&*ENVIRONMENT);
        command
            .args([
                "-m",
                "moto.server",
                "-H",
                "127.0.0.1",
                "-p",
                &port.to_string(),
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.envs(variables.iter().copied());
        let running = Running(command.spawn().expect("the server starts"));
        wait_for(port);
        Self {
            _running: running,
            port,
            relay: None,
        }
    }

    /// The same behind a relay, which the program asks.
    pub fn behind_relay(mut self) -> Self {
        self.relay = Some(Relay::before(self.port));
        self
    }

    pub fn relay(&self) -> &Relay {
        self.relay.as_ref().expect("it is behind one")
    }

    fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Runs lines of Python in which `s3` is a client of this server.
    pub fn python(&self, lines: &str) -> String {
        let program = format!(
            "import boto3, os, sys\n\
             def client(name): return boto3.client(name, endpoint_url='{}', aws_access_key_id='test', \
             aws_secret_access_key='test', region_name='us-east-1')\n\
             s3 = client('s3')\n{lines}",
            self.endpoint()
        );
        run(Command::new(&*ENVIRONMENT).args(["-c", &program]))
    }

    /// What the program is told of where it is.
    pub fn storage(&self) -> [String; 2] {
        let port = self.relay.as_ref().map_or(self.port, |relay| relay.port);
        [
            format!("--storage=aws_endpoint=http://127.0.0.1:{port}"),
            "--storage=aws_region=us-east-1".to_string(),
        ]
    }

    pub fn run_with(&self, folder: &Folder, args: &[&str], variables: &[(&str, &str)]) -> Outcome {
        let storage = self.storage();
        let storage = storage.each_ref().map(String::as_str);
        run_alone(folder, &[&storage, args].concat(), variables)
    }
}

impl ObjectServer for S3Server {
    fn root(&self, bucket: &str) -> String {
        format!("s3://{bucket}")
    }

    fn put_folder(&self, bucket: &str, prefix: &str, folder: &Path) {
        self.python(&format!(
            "s3.create_bucket(Bucket='{bucket}')\n\
             for root, _, names in os.walk('{0}'):\n\
             \tfor name in names:\n\
             \t\tfile = os.path.join(root, name)\n\
             \t\ts3.upload_file(file, '{bucket}', '{prefix}' + os.path.relpath(file, '{0}'))\n",
            folder.display()
        ));
    }

    fn read(&self, bucket: &str, key: &str) -> String {
        self.python(&format!(
            "sys.stdout.write(s3.get_object(Bucket='{bucket}', Key='{key}')['Body'].read().decode())"
        ))
    }

    /// With a key that this server takes.
    fn run(&self, folder: &Folder, args: &[&str]) -> Outcome {
        let key = [
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
        ];
        self.run_with(folder, args, &key)
    }
}

/// A port that nobody listens at.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback is there");
    listener.local_addr().expect("it has an address").port()
}
