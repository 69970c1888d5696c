"""Familiar at work in a process of its own, which may be killed, and how that ended."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import pickle
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, Protocol

from engine.familiar import Familiar
from engine.library.library import Library
from tests.faults import counting
from tests.faults.counting import STAGES, Bomb, Notes, count_steps, counted_pack, source
from tests.faults.ledger import Committed, Step, asked_since, committed, keep_ledger
from tests.faults.pictures import Pictures

LONGEST = 240
"""Seconds after which a process counts as hanging."""

_PR_SET_CHILD_SUBREAPER = 36


class OnStep(Protocol):
    """Called in the process as a step begins: which, for the how-manieth time, and for what."""

    def __call__(self, step: str, number: int, keys: Sequence[str], *, notes: Notes) -> None: ...


@dataclass
class Worker:
    """What a task is given: the library that is open, and where to note what was said."""

    familiar: Familiar
    pictures: Pictures
    notes: Notes

    @property
    def library(self) -> Library:
        return self.familiar.library


Task = Callable[[Worker], None]


@dataclass
class Ended:
    """How a run ended: its status (negative: by that signal), what it raised, and what was mended.

    repeated: steps begun for photos for which they were done; lost: paths no longer known; said:
    what the owner had said in it; done: faults that were brought about.
    """

    status: int
    error: str = ""
    kind: str = ""
    mended: list[str] = field(default_factory=list)
    said: list[int] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def killed(self) -> bool:
        return self.status == -signal.SIGKILL


class Home:
    """A library's folder and the runs there have been in it, one after another."""

    def __init__(self, place: Path, pictures: Pictures, path: Path | None = None) -> None:
        """place: for what is noted; path: the library's own folder, if it is elsewhere."""
        self.path = path or place / "home"
        self.notes = place / "notes"
        self.pictures = pictures
        self.runs = 0
        self._read = 0
        place.mkdir(parents=True, exist_ok=True)

    def run(
        self,
        task: Task,
        bomb: Bomb | None = None,
        *,
        on_step: OnStep | None = None,
        prepare: Callable[[], None] = lambda: None,
        beside: Callable[[int], None] = lambda pid: None,
    ) -> Ended:
        """Do a task in a process of its own, until it ends, is killed or fails.

        prepare: called there before anything else; beside: here, while it runs.
        """
        before = committed(self.path)
        self.runs += 1
        pid = self.start(task, bomb, on_step=on_step, prepare=prepare)
        beside(pid)
        ended = self.wait(pid)
        return self.judge(ended, before)

    def start(
        self,
        task: Task,
        bomb: Bomb | None = None,
        *,
        on_step: OnStep | None = None,
        prepare: Callable[[], None] = lambda: None,
    ) -> int:
        """Begin a run; its process."""
        become_reaper()
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            self._work(task, bomb, on_step, prepare)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpgid(pid, pid)
        return pid

    def wait(self, pid: int) -> Ended:
        """Wait until a run's process is gone, and those that it had started."""
        with _impatience(pid):
            _, status = os.waitpid(pid, 0)
            with contextlib.suppress(ChildProcessError):
                while True:
                    os.waitpid(-pid, 0)
        return Ended(os.waitstatus_to_exitcode(status))

    def judge(self, ended: Ended, before: Committed) -> Ended:
        """Take in what the last run noted, and compare with what was done before it."""
        begun: Counter[Step] = Counter()
        scanned: Counter[str] = Counter()
        after = committed(self.path)
        hashes = {**before.hashes, **after.hashes}
        for step, key in self._news():
            if step == counting.SAID:
                ended.said.append(int(key))
            elif step == counting.ERROR:
                ended.kind, _, ended.error = key.partition(": ")
            elif step == counting.MENDED:
                ended.mended.append(key)
            elif step == counting.FAULT:
                ended.done.append(key)
            elif step == counting.SCAN:
                scanned[key] += 1
            elif step in STAGES and (photo := self._photo(key, hashes)) is not None:
                begun[step, photo] += 1
        anew = any(sentence.startswith("index.db") for sentence in ended.mended)
        done = set() if anew else before.done
        asked = asked_since(self.path, 0 if anew else before.entries)
        for work, times in begun.items():
            allowed = (0 if work in done else 1) + asked[work]
            if times > allowed:
                ended.repeated += [f"{work[0]} of {work[1]}"] * (times - allowed)
        ended.repeated += [
            f"{counting.SCAN} of {path}"
            for path in scanned
            if _is_as_known(path, before.places.get(path))
        ]
        ended.lost = sorted(before.places.keys() - after.places.keys())
        return ended

    def _photo(self, key: str, hashes: dict[str, int]) -> int | None:
        """The photo that a note is about; None for altered views of one, which are no stage."""
        if key in self.pictures.keys:
            return hashes.get(self.pictures.keys[key])
        return int(key) if key.lstrip("-").isdigit() and int(key) in hashes.values() else None

    def _news(self) -> Iterator[tuple[str, str]]:
        """Notes that were made since this was last asked."""
        if not self.notes.exists():
            return
        with self.notes.open("rb") as file:
            file.seek(self._read)
            for line in file:
                _, step, key = os.fsdecode(line).rstrip("\n").split("\t", 2)
                yield step, key
            self._read = file.tell()

    def _work(
        self, task: Task, bomb: Bomb | None, on_step: OnStep | None, prepare: Callable[[], None]
    ) -> NoReturn:
        """The process."""
        status = 1
        try:
            os.setpgid(0, 0)
            prepare()
            notes = Notes(self.notes, self.runs, os.getpid(), bomb)
            if on_step is not None:
                notes.on_step = functools.partial(on_step, notes=notes)
            try:
                count_steps(notes)
                notes.put("open")
                pack = counted_pack(notes, source(self.notes, self.runs, os.getpid(), bomb))
                with Familiar(Library.open(self.path), pack) as familiar:
                    for sentence in familiar.library.mended:
                        notes.put(counting.MENDED, [sentence])
                    keep_ledger(familiar.library)
                    task(Worker(familiar, self.pictures, notes))
                status = 0
            except BaseException as error:
                text = " ".join(str(error).split())
                notes.put(counting.ERROR, [f"{type(error).__name__}: {text}"])
                if os.environ.get("FAULTS_TRACE"):
                    traceback.print_exc()
        finally:
            os._exit(status)


