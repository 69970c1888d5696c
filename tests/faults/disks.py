"""Disks that fill up while Familiar works: it says so, and goes on once there is room."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path

from tests.faults import tasks
from tests.faults.comparing import contents, differences
from tests.faults.machine import mount_memory, own_mounts
from tests.faults.owner import forgotten
from tests.faults.rows import Row
from tests.faults.setting import Setting
from tests.faults.working import Ended, Home, apart

_SIZE = 64 << 10
"""Kibibytes of the small disk; what is too many is taken up by a file."""

_SAID = "There is no room left on the disk that holds "


def full_disks(setting: Setting) -> list[Row]:
    """A library on a disk of its own, which is full at random moments of its life."""
    setting.expected  # noqa: B018  # made where everybody can see it
    row: Row = apart(lambda: _Disk(setting).run())
    return [row]


class _Disk:
    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._disk = setting.place / "disk"
        self._row = Row("disk full")
        self._small = own_mounts() and mount_memory(self._disk, _SIZE)
        self._said: set[int] = set()

    def run(self) -> Row:
        setting, row = self._setting, self._row
        row.remarks.append(
            f"the library lay on a file system of {_SIZE >> 10} MiB, filled up"
            if self._small
            else "nothing can be mounted here, so files could not grow (RLIMIT_FSIZE)"
        )
        home = Home(setting.place, setting.pictures, self._disk / "home")
        times = setting.some(6, 1)
        for part, task in tasks.story(setting.pictures).items():
            tried = 0
            room = 2000 if part == "index" else 400
            while tried < times and room > 4:
                room = setting.random.randint(room // 8, room // 2)
                ended = self._with_room(home, task, room)
                if ended.status == 0:
                    break
                tried += 1
                self._judge(part, ended)
            ended = home.run(task)
            self._take(home, ended)
            if ended.status:
                row.wrong.append(f"{part}, with room again: {ended.kind}: {ended.error}")
                return row
        row.compare(differences(contents(home.path), setting.expected))
        return row

    def _judge(self, part: str, ended: Ended) -> None:
        self._row.tried += 1
        plain = ended.error.startswith((_SAID, "The disk that holds")) and ended.error[-1:] == "."
        if ended.status != 1 or not plain:
            self._row.wrong.append(f"{part}: it said {ended.kind}: {ended.error} ({ended.status})")

    def _with_room(self, home: Home, task: tasks.Task, kibibytes: int) -> Ended:
        """Run a task with so much room and no more."""
        if not self._small:
            ended = home.run(task, prepare=_limit(home.path, kibibytes))
        else:
            ballast = self._disk / "ballast"
            free = _free(self._disk)
            with ballast.open("wb") as file:
                file.write(bytes(max(0, free - (kibibytes << 10))))
            ended = home.run(task)
            ballast.unlink()
        self._take(home, ended)
        return ended

    def _take(self, home: Home, ended: Ended) -> None:
        self._row.count(ended)
        self._said.update(ended.said)
        if home.path.exists():
            self._row.forget(forgotten(home.path, self._setting.pictures, self._said))


def _free(place: Path) -> int:
    found = os.statvfs(place)
    return found.f_bavail * found.f_frsize


def _limit(home: Path, kibibytes: int) -> Callable[[], None]:
    """Let no file grow by more than so much beyond the largest there is."""
    largest = max((one.stat().st_size for one in home.glob("*.db*")), default=0)

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        most = largest + (kibibytes << 10)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return limit
