"""Damaged bytes in each kind of page of both databases."""

from __future__ import annotations

import contextlib
import functools
import os
import random
import shutil
import sqlite3
from pathlib import Path

from engine.library.hints import Hints
from tests.faults.comparing import QUERIES, contents, differences
from tests.faults.owner import forgotten, sayings
from tests.faults.rows import Row
from tests.faults.setting import Setting
from tests.faults.working import Home, Worker, apart

KINDS = {
    2: "interior page of an index", 5: "interior page of a table",
    10: "leaf of an index", 13: "leaf of a table",
}  # fmt: skip
HEADER, OVERFLOW, LAST = "header", "overflow page", "last overflow page"
TRUNK, FREE = "list of free pages", "free page"
ALL = (HEADER, *KINDS.values(), OVERFLOW, LAST, TRUNK, FREE)

HOW = ("noise", "zeros", "head", "torn")
"""All of the page random or zero; its first bytes random; the half of it that is written last."""

_STARTS = 4
"""After so many the library must be in order."""


def damaged_pages(setting: Setting) -> list[Row]:
    """Each kind of page, in each file, in several ways, found at once or only on reading it."""
    setting.expected  # noqa: B018  # made before there is damage anywhere
    home = setting.copy("prepared")
    home.run(fill_pages)
    expected = contents(home.path)
    rows = []
    for file in ("index.db", "library.db"):
        row = Row(f"damaged page in {file}")
        kinds = apart(functools.partial(pages, home.path / file))
        row.wrong += [f"no {kind} to damage" for kind in ALL if not kinds.get(kind)]
        tries = [(kind, how) for kind in kinds for how in HOW]
        for number, (kind, how) in enumerate(
            setting.random.sample(tries, len(tries))[: setting.some(64, 1)]
        ):
            _try(setting, row, home, file, kinds[kind], kind, how, number, expected)
        rows.append(row)
    return rows


def fill_pages(worker: Worker) -> None:
    """Give both files pages of every kind: long texts, many rows, and room left by what is gone."""
    library = worker.library
    ids = sorted(library.photos.ids())
    library.captions.edit(ids[0], "a long story " * 3000)
    library.hints.put_many({ids[0]: Hints(description="and long again " * 3000)})
    for store in (library._catalogue, library._index):
        with store.transaction():
            connection = store.database().conn
            connection.execute("CREATE TABLE filler (a TEXT, b TEXT)")
            connection.execute("CREATE INDEX filler_by_b ON filler (b)")
            rows = [(f"{one:0900}", f"{one * 7919:0300}") for one in range(3000)]
            connection.executemany("INSERT INTO filler VALUES (?, ?)", rows)
            connection.execute("CREATE TABLE gone AS SELECT * FROM filler")
        with store.transaction():
            store.database().conn.execute("DROP TABLE gone")


def pages(path: Path) -> dict[str, list[int]]:
    """The numbers of a database's pages, from 1, by their kind."""
    data = path.read_bytes()
    size = _page_size(data)
    found: dict[str, list[int]] = {HEADER: [1]}
    free = set()
    trunk = int.from_bytes(data[32:36], "big")
    while trunk:
        found.setdefault(TRUNK, []).append(trunk)
        free.add(trunk)
        at = (trunk - 1) * size
        many = int.from_bytes(data[at + 4 : at + 8], "big")
        leaves = [
            int.from_bytes(data[at + 8 + 4 * one : at + 12 + 4 * one], "big") for one in range(many)
        ]
        found.setdefault(FREE, []).extend(leaves)
        free.update(leaves)
        trunk = int.from_bytes(data[at : at + 4], "big")
    with contextlib.closing(sqlite3.connect(path)) as db:
        overflow = {row[0] for row in db.execute(
            "SELECT pageno FROM dbstat WHERE pagetype = 'overflow'")}  # fmt: skip
    for number in range(2, len(data) // size + 1):
        if number in free:
            continue
        kind = KINDS.get(data[(number - 1) * size], "")
        if number in overflow:
            at = (number - 1) * size
            kind = OVERFLOW if any(data[at : at + 4]) else LAST
        found.setdefault(kind, []).append(number)
    found.pop("", None)
    return found


def _page_size(data: bytes) -> int:
    size = int.from_bytes(data[16:18], "big")
    return 65536 if size == 1 else size


def damage(path: Path, number: int, how: str, chance: random.Random, *, quietly: bool) -> None:
    """Overwrite a page; quietly: as a disk does that forgets, with the file's time as it was."""
    before = path.stat()
    with path.open("r+b") as file:
        size = _page_size(file.read(100))
        at = (number - 1) * size
        file.seek(at)
        match how:
            case "noise":
                file.write(chance.randbytes(size))
            case "zeros":
                file.write(bytes(size))
            case "head":
                file.write(chance.randbytes(16))
            case _:
                file.seek(at + size // 2)
                file.write(chance.randbytes(size // 2))
    if quietly:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _try(
    setting: Setting, row: Row, prepared: Home, file: str, numbers: list[int], kind: str,
    how: str, number: int, expected: dict[str, object],
) -> None:  # fmt: skip
    home = Home(setting.place / f"{file}-{number}", setting.pictures)
    shutil.copytree(prepared.path, home.path)
    quietly = setting.random.random() < 0.5
    page = setting.random.choice(numbers)
    damage(home.path / file, page, how, setting.random, quietly=quietly)
    what = f"{kind} {page}, {how}{', quietly' if quietly else ''}"
    row.tried += 1
    told: list[str] = []
    for _ in range(_STARTS):
        ended = home.run(read_everything)
        row.count(ended)
        told += ended.mended
        if ended.status == 0:
            break
        told.append(ended.error)
        if ended.kind != "Damaged" or file not in ended.error:
            row.wrong.append(f"{what}: it said {ended.kind}: {ended.error} ({ended.status})")
    else:
        row.wrong.append(f"{what}: it is never in order again; it said {told[-1]}")
        return
    try:
        found = contents(home.path)
    except RuntimeError as error:
        row.wrong.append(f"{what}: it cannot be read: {str(error)[-200:]}")
        return
    differing = differences(found, expected)
    row.compare(
        ([f"{what}: {one}" for one in differing[0]], [f"{what}: {one}" for one in differing[1]])
    )
    row.forget(forgotten(home.path, setting.pictures, sayings(setting.pictures)))
    for one in ("library.db", "index.db"):
        if (wrong := apart(functools.partial(_unsound, home.path / one))) and one == file:
            row.wrong.append(f"{what}: left in the file: {wrong}")
    if not told and kind not in (TRUNK, FREE) and differing != ([], []):
        row.wrong.append(f"{what}: nobody was told")
    shutil.rmtree(home.path)


def read_everything(worker: Worker) -> None:
    """A day with the library: it is indexed, searched, shown, and something is said."""
    worker.familiar.index()
    ids = worker.library.photos.ids()
    liked = worker.library.photos.set_favourites(ids, True)
    worker.library.photos.set_favourites(liked, False)
    list(worker.familiar.export())
    worker.library.thumbnails.many(ids)
    worker.library.hints.many(ids)
    worker.familiar.search_many(QUERIES, 100)
    worker.familiar.index()


def _unsound(path: Path) -> str:
    with contextlib.closing(sqlite3.connect(path)) as db:
        try:
            found = db.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.Error as error:
            return str(error)
    return "" if found == "ok" else " ".join(str(found).split())[:200]
