"""Permissions that are taken away while Familiar works, and given back."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.faults import tasks
from tests.faults.comparing import contents, differences
from tests.faults.counting import FAULT, Notes
from tests.faults.machine import obey_permissions
from tests.faults.owner import forgotten
from tests.faults.pictures import Pictures, name
from tests.faults.rows import Row
from tests.faults.setting import Setting, tell
from tests.faults.working import Ended, Home

_PLAIN = ("FamiliarError", "LibraryError", "NoRoom", "PhotoError", "Damaged")

_MOMENTS = (("scan", 9), ("scan", 40), ("read", 20), ("encode", 2), ("caption", 2))


def permissions(setting: Setting) -> list[Row]:
    """Of photos, of their folders and of the library's own folder and files."""
    return [_Permissions(setting).run()]


class _Permissions:
    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        folder = setting.place / "photos"
        shutil.copytree(setting.pictures.first, folder)
        self._photos = folder
        self._pictures = Pictures(folder, folder, keys=setting.pictures.keys)

    def run(self) -> Row:
        setting, row = self._setting, Row("permissions taken away")
        calm = tell(Home(setting.place / "calm", self._pictures), tasks.index, tasks.finish)
        expected = contents(calm.path)
        for number, (what, mode) in enumerate(self._targets()):
            home = Home(setting.place / str(number), self._pictures)
            when, count = setting.random.choice(_MOMENTS)
            act = functools.partial(self._on_step, home, what, mode, when, count)
            ended = home.run(tasks.index, on_step=act, prepare=obey_permissions)
            how = f"{what or 'the home'} {mode:03o} at {when} {count}"
            self._judge(row, home, ended, how)
            row.tried += bool(ended.done)
            again = home.run(tasks.index, prepare=obey_permissions)
            self._judge(row, home, again, f"again, {how}")
            self._give_back(home, what)
            for _ in range(setting.some(2, 1)):
                ended = home.run(tasks.index, prepare=obey_permissions)
                row.count(ended)
                if ended.status:
                    row.wrong.append(f"given back, {how}: {ended.kind}: {ended.error}")
            differing = differences(contents(home.path), expected)
            row.compare(([f"{how}: {one}" for one in differing[0]], differing[1]))
        return row

    def _targets(self) -> list[tuple[str, int]]:
        """Whose permissions, and what is left of them; those of a photo or folder are all gone."""
        ours = [("library.db", 0o444), ("index.db", 0o444), ("library.db", 0), ("", 0o555), ("", 0)]
        photos = ["0", name(10), name(60), "1"]
        all_ = [(one, 0) for one in photos] + ours
        return all_ if not self._setting.short else [("", 0)]

    def _on_step(
        self, home: Home, what: str, mode: int, when: str, count: int, step: str, number: int,
        keys: Sequence[str], *, notes: Notes,
    ) -> None:  # fmt: skip
        if (step, number) != (when, count):
            return
        place = self._place(home, what)
        if place.exists():
            place.chmod(mode)
            notes.put(FAULT, [f"{place} {mode:o}"])

    def _place(self, home: Home, what: str) -> Path:
        if not what or what.endswith(".db"):
            return home.path / what
        return self._photos / what

    def _give_back(self, home: Home, what: str) -> None:
        home.path.chmod(0o700)
        for one in home.path.glob("*.db*"):
            one.chmod(0o600)
        if self._place(home, what).is_relative_to(self._photos):
            self._place(home, what).chmod(0o755)

    def _judge(self, row: Row, home: Home, ended: Ended, how: str) -> None:
        row.count(ended)
        row.forget(forgotten(home.path, self._pictures, ended.said))
        if ended.status and (ended.kind not in _PLAIN or ended.error[-1:] not in ".;)"):
            row.wrong.append(f"{how}: it said {ended.kind}: {ended.error} ({ended.status})")