def apart(function: Callable[[], Any]) -> Any:
    """Call a function in a process of its own, so that no library's threads begin in this one.

    Raises RuntimeError with what it said when it failed there.
    """
    sys.stdout.flush()
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(ours)
            answer: tuple[Any, str | None]
            try:
                answer = (function(), None)
                status = 0
            except BaseException:
                answer = (None, traceback.format_exc())
            with os.fdopen(theirs, "wb") as pipe:
                pickle.dump(answer, pipe)
        finally:
            os._exit(status)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        data = pipe.read()
    os.waitpid(pid, 0)
    result, failure = pickle.loads(data) if data else (None, "it was killed")  # noqa: S301
    if failure is not None:
        raise RuntimeError(failure)
    return result


def become_reaper() -> None:
    """Let processes whose own parent was killed be waited for by this one."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _is_as_known(path: str, place: tuple[int, int, int] | None) -> bool:
    """Whether a file is what the library knew it as, so that there was nothing to read."""
    try:
        found = os.stat(path)
    except OSError:
        return False
    return place is not None and place[1:] == (found.st_size, found.st_mtime_ns)


@contextlib.contextmanager
def _impatience(group: int) -> Iterator[None]:
    """Kills a group of processes that takes too long."""

    def kill(*_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGABRT)

    before = signal.signal(signal.SIGALRM, kill)
    signal.alarm(LONGEST)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
