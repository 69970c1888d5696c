"""A request's parameters, taken one by one and checked as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.indexing.teaching import Example
from engine.library.tags import Box

_LONGEST = 4000
_LARGEST = (1 << 63) - 1


class BadParams(Exception):
    """A parameter is missing or not what it should be; says which."""


class Params:
    """What came with a request."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    def given(self, name: str) -> Any:
        """What was given under a name, unchecked; None where nothing was."""
        return self._given.get(name)

    def has(self, name: str) -> bool:
        """Whether it was given, and not as null."""
        return self._given.get(name) is not None

    def text(self, name: str) -> str:
        """A text of at most some thousand characters."""
        value = self._given.get(name)
        if not isinstance(value, str) or len(value) > _LONGEST:
            raise BadParams(f"{name} is a text of at most {_LONGEST} characters.")
        return value

    def one_of(self, name: str, choices: Sequence[str]) -> str:
        """One of some words."""
        value = self.text(name)
        if value not in choices:
            raise BadParams(f"{name} is one of {', '.join(choices)}.")
        return value

    def flag(self, name: str, default: bool) -> bool:
        """Yes or no."""
        value = self._given.get(name, default)
        if not isinstance(value, bool):
            raise BadParams(f"{name} is true or false.")
        return value

    def number(self, name: str, default: int | None = None, least: int = 0) -> int:
        """A whole number; without a default it must be given."""
        value = self._given.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _LARGEST:
            raise BadParams(f"{name} is a whole number from {least} on.")
        return value

    def photo_id(self, name: str = "photo_id") -> int:
        """A photo's id, which is written as a text: it may be larger than JSON's numbers."""
        return _photo_id(self._given.get(name), name)

    def photo_ids(self, name: str = "photo_ids") -> list[int]:
        """Photos' ids."""
        return [_photo_id(one, name) for one in self._list(name)]

    def turns(self, name: str) -> list[tuple[str, str]]:
        """Questions and their answers; none where it was not given."""
        pairs = self._list(name) if self.has(name) else []
        for pair in pairs:
            well = isinstance(pair, list) and len(pair) == 2
            if not well or not all(isinstance(one, str) for one in pair):
                raise BadParams(f"{name} is a list of pairs of a question and its answer.")
        return [(question, answer) for question, answer in pairs]

    def examples(self, name: str) -> list[Example]:
        """Photos that show someone: each has a photo_id or a path, and perhaps a box."""
        examples = []
        for one in self._list(name):
            if not isinstance(one, dict):
                raise BadParams(f"{name} is a list of objects.")
            given = Params(one)
            photo = Path(given.text("path")) if given.has("path") else given.photo_id()
            examples.append(Example(photo, _box(one.get("box"))))
        return examples

    def _list(self, name: str) -> Sequence[Any]:
        value = self._given.get(name)
        if not isinstance(value, list):
            raise BadParams(f"{name} is a list.")
        return value


def _photo_id(value: Any, name: str) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        number = int(value)
        if number <= _LARGEST:
            return number
    raise BadParams(f"{name}: a photo's id is a whole number, written as a text.")


def _box(value: Any) -> Box | None:
    if value is None:
        return None
    if isinstance(value, list) and len(value) == 4:
        edges = [one for one in value if isinstance(one, int | float) and not isinstance(one, bool)]
        if len(edges) == 4:
            x0, y0, x1, y1 = map(float, edges)
            if 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1:
                return (x0, y0, x1, y1)
    raise BadParams("A box is [x0, y0, x1, y1], inside the picture, in fractions of its sides.")
