"""Two Familiars at once: the second says that there is another, and nothing is lost."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Sequence
from pathlib import Path

from tests.faults import tasks
from tests.faults.comparing import contents, differences
from tests.faults.counting import SAID, Notes
from tests.faults.ledger import committed, recorded_twice
from tests.faults.owner import Owner, forgotten, sayings
from tests.faults.rows import Row
from tests.faults.setting import Setting
from tests.faults.working import Ended, Home, Task, Worker

# None of them within a transaction, which another one would wait for.
_MOMENTS = {
    "index": (("scan", 20), ("encode", 2), ("caption", 2)),
    "teach": (("learn", 5), ("caption", 1)),
    "say": (("encode", 1), ("caption", 1)),
}


def pairs(setting: Setting) -> list[Row]:
    """While one works, another begins, is refused, and what the owner tells it is kept."""
    return [_Pairs(setting).run()]


class _Pairs:
    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._row = Row("two Familiars at once")
        self._gate = setting.place / "gate"

    def run(self) -> Row:
        setting, row = self._setting, self._row
        for number in range(setting.some(4, 1)):
            home = Home(setting.place / str(number), setting.pictures)
            self._begin_together(home)
            for part, task in tasks.story(setting.pictures).items():
                if moments := _MOMENTS.get(part):
                    self._beside(home, part, task, *setting.random.choice(moments))
                ended = home.run(task)
                row.count(ended)
                if ended.status:
                    row.wrong.append(f"{part}: {ended.kind}: {ended.error}")
            row.forget(forgotten(home.path, setting.pictures, sayings(setting.pictures)))
            twice = recorded_twice(home.path)
            row.twice += len(twice)
            row.wrong += [f"recorded twice: {one}" for one in twice]
            row.compare(differences(contents(home.path), setting.expected))
        return row

    def _begin_together(self, home: Home) -> None:
        """Both make the library, at the same moment, and index it."""
        before = committed(home.path)
        home.runs += 1
        pids = [home.start(tasks.index), home.start(tasks.index)]
        ended = [home.wait(pid) for pid in pids]
        both = home.judge(Ended(max(one.status for one in ended)), before)
        self._row.tried += 1
        self._row.count(both)
        if both.status and not _is_busy(both):
            self._row.wrong.append(f"begun together: {both.kind}: {both.error}")

    def _beside(self, home: Home, part: str, task: Task, when: str, count: int) -> None:
        """One waits in the midst of its work until another was refused and has said something."""
        self._gate.unlink(missing_ok=True)
        os.mkfifo(self._gate)
        before = committed(home.path)
        home.runs += 1
        first = home.start(task, on_step=functools.partial(_wait, self._gate, when, count))
        handle = _once_there(self._gate, first)
        second = home.wait(home.start(_refused(part)))
        if handle is not None:
            os.close(handle)
            self._row.tried += 1
        ended = home.judge(home.wait(first), before)
        self._row.count(ended)
        if ended.status:
            self._row.wrong.append(f"{part}: the first one: {ended.kind}: {ended.error}")
        elif handle is not None and not (second.status == 1 and _is_busy(ended)):
            self._row.wrong.append(f"{part}: the second one: {ended.kind}: {ended.error}")


def _once_there(gate: Path, pid: int) -> int | None:
    """Holds the gate open for writing once the process waits at it; None if it ends before."""
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        try:
            return os.open(gate, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(0.005)
    return None


def _is_busy(ended: Ended) -> bool:
    return ended.kind == "Busy" and ended.error.startswith("Another Familiar is working on this")


def _refused(part: str) -> Task:
    """What the second one does: hear the owner, and then want to index too."""

    def task(worker: Worker) -> None:
        if part == "say":
            owner = Owner(worker.library, worker.pictures)
            for number in sayings(worker.pictures):
                owner.say(number)
                worker.notes.put(SAID, [number])
        worker.familiar.index()

    return task


def _wait(
    gate: Path, when: str, count: int, step: str, number: int, keys: Sequence[str], *, notes: Notes
) -> None:
    if (step, number) == (when, count):
        gate.read_bytes()
