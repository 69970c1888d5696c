"""Nothing may be left of a test: no thread, no process."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

_PATIENCE = 5.0


def children() -> set[int]:
    """The process ids of this process's children that have not ended."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue  # it has ended meanwhile
        if int(parent) == os.getpid() and state != "Z":
            found.add(int(stat.parent.name))
    return found


def alive() -> set[threading.Thread]:
    """This process's threads that have not ended."""
    return {thread for thread in threading.enumerate() if thread.is_alive()}


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """A test that leaves a living thread or process behind fails; those about to end may do so."""
    threads, processes = alive(), children()
    yield
    until = time.monotonic() + _PATIENCE
    while (alive() - threads or children() - processes) and time.monotonic() < until:
        time.sleep(0.01)
    assert not alive() - threads, "the test left a thread"
    assert not children() - processes, "the test left a process"
