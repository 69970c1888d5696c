"""Files that other programs write anew, and Familiar killed as it takes notice of that."""

from __future__ import annotations

import functools
import shutil
from dataclasses import replace
from pathlib import Path

from PIL import Image, PngImagePlugin

from engine.library.library import Library
from tests.faults import tasks
from tests.faults.comparing import Contents, contents, differences
from tests.faults.counting import Bomb
from tests.faults.ledger import committed, recorded_twice
from tests.faults.owner import forgotten, sayings
from tests.faults.pictures import draw, name
from tests.faults.rows import Row
from tests.faults.setting import Setting, tell
from tests.faults.working import Home, apart
from tests.photos.packets import packet, words

_EDITED = (11, 17, 23)
"""Photos of which nothing is said, and which get another picture."""
_OTHERS = 700
_TITLE = "What somebody wrote about it"
_COMMITS = 24
"""About so many there are until all is noticed."""


def rewritten_files(setting: Setting) -> list[Row]:
    """When all is said of them, titles are written into all files and other pictures into a few;
    programs are killed at the commits that follow."""
    row = Row("killed after files were written anew")
    photos = setting.place / "photos"
    shutil.copytree(setting.pictures.first.parent, photos)
    pictures = replace(
        setting.pictures,
        first=photos / setting.pictures.first.name,
        later=photos / setting.pictures.later.name,
        keys=dict(setting.pictures.keys),
    )
    before = tell(Home(setting.place / "before", pictures))
    for number in _EDITED:
        pictures.learn(draw(pictures.first / name(number), _OTHERS + number))
    described = [path for path in sorted(pictures.first.rglob("*.png")) if _describe(path)]
    calm = _copy(before, setting.place / "calm")
    expected = _finished(calm, row)
    others = len(_photos(calm) - _photos(before))
    if others != len(_EDITED):
        row.wrong.append(f"undisturbed, and yet {others} photos are others than before")
    for turn in range(setting.some(16, 3)):
        home = _copy(before, setting.place / str(turn))
        number, delay = setting.random.randint(1, _COMMITS), setting.random.uniform(0, 0.02)
        bomb = Bomb("commit", number, delay * (turn % 2), group=setting.random.random() < 0.5)
        ended = home.run(tasks.finish, bomb)
        row.tried += ended.killed
        row.count(ended)
        row.forget(forgotten(home.path, pictures, sayings(pictures)))
        row.compare(differences(_finished(home, row), expected))
        unread = set(described) - apart(functools.partial(_titled, home.path))
        row.wrong += [f"not read again: {path}" for path in sorted(unread)]
        row.forget(forgotten(home.path, pictures, sayings(pictures)))
        twice = recorded_twice(home.path)
        row.twice += len(twice)
        row.wrong += [f"recorded twice: {step}" for step in twice]
    return [row]


def _describe(path: Path) -> bool:
    """Write a title into a file, as other programs do; its picture and its date stay. False for
    the broken one."""
    try:
        image = Image.open(path)
        image.load()
    except OSError:
        return False
    about = PngImagePlugin.PngInfo()
    about.add_itxt("XML:com.adobe.xmp", packet(words(_TITLE)).decode())
    image.save(path, compress_level=1, pnginfo=about, exif=image.getexif())
    return True


def _titled(home: Path) -> set[Path]:
    """The files of photos whose title a library knows."""
    with Library.open(home, create=False) as library:
        photos = library.photos.many(library.photos.ids()).values()
        titled = [one for one in photos if library.hints.get(one.id).title == _TITLE]
        return {path for one in titled for path in one.paths}


def _copy(home: Home, place: Path) -> Home:
    shutil.copytree(home.path, place / "home")
    return Home(place, home.pictures)


def _finished(home: Home, row: Row) -> Contents:
    """What a library says when all is done that is left to do."""
    ended = home.run(tasks.finish)
    row.count(ended)
    if ended.status:
        row.wrong.append(f"once it was not disturbed: {ended.kind}: {ended.error}")
    return contents(home.path)


def _photos(home: Home) -> set[int]:
    return {photo for photo, *_ in committed(home.path).places.values()}
