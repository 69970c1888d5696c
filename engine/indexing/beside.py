"""What lies beside photos: where it has changed, the photo's file is read again, by no model."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from engine.indexing import stages
from engine.indexing.walking import File
from engine.library.library import Library


class Beside:
    """Compares what a scan sees beside photos with what was there before."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[bytes, str] = {}
        self._changed: dict[bytes, str] = {}
        self._photos: set[int] = set()

    def know(self, where: Path | Iterable[bytes] | None = None) -> None:
        """Read what was there: everywhere, below a folder, or beside these files."""
        if where is None or isinstance(where, Path):
            self._known.update(self._library.sidecars.all(where))
        else:
            self._known.update(self._library.sidecars.of(where))

    def see(self, file: File, photo_id: int) -> None:
        """This is there now."""
        if self._known.get(file.path, "") != file.beside:
            self._known[file.path] = self._changed[file.path] = file.beside
            self._photos.add(photo_id)

    def settle(self) -> list[int]:
        """Ask for another look at the files beside which something has changed; which photos."""
        photos = sorted(self._photos)
        if self._changed:
            with self._library.transaction():
                self._library.sidecars.put_many(self._changed)
                self._library.stages.forget(stages.READ, photos)
        self._changed, self._photos = {}, set()
        return photos
