"""Photos that were in hand when a program was killed, tried one by one in a process of their own.

Most are innocent: the power failed, or somebody stopped the program. One that ends its process
twice, alone, is set aside with that reason, and everything else goes on. The process that tries
writes what comes of a photo to the library itself, so that nothing is done twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from engine.concepts.captioning import Captioned, caption_photos
from engine.indexing.apart import TWICE, Apart, Ended
from engine.library.library import Library
from engine.library.stages import CAPTION
from engine.progress import Cancel, silent

if TYPE_CHECKING:
    from engine.indexing.looking import Looked
    from engine.models.pack import LoadedPack

_log = logging.getLogger(__name__)

WHY = "Familiar stopped working twice while this photo was in hand, so it is left out."

Source = Callable[[], "LoadedPack"]
"""Opens the pack anew; is pickled, so it is a function at the top of a module, or a partial one."""


@dataclass(frozen=True)
class Tried:
    """What came of one photo: what the stage says, or None when the photo is to be set aside."""

    photo_id: int
    result: Looked | Captioned | None


class Trial:
    """A process that tries photos, started when there is the first; ends with this object."""

    def __init__(self, library: Library, source: Source, cancel: Cancel) -> None:
        self._library = library
        self._cancel = cancel
        self._apart = Apart(_work, library.home, source)

    def __enter__(self) -> Trial:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._apart.end()

    def of(self, stage: str, photo_ids: Sequence[int]) -> Iterator[Tried]:
        """Try each photo; those that are set aside are still marked. Raises Cancelled between two
        of them, and whatever the stage raises that is no photo's fault."""
        for photo_id in photo_ids:
            self._cancel.check()
            result = self._try(stage, photo_id)
            while result is None and self._library.in_hand.died(stage, photo_id) < TWICE:
                result = self._try(stage, photo_id)
            if result is not None:
                self._library.in_hand.put_down(stage, [photo_id])
            yield Tried(photo_id, result)

    def _try(self, stage: str, photo_id: int) -> Looked | Captioned | None:
        """What came of a photo; None when its process ended."""
        try:
            return self._apart.ask((stage, photo_id))  # type: ignore[no-any-return]
        except Ended:
            _log.warning("A process ended, or hung, with one photo in hand.")
            return None


def _work(connection: Connection, home: Path, source: Source) -> None:
    """The process: try what comes, until nobody asks any more."""
    try:
        _serve(connection, home, source)
    except Exception as error:  # a pack that is gone, a full disk: for the other to say
        connection.recv()
        connection.send(error)


def _serve(connection: Connection, home: Path, source: Source) -> None:
    from engine.indexing.looking import Looking

    pack = source()
    with Library.open(home, create=False) as library:
        while connection.poll(None):
            stage, photo_id = connection.recv()
            answer: object
            try:
                if stage == CAPTION:
                    answer = caption_photos(library, pack, [photo_id], silent, Cancel())
                else:
                    looking = Looking(library, pack, silent, Cancel(), 1, alone=True)
                    answer = looking.look([photo_id])
            except Exception as error:  # likewise
                answer = error
            connection.send(answer)
