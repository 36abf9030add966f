"""A relay on loopback before another server, which counts what is asked for and behaves as networks do.

python3 relay.py PORT: prints its own port, and hands on all requests to that one.

/relay/set?…  forgets what was counted, and from now on
    delay=0.02          waits so many seconds before each answer
    piece=1000000       sends so many bytes of it at a time, and waits before each
    cut=1000&times=1    ends the connection after so many bytes of an answer that is longer, so many times
    hang_up=1           ends it so many times instead of an answer
    fail=3&status=503   answers so many requests with that status
    fail_for=3          answers 503 for so many seconds from the first request on
    fail_on=_delta_log  answers requests with 503, or the status that is set, whose addresses have this text
    page=100            asks for lists of so many objects at once
    sign=1              has fake-gcs-server take a PUT as Google does: signs its address, and puts the ETag of the answer into a header
/relay/log    the requests so far, a line for each: METHOD PATH RANGE BYTES DEPTH

BYTES are those of the body that were sent. DEPTH is how many answers had to come one after the other until this one was there:
one more than the most among the requests that were answered when this one came.
"""

import http.client
import http.server
import json
import socketserver
import sys
import threading
import time
import urllib.parse

TARGET = int(sys.argv[1])
NOT_HANDED_ON = {"connection", "content-length", "host", "keep-alive", "transfer-encoding"}
LOCK = threading.Lock()
HABITS = {}
LOG = []
DEEPEST = 0


def take(habit):
    """Whether something is to happen that happens so many times."""
    with LOCK:
        left = HABITS.get(habit, 0)
        HABITS[habit] = max(0, left - 1)
    return left > 0


class Relay(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    target = None

    def log_message(self, *_):
        pass

    def answer(self, status, headers, body, length=None):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        piece = int(HABITS.get("piece", 0)) or len(body) or 1
        for start in range(0, len(body), piece):
            time.sleep(HABITS.get("delay", 0) if start else 0)
            self.wfile.write(body[start : start + piece])
            self.wfile.flush()

    def end(self):
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(2)

    def of_relay(self, address):
        global DEEPEST
        with LOCK:
            lines = "".join(f"{line}\n" for line in LOG)
            if address.path == "/relay/set":
                LOG.clear()
                HABITS.clear()
                given = urllib.parse.parse_qsl(address.query)
                HABITS.update((name, value if name == "fail_on" else float(value)) for name, value in given)
                DEEPEST = 0
        self.answer(200, [], lines.encode())

    def handed_on(self, path, body):
        headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_HANDED_ON}
        for attempt in (1, 2):
            if self.target is None:
                self.target = http.client.HTTPConnection("127.0.0.1", TARGET)
            try:
                self.target.request(self.command, path, body=body, headers=headers)
                answer = self.target.getresponse()
                return answer, answer.read()
            except (http.client.HTTPException, OSError):
                # A server may end connections that nobody has used for a while.
                self.target = None
                if attempt == 2:
                    raise

    def relay(self):
        global DEEPEST
        address = urllib.parse.urlsplit(self.path)
        if address.path.startswith("/relay/"):
            self.of_relay(address)
            return
        with LOCK:
            depth = DEEPEST + 1
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = (self.headers.get("Range") or self.headers.get("x-ms-range") or "-").replace(" ", "")
        sent = 0
        try:
            time.sleep(HABITS.get("delay", 0))
            if take("hang_up"):
                self.end()
                return
            if take("fail"):
                self.answer(int(HABITS["status"]), [], b"")
                return
            if HABITS.get("fail_on", " ") in self.path:
                self.answer(int(HABITS.get("status", 503)), [], b"")
                return
            if "fail_for" in HABITS:
                until = HABITS.setdefault("fail_until", time.monotonic() + HABITS["fail_for"])
                if time.monotonic() < until:
                    self.answer(503, [], b"")
                    return
            is_signed = HABITS.get("sign") and self.command == "PUT"
            path = self.path + ("?X-Goog-Algorithm=any" if is_signed else "")
            if "page" in HABITS and "list-type=2" in path:
                path += f"&max-keys={int(HABITS['page'])}"
            answer, content = self.handed_on(path, body)
            headers = [item for item in answer.getheaders() if item[0].lower() not in NOT_HANDED_ON]
            if is_signed and answer.status == 200:
                headers.append(("ETag", json.loads(content)["etag"]))
            length = len(content)
            if self.command == "HEAD":
                length = answer.getheader("Content-Length") or 0
            cut = int(HABITS.get("cut", 0))
            is_cut = 0 < cut < len(content) and take("times")
            if is_cut:
                content = content[:cut]
            sent = len(content)
            self.answer(answer.status, headers, content, length)
            if is_cut:
                self.end()
        finally:
            with LOCK:
                LOG.append(f"{self.command} {address.path}{'?' + address.query if address.query else ''} {asked} {sent} {depth}")
                DEEPEST = max(DEEPEST, depth)

    do_DELETE = do_GET = do_HEAD = do_POST = do_PUT = relay


class Threads(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 256
    # Clients that have gone are part of the habits above.
    handle_error = lambda *_: None


server = Threads(("127.0.0.1", 0), Relay)
print(server.server_address[1], flush=True)
server.serve_forever()
