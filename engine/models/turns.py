"""One at a time: models keep state while they work, and several threads use them."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Part = TypeVar("Part")


def taking(part: Part, *groups: Sequence[str]) -> Part:
    """Make the calls of each group of a part's methods, by name, wait for one another.

    A name that the part does not have is passed over.
    """
    for names in groups:
        turn = threading.RLock()
        for name in names:
            method = getattr(part, name, None)
            if method is not None:
                setattr(part, name, _in_turn(method, turn))
    return part


def _in_turn(method: Callable[..., Any], turn: threading.RLock) -> Callable[..., Any]:
    @functools.wraps(method)
    def wait_and_call(*arguments: Any, **named: Any) -> Any:
        with turn:
            return method(*arguments, **named)

    return wait_and_call
