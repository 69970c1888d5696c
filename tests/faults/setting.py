"""Where a kind of fault is tried, with what, and what comes of it when nothing is disturbed."""

from __future__ import annotations

import functools
import random
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.faults import tasks
from tests.faults.comparing import Contents, contents
from tests.faults.pictures import Pictures
from tests.faults.working import Home, Task


@dataclass
class Setting:
    """place: a folder for this kind; calm: that of the undisturbed library, made when needed."""

    place: Path
    calm: Path
    pictures: Pictures
    seed: int
    kills: int
    short: bool

    @cached_property
    def random(self) -> random.Random:
        return random.Random(self.seed)

    def some(self, many: int, few: int) -> int:
        """How often to try: many times, or in a short run few."""
        return few if self.short else many

    @property
    def whole(self) -> Home:
        """The home of a library whose story nobody has disturbed."""
        home = Home(self.calm, self.pictures)
        if not home.path.exists():
            tell(home)
        return home

    @property
    def expected(self) -> Contents:
        """What is in it."""
        return _contents(self.whole.path)

    def copy(self, name: str) -> Home:
        """Another home with the undisturbed library in it."""
        home = Home(self.place / name, self.pictures)
        shutil.copytree(self.whole.path, home.path)
        return home


@functools.cache
def _contents(home: Path) -> Contents:
    return contents(home)


def tell(home: Home, *parts: Task) -> Home:
    """Let a library live undisturbed, through some parts of the story or all of it."""
    for task in parts or tasks.story(home.pictures).values():
        ended = home.run(task)
        if ended.status or ended.repeated or ended.lost:
            raise RuntimeError(f"undisturbed, and yet: {ended}")
    return home
