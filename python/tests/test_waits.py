"""Servers that do not answer at once."""

import http.server
import threading
import time

import kpi_sql
import pytest


class Busy(http.server.BaseHTTPRequestHandler):
    """A server that is busy for three seconds from the first request on."""

    until = None

    def do_GET(self):
        now = time.monotonic()
        Busy.until = Busy.until or now + 3
        body = b"n\n1\n" if now > Busy.until else b""
        self.send_response(200 if body else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def address():
    Busy.until = None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Busy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/rows.csv"
        server.shutdown()


def test_a_wait_is_logged_and_the_rows_come(address, caplog):
    session = kpi_sql.Session(storage={"retries": "30"})
    assert session.sql(f"SELECT n FROM '{address}'").value() == 1
    said = [record.getMessage() for record in caplog.records if record.name == "kpi_sql"]
    assert said, "nothing was logged"
    root = address.removesuffix("/rows.csv")
    for words in said:
        assert words.startswith(f"waiting for {root}, try ") and words.endswith(": 503 Service Unavailable")


def test_who_gives_up_is_told_why(address):
    session = kpi_sql.Session(storage={"retries": "0"})
    with pytest.raises(kpi_sql.Error, match="503 Service Unavailable"):
        session.sql(f"SELECT n FROM '{address}'").value()
