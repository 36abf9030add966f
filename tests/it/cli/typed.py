"""Runs a program on a terminal of so many columns, and types what standard input says: lines of JSON with what to send, a text or a
signal, and the text to wait for, and a number of columns that the terminal is to have from then on. Prints, as a list of JSON, what was
shown at each of them and after the last one."""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

WAITS_SECONDS = 120

width, program = int(sys.argv[1]), sys.argv[2:]
steps = [json.loads(line) for line in sys.stdin]
process, terminal = pty.fork()
if process == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    os.execv(program[0], program)


def read() -> bytes:
    """What is shown next; nothing when the program has ended."""
    ready, _, _ = select.select([terminal], [], [], WAITS_SECONDS)
    if not ready:
        return b""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


shown, rest = [], b""
for step in steps:
    if "pause" in step:
        time.sleep(step["pause"])
    if "columns" in step:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, step["columns"], 0, 0))
    if "signal" in step:
        os.kill(process, getattr(signal, step["signal"]))
    sent = step.get("send", "").encode()
    while sent:
        sent = sent[os.write(terminal, sent) :]
    wanted = step["until"].encode()
    while wanted not in rest:
        some = read()
        if not some:
            sys.exit(f"{step}: it did not come, but this: {rest!r}; before it {shown}")
        rest += some
    end = rest.index(wanted) + len(wanted)
    shown.append(rest[:end].decode())
    rest = rest[end:]
while some := read():
    rest += some
shown.append(rest.decode())
_, status = os.waitpid(process, 0)
print(json.dumps(shown))
sys.exit(os.waitstatus_to_exitcode(status))
