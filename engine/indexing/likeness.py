"""Whether a file that was written anew still shows the picture that it did.

Other programs keep titles, keywords and stars in the files themselves. What a picture looked like
is known by its thumbnail: a content that gives the same to the byte shows the same picture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

from engine.indexing.apart import TWICE, Apart, Ended
from engine.library.identity import AnyPath, photo_id
from engine.library.library import Library
from engine.library.photos import Found
from engine.photos import PhotoVanished, decode_file, read_file, thumbnails
from engine.progress import Cancel

LIKENESS = "likeness"
"""The mark of files in hand: one may end the program, as when photos are decoded."""


@dataclass(frozen=True)
class _Look:
    """What a photo looks like: the size of its upright picture, how long a video is, thumbnail."""

    photo_id: int
    width: int
    height: int
    duration: float | None
    thumbnail: bytes


@dataclass(frozen=True)
class _Question:
    """A file with its new content, what the photos looked like that were in its place, the last
    first, and the sides in pixels at which those may have been decoded."""

    path: AnyPath
    content_hash: str
    looks: Sequence[_Look]
    sides: Sequence[int]


class Likeness:
    """Compares files of a library with what was in their places; for one scan."""

    def __init__(self, library: Library, cancel: Cancel, side: Callable[[], int]) -> None:
        """side: says at which longest side photos are decoded now."""
        self._library = library
        self._cancel = cancel
        self._side = side
        self._suspects: set[int] | None = None

    def of(self, found: Mapping[Found, int]) -> dict[Found, int | None]:
        """The photos whose pictures files still show, None for files that are being written right
        now; those that show something new are left out.

        found: with the photo that was in each file's place. Raises Cancelled between two files.
        """
        questions = self._questions(found)
        if not questions:
            return {}
        in_hand = self._library.in_hand
        if self._suspects is None:
            self._suspects = set(in_hand.left(LIKENESS))
        marks = {one: photo_id(one.content_hash) for one in questions}
        in_hand.take(LIKENESS, marks.values())
        answers: dict[Found, int | None] = {}
        try:
            for one, question in questions.items():
                self._cancel.check_within()
                suspected = marks[one] in self._suspects
                shown = _apart(question) if suspected else _shown(question)
                if shown is None or shown:
                    answers[one] = shown[0] if shown else None
        finally:
            in_hand.put_down(LIKENESS, marks.values())
        return answers

    def _questions(self, found: Mapping[Found, int]) -> dict[Found, _Question]:
        new = self._library.photos.never_seen(one.content_hash for one in found)
        questions = {}
        for one, before in found.items():
            if one.content_hash in new and (looks := self._looks(before)):
                sides = dict.fromkeys((self._side(), *_sides()))
                questions[one] = _Question(one.path, one.content_hash, looks, tuple(sides))
        return questions

    def _looks(self, before: int) -> list[_Look]:
        line = self._library.contents.before(before)
        infos = self._library.info.many(line)
        pictures = self._library.thumbnails.many(line)
        return [
            _Look(one, info.width, info.height, info.duration, pictures[one])
            for one in line
            if one in pictures and (info := infos.get(one)) is not None
        ]


def _sides() -> tuple[int, ...]:
    """Those at which photos are decoded for any of the packs; the library may have had another."""
    from engine.models import faces, insightface_faces

    return faces.PICTURE_SIZE, insightface_faces.PICTURE_SIZE


def _shown(question: _Question) -> list[int] | None:
    """The photo whose picture a file shows, if any; None when it is being written right now."""
    try:
        file = read_file(question.path)
        if file.content_hash != question.content_hash:
            return None
        for side in question.sides:
            new = decode_file(file, side)
            size = (new.width, new.height, new.info.duration)
            alike = [one for one in question.looks if (one.width, one.height, one.duration) == size]
            thumbnail = thumbnails.make(new.picture) if alike else b""
            for one in alike:
                if one.thumbnail == thumbnail:
                    return [one.photo_id]
            if not alike or max(new.width, new.height) <= thumbnails.SIDE:
                break
    except PhotoVanished:
        return None
    except Exception:  # broken, or a decoder's own bug: what it is, is said when it is looked at
        return []
    return []


def _apart(question: _Question) -> list[int] | None:
    """Likewise in a process of its own: nothing when that ends twice, or hangs."""
    with Apart(_work) as apart:
        for _ in range(TWICE):
            with suppress(Ended):
                shown: list[int] | None = apart.ask(question)
                return shown
    return []


def _work(connection: Connection) -> None:
    connection.send(_shown(connection.recv()))
