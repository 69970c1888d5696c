"""What is not as it should be, or not yet: away, unreadable, not looked at, nobody known."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtTest import QTest

from desktop import navigation
from desktop.pages.library.page import LibraryPage
from desktop.process.messages import Job
from engine.library import Library
from engine.library.absence import Offline
from engine.library.store import id_list
from tests.screenshots.studio import Studio, shot

_LOOKING = Job("1", "index", None, "running", "look", done=23, total=30, rate=4.0, seconds_left=4)
_CHRISTMAS = 1_703_440_800
_DRIVE = Path("/media/Holidays")
_REASON = "It ends too early: it was not copied completely."


@shot("library-looking")
def looking(studio: Studio) -> None:
    """Some have no picture yet, and one never will."""
    with Library.open(studio.context.home) as library:
        ids = library.timelines.read().ids.tolist()
        _damaged(studio, library)
    _not_looked_at(studio, ids[7:])
    _library(studio)
    studio.engine.set_job(replace(_LOOKING, done=8))


@shot("library-partly")
def partly(studio: Studio) -> None:
    """What a search finds meanwhile."""
    with Library.open(studio.context.home) as library:
        tagged = {photo for _, photo in library.sightings.said()}
        ids = library.timelines.read().ids.tolist()
    _not_looked_at(studio, [one for one in ids[18:] if one not in tagged])
    page = _library(studio)
    page.bar.setFocus()
    QTest.keyClicks(page.bar.edit, "Chelsea ")
    studio.engine.set_job(_LOOKING)
    studio.settle()


@shot("photo-away")
def photo_away(studio: Studio) -> None:
    with Library.open(studio.context.home) as library:
        ids = library.timelines.read().ids.tolist()
        away = _copy(library, ids[4], _DRIVE / "IMG_0815.JPG", "Eileen before her first flight")
    studio.context.drives.look()
    studio.go(navigation.PHOTO, photo_id=away, among=(away, *ids))
    studio.settle()


@shot("photo-unreadable")
def photo_unreadable(studio: Studio) -> None:
    with Library.open(studio.context.home) as library:
        damaged = _damaged(studio, library)
    studio.go(navigation.PHOTO, photo_id=damaged)
    studio.settle()


@shot("settings-away")
def settings_away(studio: Studio) -> None:
    with Library.open(studio.context.home) as library:
        folder = library.folders.all()[0].path
        library.folders.add(_DRIVE)
        reason = "11 of its 41 photos are not there right now; what is known about them is kept."
        library.absence.put_offline([Offline(folder, "2026", reason, 41)])
    studio.context.drives.look()
    studio.go(navigation.SETTINGS)
    studio.settle()


def _library(studio: Studio) -> LibraryPage:
    page = studio.go(navigation.LIBRARY)
    assert isinstance(page, LibraryPage)
    return page


def _copy(library: Library, photo_id: int, path: Path, caption: str) -> int:
    """A photo that looks like another, in a place of its own."""
    folder = library.folders.add(path.parent)
    digest = hashlib.blake2b(str(path).encode(), digest_size=32).hexdigest()
    info, jpeg = library.info.get(photo_id), library.thumbnails.get(photo_id)
    assert info is not None
    assert jpeg is not None
    one = library.photos.record(path, digest, 2_400_000, 1_700_000_000 * 10**9, folder.id)
    library.info.put_many({one: info})
    library.thumbnails.put_many({one: jpeg})
    library.captions.put_many([(one, caption, "made up", None)])
    return one


def _damaged(studio: Studio, library: Library) -> int:
    """A file that cannot be read, the newest of all."""
    path = studio.context.home.parent / "Camera" / "IMG_2041.JPG"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF")
    os.utime(path, (_CHRISTMAS, _CHRISTMAS))
    file = path.stat()
    folder = library.folders.add(path.parent)
    digest = hashlib.blake2b(path.read_bytes(), digest_size=32).hexdigest()
    one = library.photos.record(path, digest, file.st_size, file.st_mtime_ns, folder.id)
    library.stages.fail(one, "read", "made up", _REASON)
    library.problems.put(path, _REASON, file.st_size, file.st_mtime_ns)
    return one


def _not_looked_at(studio: Studio, ids: Sequence[int]) -> None:
    """As if these had only been found so far."""
    index = studio.context.home / "index.db"
    with contextlib.closing(sqlite3.connect(index)) as connection, connection:
        for table in ("thumbnails", "captions", "scores", "stages", "embeddings", "faces"):
            connection.execute(
                f"DELETE FROM {table} WHERE photo_id IN (SELECT value FROM json_each(?))",
                (id_list(ids),),
            )
