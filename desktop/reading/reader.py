"""Asks the library something in the background and hands the answer over on the window's thread."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from desktop.reading.lanes import PATIENCE, Lane, ThreadLane
from desktop.reading.shelf import Shelf
from engine.errors import FamiliarError

if TYPE_CHECKING:
    from engine.library import Library

log = logging.getLogger(__name__)

T = TypeVar("T")

QUICK, LONG, ASIDE, WRITE = "quick", "long", "aside", "write"
"""Lanes: a few rows; whole lists that a page waits for; counts that nobody waits for; what the
owner decided, in order. None waits for another."""


class Reading:
    """One question. Nobody hears of it after `cancel`, nor once its owner is gone."""

    def __init__(self, owner: QObject, done: Callable[[Any], None], failed: Any) -> None:
        self._owner = weakref.ref(owner)
        self._done = done
        self._failed = failed
        self.over = False

    def cancel(self) -> None:
        """Nobody wants the answer any more; if it was not begun, it is not asked."""
        self.over = True

    @property
    def stale(self) -> bool:
        """Whether nobody waits for it any more."""
        owner = self._owner()
        return self.over or owner is None or not isValid(owner)

    def deliver(self, answer: Any, error: str | None) -> None:
        """On the window's thread: hand the answer, or the sentence that says why not, over."""
        if self.stale:
            return
        self.over = True
        if error is None:
            self._done(answer)
        elif self._failed is not None:
            self._failed(error)


class Reader(QObject):
    """Reads of one library, in lanes; see `desktop.reading.lanes`."""

    failed = Signal(str)
    """A sentence: a read failed whose asker did not say what to do then."""

    _arrived = Signal(object, object, object)

    def __init__(
        self,
        shelf: Shelf,
        make_lane: Callable[[str], Lane] = ThreadLane,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._lanes = {name: make_lane(f"library {name}") for name in (QUICK, LONG, ASIDE, WRITE)}
        self._latest: dict[tuple[int, str], Reading] = {}
        self._pending = 0
        self._closed = False
        self._arrived.connect(self._deliver)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._pending > 0

    def read(
        self,
        owner: QObject,
        work: Callable[[Library], T],
        done: Callable[[T], None],
        failed: Callable[[str], None] | None = None,
        *,
        lane: str = QUICK,
        key: str | None = None,
    ) -> Reading:
        """Run `work` with the library in the background, then `done` with what it returned.

        `failed` gets a sentence instead when the library cannot be read. Nothing is called once
        `owner` is gone. With a `key`, an older question of the same owner and key is dropped.
        """
        reading = Reading(owner, done, failed or self.failed.emit)
        if key is not None:
            older = self._latest.get((id(owner), key))
            if older is not None:
                older.cancel()
            else:
                owner.destroyed.connect(_Forget(self._latest, (id(owner), key)))
            self._latest[id(owner), key] = reading
        if not self._closed:
            self._submit(lane, reading, work)
        return reading

    def write(
        self, work: Callable[[Library], T], done: Callable[[T], None], failed: Callable[[str], None]
    ) -> None:
        """Run `work`, which changes the library, after all that was given before.

        Nothing drops it: it is done even when the window closes meanwhile.
        """
        if not self._closed:
            reading = Reading(self, done, failed)
            self._submit(WRITE, reading, work)

    def close(self) -> None:
        """Drop what was not begun, except writing; end the threads and close the library.

        Nobody is told of an answer any more, of one that is already on its way neither.
        A read that does not end in time is left to the end of the program, and the library with
        it: that may be in use. Writing is waited for.
        """
        self._closed = True
        ended = [
            lane.close(None if name == WRITE else PATIENCE) for name, lane in self._lanes.items()
        ]
        if all(ended):
            self._shelf.close()
        else:
            log.warning("a read did not end in time; the program ends without it")

    def _submit(self, lane: str, reading: Reading, work: Callable[[Library], Any]) -> None:
        self._pending += 1
        self._lanes[lane].submit(lambda: self._run(reading, work, kept=lane == WRITE))

    def _run(self, reading: Reading, work: Callable[[Library], Any], *, kept: bool) -> None:
        answer, error = None, None
        if (self._closed or reading.stale) and not kept:
            self._arrived.emit(reading, answer, error)
            return
        try:
            answer = work(self._shelf.library())
        except FamiliarError as problem:
            error = str(problem)
        except Exception as problem:
            log.exception("reading the library failed")
            error = self.tr("Something in Familiar itself went wrong ({}).").format(
                type(problem).__name__
            )
        self._arrived.emit(reading, answer, error)

    def _deliver(self, reading: Reading, answer: object, error: str | None) -> None:
        self._pending -= 1
        if self._closed:
            reading.cancel()  # the pages it was for are about to go, and what was dropped has none
        reading.deliver(answer, error)


class _Forget:
    """Takes an owner that is gone out of the list of latest questions."""

    def __init__(self, latest: dict[tuple[int, str], Reading], key: tuple[int, str]) -> None:
        self._latest = latest
        self._key = key

    def __call__(self, *_: object) -> None:
        self._latest.pop(self._key, None)
