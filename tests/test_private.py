"""Nothing leaves the machine: no command opens a connection or asks for an address.

The commands run in a process of their own under an audit hook, which sees what Python itself does
on their behalf, whichever library asks for it. Unix sockets and sockets that never connect are not
the network.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.tiny import paint

ROOT = Path(__file__).parent.parent

WATCHED = """
import json, sys

reached = []
EVENTS = {
    "socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
    "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo", "urllib.Request",
    "http.client.connect", "ftplib.connect", "smtplib.connect",
}
def watch(event, arguments):
    if event in EVENTS:
        reached.append([event, repr(arguments)])
sys.addaudithook(watch)

import socket
def refuse(*address, **_):
    reached.append(["connect", repr(address[1:])])
    raise OSError("no network here")
socket.socket.connect = refuse
socket.socket.connect_ex = refuse

from engine.cli import main
statuses = []
for arguments in json.loads(sys.argv[1]):
    statuses.append(main(arguments))
print(json.dumps({"reached": reached, "statuses": statuses}), file=sys.stderr)
"""


def under_watch(*commands: list[str]) -> dict[str, Any]:
    """Run commands one after another in one process; how they ended, and what they reached for."""
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, json.dumps(commands)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stderr.splitlines()[-1])
    return report


def test_the_hook_sees_the_network(tmp_path: Path) -> None:
    """A command that reaches out would be noticed, even where the error is swallowed."""
    (tmp_path / "spy.py").write_text(
        "import engine.commands\n"
        "def add(options):\n"
        "    import socket\n"
        "    try: socket.create_connection(('127.0.0.1', 9), timeout=0.1)\n"
        "    except OSError: pass\n"
        "    return 0\n"
        "engine.commands.add = add\n"
    )
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import spy\n{WATCHED}"
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps([["add", "."]])],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    reached = {event for event, _ in json.loads(done.stderr.splitlines()[-1])["reached"]}
    assert {"socket.getaddrinfo", "connect"} <= reached


@pytest.mark.timeout(300)
def test_nothing_leaves_the_machine(tmp_path: Path) -> None:
    photos, home = tmp_path / "photos", tmp_path / "home"
    colours = ["red", "green", "blue", "yellow"]
    for number in range(12):
        pair = ["orange" if number < 4 else colours[number % 4], colours[number % 3]]
        paint(photos / f"{number:02}.png", pair, number, side=160)
    queries = tmp_path / "queries.txt"
    queries.write_text("a red thing\nBiscuit in the garden\n")
    photo = str(photos / "03.png")
    tagged = [str(photos / f"{number:02}.png") for number in range(3)]
    commands = [
        ["add", str(photos)],
        ["index"],
        ["teach", "Biscuit", "--kind", "pet", *tagged],
        ["search", "Biscuit in the garden"],
        ["search", "--queries", str(queries), "--json"],
        ["show", photo],
        ["ask", photo, "who is this?"],
        ["confirm", photo, "Biscuit"],
        ["locate", photo, "Biscuit", "--heatmap", str(tmp_path / "heat.png")],
        [
            "locate",
            photo,
            "Biscuit",
            "--heatmap",
            str(tmp_path / "looks.png"),
            "--heatmap-of",
            "attention",
            "--layer",
            "2",
        ],
        ["reject", photo, "Biscuit"],
        ["people"],
        ["albums"],
        ["status"],
        ["packs"],
        ["export"],
        ["index"],
    ]
    report = under_watch(*(["--home", str(home), *command] for command in commands))
    assert report["reached"] == []
    assert report["statuses"] == [0] * len(commands)
