"""A web server on loopback with the habits that web servers have.

python3 web_server.py FOLDER: prints its port, and serves the files of the folder below these paths:

/ranges/…     sends parts, and an ETag
/whole/…      sends whole files alone
/no-head/…    refuses HEAD, as signed addresses do
/moved/…      leads to /ranges/…
/signed/…     wants ?signature=right
/flaky/…      fails the first request for a file with 503
/cut/…        ends the connection in the middle of the first answer of more than 1,000 bytes
/short/…      always ends it in the middle
/slow/…       waits 20 ms before each answer
/log          the requests so far, a line for each

As a proxy it gives the file sheet.csv for every address of another server, as a whole.
"""

import http.server
import os
import re
import socketserver
import sys
import threading
import time
import urllib.parse

FOLDER = sys.argv[1]
LOG = []
SEEN = set()
LOCK = threading.Lock()


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def first(self, what):
        with LOCK:
            is_first = what not in SEEN
            SEEN.add(what)
        return is_first

    def plain(self, status, text, headers=()):
        body = text.encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        address = urllib.parse.urlsplit(self.path)
        asked = self.headers.get("Range", "")
        if address.path == "/log":
            self.plain(200, "\n".join(LOG))
            return
        with LOCK:
            LOG.append(f"{self.command} {self.path} {asked}".strip())
        habit, _, name = address.path.lstrip("/").partition("/")
        if address.netloc:
            habit, name = "whole", "sheet.csv"
        file = os.path.join(FOLDER, urllib.parse.unquote(name))
        if habit == "moved":
            self.plain(302, "", [("Location", f"/ranges/{name}")])
            return
        if habit == "signed" and address.query != "signature=right":
            self.plain(403, "the signature is not right")
            return
        if habit == "no-head" and self.command == "HEAD":
            self.plain(405, "no HEAD")
            return
        if habit == "flaky" and self.first(name):
            self.plain(503, "later")
            return
        if habit == "slow":
            time.sleep(0.02)
        if not os.path.isfile(file):
            self.plain(404, "there is no such file")
            return
        with open(file, "rb") as opened:
            body = opened.read()
        size = len(body)
        part = re.fullmatch(r"bytes=(\d+)-(\d+)", asked)
        if part and habit != "whole":
            start, end = int(part[1]), min(int(part[2]) + 1, size)
            if start >= size:
                self.plain(416, "", [("Content-Range", f"bytes */{size}")])
                return
            body = body[start:end]
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{size}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{os.path.getmtime(file)}"')
        self.end_headers()
        if self.command == "HEAD":
            return
        is_cut = habit == "short" or habit == "cut" and len(body) > 1000 and self.first(name)
        if is_cut and len(body) > 1:
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()
            return
        self.wfile.write(body)


class Threads(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    # Clients that have gone are part of the habits above.
    handle_error = lambda *_: None


server = Threads(("127.0.0.1", 0), Server)
print(server.server_address[1], flush=True)
server.serve_forever()
