"""`familiar index --watch`: the library is kept up to date until somebody stops it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from engine.commands.printing import say, tell
from engine.errors import NoRoom
from engine.indexing.lock import Busy
from engine.indexing.pipeline import Indexed
from engine.indexing.scanner import Touched
from engine.indexing.watching import Watcher
from engine.progress import Control, SetAside
from engine.terminal import ProgressLine, counted

if TYPE_CHECKING:
    from engine.familiar import Familiar

AGAIN = 30.0
"""Seconds until it is tried again when a disk is full."""

SOON = 1.0
"""Likewise when another Familiar is at work on the library."""


class Inbox:
    """Where to look next, from the watcher's thread to the one that indexes."""

    def __init__(self) -> None:
        self._stirred = threading.Condition()
        self._touched: Touched | None = None

    def put(self, touched: Touched) -> None:
        """Add to what is waiting."""
        with self._stirred:
            self._touched = touched if self._touched is None else self._touched | touched
            self._stirred.notify()

    def full(self) -> bool:
        """Whether something is waiting."""
        return self._touched is not None

    def take(self, *, wait: bool) -> Touched | None:
        """All that is waiting; None when that is nothing and nobody is to wait for it."""
        with self._stirred:
            while wait and self._touched is None:
                self._stirred.wait()
            touched, self._touched = self._touched, None
        return touched


class Keeper:
    """Indexes what the watcher finds: what has just come before what is left of what came before,
    and that before what is left of everything."""

    def __init__(self, familiar: Familiar, captions: bool, line: ProgressLine) -> None:
        self.familiar = familiar
        self._captions = captions
        self._line = line
        self._inbox = Inbox()
        self._left: list[tuple[Touched | None, Indexed]] = []
        self._ready = False
        self._told: set[Path] = set()

    def keep(self) -> NoReturn:
        """Work and wait until a KeyboardInterrupt."""
        with Watcher(self.familiar.library, self.put) as watcher:
            while True:
                self.step()
                self._tell_polled(watcher)

    def step(self) -> None:
        """Do what is waiting, or wait for it; what cannot be done now is tried again later."""
        touched = self._inbox.take(wait=not self._left)
        try:
            self._work(touched)
        except SetAside:
            return
        except Busy:
            self._put_off(touched, SOON)
        except NoRoom as error:
            self._line.close()
            tell(f"{error} It is tried again in {AGAIN:.0f} seconds.")
            self._put_off(touched, AGAIN)

    def put(self, touched: Touched) -> None:
        """Ask for a scan there; from any thread."""
        self._inbox.put(touched)

    def _put_off(self, touched: Touched | None, seconds: float) -> None:
        if touched is not None:
            self._left = [one for one in self._left if one[0] is not touched]
            self._inbox.put(touched)
        threading.Event().wait(seconds)

    def _work(self, touched: Touched | None) -> None:
        """What was touched, at once; then what is left, until something else is."""
        if touched is not None and touched.everything:
            self._left = [(None, Indexed()), *(one for one in self._left if one[0] is not None)]
        elif touched is not None:
            self._left.append((touched, Indexed()))
        while self._left:
            self._index(*self._left[-1])
            del self._left[-1]
        if not self._ready:
            self.familiar.get_ready()
            self._ready = True

    def _index(self, touched: Touched | None, result: Indexed) -> None:
        done = self.familiar.index(
            captions=self._captions,
            touched=touched,
            progress=self._line.show,
            cancel=Control(self._inbox.full),
            result=result,
        )
        self._line.close()
        tell_remarks(done)
        if done.looked or done.captioned or done.trashed:
            say(summary(done))
            sys.stdout.flush()

    def _tell_polled(self, watcher: Watcher) -> None:
        for folder, why in watcher.polled.items():
            if folder not in self._told:
                self._told.add(folder)
                tell(f"{folder}: {why} It is looked at once a minute instead.")


def tell_remarks(done: Indexed) -> None:
    """Files with a problem or a remark, on standard error."""
    remarks: Sequence[tuple[Path, str]] = [*done.notes, *done.troubles]
    for path, reason in remarks:
        tell(f"{path}: {reason}")


def summary(done: Indexed) -> str:
    """What a run of indexing did, in a sentence."""
    gone = f", {done.trashed:,} deleted" if done.trashed else ""
    return (
        f"{counted(done.files, 'photo')} found, {done.looked:,} looked at, "
        f"{done.captioned:,} captioned{gone}."
    )
