"""Drives with photos that go away in the midst of work, and come back then or later."""

from __future__ import annotations

import contextlib
import functools
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.faults import tasks
from tests.faults.comparing import contents, differences
from tests.faults.counting import FAULT, Notes
from tests.faults.machine import mount_again, own_mounts, unmount
from tests.faults.rows import Row
from tests.faults.setting import Setting, tell
from tests.faults.working import Home, apart

_MOMENTS = {"scan": 1, "read": 1, "thumbnail": 1, "encode": 16, "caption": 16}
"""Steps at which the drive goes, and how many photos each is taken for at once."""


def drives(setting: Setting) -> list[Row]:
    """Both folders of photos are on one drive, which is taken away at random moments."""
    row: Row = apart(lambda: _Drives(setting).run())
    return [row]


class _Drives:
    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._drive = setting.place / "drive"
        self._real = setting.pictures.first.parent
        self._mounts = own_mounts() and mount_again(self._real, self._drive)
        if not self._mounts:
            shutil.copytree(self._real, self._drive)
        self._pictures = replace(
            setting.pictures, first=self._drive / "first", later=self._drive / "later"
        )

    def run(self) -> Row:
        row = Row("drive vanishing and returning")
        row.remarks.append(
            "a mount was taken away and put back"
            if self._mounts
            else "nothing can be mounted here, so a folder was renamed"
        )
        self._bring()
        parts = (tasks.index, tasks.say_nothing, tasks.finish)
        expected = contents(tell(Home(self._setting.place / "calm", self._pictures), *parts).path)
        for number in range(self._setting.some(12, 1)):
            home = Home(self._setting.place / f"away-{number}", self._pictures)
            for task in parts:
                if task is not tasks.finish:
                    pictures = self._pictures
                    many = pictures.many if task is tasks.index else pictures.more
                    self._disturb(home, task, many, row)
                self._bring()
                ended = home.run(task)
                row.count(ended)
                if ended.status:
                    row.wrong.append(f"once it was back: {ended.kind}: {ended.error}")
            row.compare(differences(contents(home.path), expected))
        return row

    def _disturb(self, home: Home, task: tasks.Task, many: int, row: Row) -> None:
        """One run in which the drive goes, and perhaps comes back; another one without it."""
        random = self._setting.random
        step = random.choice(list(_MOMENTS))
        number = random.randint(1, max(1, many // _MOMENTS[step] - 1))
        back = number + random.randint(1, 1 + number // 2) if random.random() < 0.3 else 0
        self._bring()
        ended = home.run(task, on_step=functools.partial(self._on_step, step, number, back))
        row.tried += bool(ended.done)
        row.count(ended)
        if ended.status and ended.kind not in ("FamiliarError", "LibraryError"):
            row.wrong.append(f"as it went: {ended.kind}: {ended.error} ({ended.status})")
        if ended.done and not back:
            ended = home.run(tasks.finish)
            row.count(ended)
            if ended.status:
                row.wrong.append(f"without it: {ended.kind}: {ended.error} ({ended.status})")

    def _on_step(
        self, when: str, gone: int, back: int, step: str, number: int, keys: Sequence[str],
        *, notes: Notes,
    ) -> None:  # fmt: skip
        if step == when and number == gone:
            notes.put(FAULT, [f"gone at {step} {number}"])
            self._take_away()
        elif step == when and number == back:
            self._bring()

    def _take_away(self) -> None:
        if self._mounts:
            unmount(self._drive)
        else:
            self._drive.rename(self._away)

    def _bring(self) -> None:
        if self._mounts:
            if not (self._drive / "first").exists():
                mount_again(self._real, self._drive)
        elif not self._drive.exists():
            with contextlib.suppress(FileNotFoundError):
                self._away.rename(self._drive)

    @property
    def _away(self) -> Path:
        return self._drive.with_name("unplugged")
