"""Marks on the photos in hand, so that one that ends the program is found out (see `trial`)."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from types import TracebackType

from engine.errors import LibraryError
from engine.library.library import Library


class Marks:
    """The marks of one run of a stage. However the run ends, none are left, unless it is killed."""

    def __init__(self, library: Library, stage: str) -> None:
        self._in_hand = library.in_hand
        self._stage = stage
        self._taken: set[int] = set()

    def __enter__(self) -> Marks:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(LibraryError):  # a full disk: they are found out to be innocent
            self.put_down(list(self._taken))

    def __contains__(self, photo_id: int) -> bool:
        """Whether work on a photo has begun in this run and is not over."""
        return photo_id in self._taken

    def suspects(self, pending: Collection[int]) -> list[int]:
        """Those of the pending photos that were in hand when a program was killed, in order.

        Marks of others are old, and taken away.
        """
        left = set(self._in_hand.left(self._stage))
        if not left:
            return []
        found = [one for one in pending if one in left]
        self._in_hand.put_down(self._stage, left.difference(found))
        return found

    def take(self, photo_ids: Collection[int]) -> None:
        """Work on these begins."""
        if photo_ids:
            self._in_hand.take(self._stage, photo_ids)
            self._taken.update(photo_ids)

    def put_down(self, photo_ids: Collection[int]) -> None:
        """Work on these is over."""
        if photo_ids:
            self._in_hand.put_down(self._stage, photo_ids)
            self._taken.difference_update(photo_ids)

    def through(self, photo_ids: Iterable[int], size: int) -> Iterator[int]:
        """The same photos, marked `size` at a time; those before are over when the next begin."""
        upcoming = iter(photo_ids)
        while some := list(islice(upcoming, size)):
            self.put_down(list(self._taken))
            self.take(some)
            yield from some
