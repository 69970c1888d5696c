"""What is written beside photos, and of some within them: where it has changed, the photo's file is
read again, by no model.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from engine.indexing import stages
from engine.indexing.walking import File
from engine.library.library import Library


class Beside:
    """Compares what a scan sees beside photos with what was there before.

    Of photos that programs have written anew, the file itself counts too: the photo stays the same
    whatever is written into it.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[bytes, str] = {}
        self._changed: dict[bytes, str] = {}
        self._photos: set[int] = set()
        self._rewritten: set[int] = set()
        self._everyone = False
        """Whether those are all there are."""

    def know_all(self) -> None:
        """Read what was there, everywhere."""
        self._known = self._library.sidecars.all()
        self._rewritten = self._library.contents.rewritten()
        self._everyone = True

    def know(self, where: Path | Iterable[bytes]) -> None:
        """Read what was there below a folder, or beside these files."""
        if isinstance(where, Path):
            self._known.update(self._library.sidecars.all(where))
        else:
            self._known.update(self._library.sidecars.of(where))

    def know_photos(self, photo_ids: Collection[int]) -> None:
        """Read which of these photos have been written anew."""
        if not self._everyone:
            self._rewritten.update(self._library.contents.of(photo_ids))

    def write_anew(self, photo_ids: Iterable[int]) -> None:
        """The files of these photos hold other words than before."""
        self._rewritten.update(photo_ids)

    def see(self, file: File, photo_id: int) -> None:
        """This is there now."""
        sign = file.beside
        if photo_id in self._rewritten:
            sign += f" {file.size} {file.mtime_ns}"
        if self._known.get(file.path, "") != sign:
            self._known[file.path] = self._changed[file.path] = sign
            self._photos.add(photo_id)

    def follow(self, before: bytes, after: bytes) -> None:
        """A file was moved; what lay beside it, or is written in it, may have come along."""
        if sign := self._known.get(before):
            self._known[after] = self._changed[after] = sign

    def leave(self, path: bytes) -> None:
        """There is no photo at a path any more."""
        if self._known.pop(path, ""):
            self._changed[path] = ""

    def settle(self) -> list[int]:
        """Ask for another look at the files beside which something has changed; which photos."""
        photos = sorted(self._photos)
        if self._changed:
            with self._library.transaction():
                self._library.sidecars.put_many(self._changed)
                self._library.stages.forget(stages.READ, photos)
        self._changed, self._photos = {}, set()
        return photos
