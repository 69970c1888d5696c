"""Files that are removed, replaced, cut short or moved after they were scanned, before decoding."""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.faults import tasks
from tests.faults.comparing import Contents, contents, differences
from tests.faults.counting import FAULT, Notes
from tests.faults.pictures import Pictures, draw, name
from tests.faults.rows import Row
from tests.faults.setting import Setting, tell
from tests.faults.working import Home

_OTHERS = 600
"""Pictures from this number on take others' places."""

_SKIPPED = ("stages",)
"""What counts photos that are nowhere any more too."""


def _remove(path: Path, number: int) -> None:
    path.unlink()


def _replace(path: Path, number: int) -> None:
    draft = path.with_suffix(".tmp")
    draw(draft.with_suffix(".new.png"), _OTHERS + number).replace(path)


def _overwrite(path: Path, number: int) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(300))
    os.utime(path, (1_600_100_000 + number,) * 2)


def _cut(path: Path, number: int) -> None:
    os.truncate(path, path.stat().st_size // 2)
    os.utime(path, (1_600_200_000 + number,) * 2)


def _move(path: Path, number: int) -> None:
    path.rename(path.with_name(f"moved-{path.name}"))


def _into_folder(path: Path, number: int) -> None:
    path.unlink()
    path.mkdir()


ACTS: tuple[Callable[[Path, int], None], ...] = (
    _remove, _replace, _overwrite, _cut, _move, _into_folder,
)  # fmt: skip


def changing_files(setting: Setting) -> list[Row]:
    """Some of a folder's files, each in the moment before it is read for being decoded."""
    row = Row("file removed or replaced before decoding")
    for number in range(setting.some(4, 1)):
        _Round(setting, number, row).run()
    return [row]


class _Round:
    def __init__(self, setting: Setting, number: int, row: Row) -> None:
        self._place = setting.place / str(number)
        self._original = setting.pictures.first
        folder = self._place / "photos"
        shutil.copytree(self._original, folder)
        self._pictures = Pictures(folder, folder, keys=dict(setting.pictures.keys))
        self._row = row
        numbers = setting.random.sample(range(40), setting.some(18, 6))
        self._acts = {
            str(folder / name(one)): (ACTS[place % len(ACTS)], one)
            for place, one in enumerate(numbers)
        }

    def run(self) -> None:
        home, row = Home(self._place / "lib", self._pictures), self._row
        ended = home.run(tasks.index, on_step=functools.partial(self._on_step, set()))
        row.tried += len(ended.done)
        row.count(ended)
        if ended.status:
            row.wrong.append(f"as files changed: {ended.kind}: {ended.error}")
        self._pictures.learn(*filter(Path.is_file, sorted(self._pictures.first.rglob("*.png"))))
        self._settle(home, "changed")
        for path, (_, one) in self._acts.items():
            self._put_back(Path(path), one)
        self._settle(home, "as at first")

    def _settle(self, home: Home, how: str) -> None:
        """Index until what is gone is known to be gone; compare with a library made of it now."""
        row = self._row
        for _ in range(2):  # the second is sure of what was deleted
            ended = home.run(tasks.finish)
            # A file whose name is another's now is let go of: that is no loss.
            ended.lost = [one for one in ended.lost if os.path.isfile(one)]
            row.count(ended)
            if ended.status:
                row.wrong.append(f"{how}: {ended.kind}: {ended.error}")
        calm = tell(Home(self._place / f"calm {how}", self._pictures), tasks.index, tasks.finish)
        found, expected = _comparable(contents(home.path)), _comparable(contents(calm.path))
        row.compare(differences(found, expected))

    def _put_back(self, path: Path, number: int) -> None:
        if path.is_dir():
            path.rmdir()
        path.with_name(f"moved-{path.name}").unlink(missing_ok=True)
        shutil.copy2(self._original / name(number), path)

    def _on_step(
        self, met: set[str], step: str, number: int, keys: Sequence[str], *, notes: Notes
    ) -> None:
        for key in keys if step == "read" else ():
            if key in self._acts and key not in met:
                met.add(key)
                act, one = self._acts[key]
                act(Path(key), one)
                notes.put(FAULT, [f"{act.__name__} {key}"])


def _comparable(found: Contents) -> Contents:
    return {about: said for about, said in found.items() if about not in _SKIPPED}
