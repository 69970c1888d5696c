"""kill -9 at random moments of every stage."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults import tasks
from tests.faults.comparing import Contents, contents, differences
from tests.faults.counting import Bomb
from tests.faults.ledger import recorded_twice
from tests.faults.owner import forgotten
from tests.faults.rows import Row
from tests.faults.setting import Setting
from tests.faults.working import Home

STEPS: dict[str, str] = {
    "open": "opening the library",
    "scan": "scanning",
    "thumbnail": "making thumbnails",
    "encode": "encoding",
    "faces": "looking for faces",
    "commit": "committing what was done",
    "head": "learning a recogniser",
    "recognise": "recognising",
    "group": "grouping faces",
    "learn": "learning for captions",
    "caption": "captioning",
    "albums": "making albums",
    "said": "writing decisions",
    "backup": "backing up",
}
"""Where programs are killed, in the order in which the story gets there."""

_TOGETHER = {"scan": 1, "thumbnail": 1, "encode": 16, "faces": 1, "commit": 6, "caption": 16}
"""For how many photos these steps are begun at a time."""

_OFTEN = {"learn": 40, "said": 20}
"""How often others are met at least; the rest once."""

_FEW = ("encode", "caption", "said")
"""Where programs are killed when nobody is taught."""

_PARTS: dict[str, tuple[str, ...]] = {
    "index": ("open", "scan", "thumbnail", "encode", "faces", "commit", "recognise", "caption",
              "albums", "backup"),
    "teach": ("commit", "head", "recognise", "group", "learn", "caption", "backup"),
    "say": ("said", "scan", "thumbnail", "encode", "faces", "commit", "head", "group",
            "recognise", "learn", "caption", "albums"),
    "finish": ("open",),
}  # fmt: skip
"""What can be met in each part of the story."""


def kills(setting: Setting) -> list[Row]:
    """As many as are asked for; a row for each step."""
    return _Kills(setting).run()


class _Kills:
    """Tells the story again and again, until so many programs were killed at every step."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._pictures = setting.pictures
        self._random = setting.random
        steps = list(STEPS) if setting.pictures.taught else _FEW
        each, rest = divmod(setting.kills, len(steps))
        self._left = {step: each + (number < rest) for number, step in enumerate(steps)}
        self.rows = {step: Row(f"killed while {words}") for step, words in STEPS.items()}

    def run(self) -> list[Row]:
        """The rows, one for each step."""
        story, idle = 0, 0
        while any(self._left.values()) and idle < 3:
            left = sum(self._left.values())
            row = Row("story")
            found = self._tell(f"story-{story}", row)
            if found is not None:
                row.compare(differences(found, self._setting.expected))
            blamed = self.rows[self._last]
            blamed.photos += row.photos
            blamed.decisions += row.decisions
            blamed.twice += row.twice
            blamed.wrong += [f"story {story}: {one}" for one in row.wrong]
            story += 1
            idle = idle + 1 if sum(self._left.values()) == left else 0
        for step, left in self._left.items():
            if left:
                self.rows[step].wrong.append(f"{left} kills were never met")
        return [row for row in self.rows.values() if row.tried or row.wrong]

    _last = "open"

    def _tell(self, name: str, row: Row) -> Contents | None:
        """One library's life; what it says in the end, None when a run failed."""
        home = Home(self._setting.place / name, self._pictures)
        said: set[int] = set()
        for part, task in tasks.story(self._pictures).items():
            bombs = self._bombs(part)
            while True:
                bomb = next(bombs, None)
                ended = home.run(task, bomb)
                if bomb is not None and ended.killed:
                    self._last = bomb.step
                    self._left[bomb.step] -= 1
                    self.rows[bomb.step].tried += 1
                said.update(ended.said)
                row.count(ended)
                row.forget(forgotten(home.path, self._pictures, said))
                if ended.status == 0:
                    break
                if not ended.killed:
                    row.wrong.append(f"{part}: {ended.kind} {ended.error} ({ended.status})")
                    return None
        twice = recorded_twice(home.path)
        row.twice += len(twice)
        row.wrong += [f"recorded twice: {step}" for step in twice]
        return contents(home.path)

    def _bombs(self, part: str) -> Iterator[Bomb]:
        """Some for a part of the story, those that are met early first."""
        for step in _PARTS[part]:
            left = self._left.get(step, 0)
            if not left or (self._pictures.taught and self._random.random() < 0.2):
                continue
            photos = self._pictures.more if part == "say" else self._pictures.many
            most = photos // _TOGETHER[step] if step in _TOGETHER else _OFTEN.get(step, 1)
            number = self._random.randint(1, max(1, most - 1))
            delay = self._random.choice((0.0, self._random.uniform(0, 0.02)))
            yield Bomb(step, number, delay, group=self._random.random() < 0.5)
