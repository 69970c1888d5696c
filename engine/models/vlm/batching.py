"""How many photos a model takes at once, and which may stand in one batch."""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import torch

from engine.errors import FamiliarError

T = TypeVar("T")
R = TypeVar("R")
_MESSAGES = ("out of memory", "can't allocate memory", "not enough memory", "alloc_failed")


class BatchSize:
    """A batch size that halves whenever memory runs out, and stays there."""

    def __init__(self, size: int) -> None:
        self.size = size

    def run(self, items: Sequence[T], work: Callable[[Sequence[T]], Sequence[R]]) -> list[R]:
        """`work` over consecutive parts of `items`; it answers with one result per item.

        Raises what `work` raised: running out of memory only when it does so with a single item.
        """
        return [one for part in self.parts(items, work) for one in part]

    def parts(self, items: Sequence[T], work: Callable[[Sequence[T]], R]) -> list[R]:
        """Likewise, with one result for each part, whatever it is."""
        results: list[R] = []
        done = 0
        while done < len(items):
            part = items[done : done + self.size]
            try:
                results.append(work(part))
                done += len(part)
                continue
            except (RuntimeError, MemoryError) as error:
                if len(part) == 1 or not ran_out_of_memory(error):
                    raise
            # Only here, behind the handler, have the failed attempt's tensors lost their traceback.
            self.size = len(part) // 2
            release_memory()
        return results


def ran_out_of_memory(error: BaseException) -> bool:
    """Whether the device or the machine had no room; torch says so in several ways."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(m in str(error).lower() for m in _MESSAGES)


def alike(keys: Sequence[Hashable]) -> list[list[int]]:
    """Places grouped by equal key, in the order in which each key first appears."""
    groups: dict[Hashable, list[int]] = {}
    for place, key in enumerate(keys):
        groups.setdefault(key, []).append(place)
    return list(groups.values())


@contextmanager
def enough_memory(otherwise: str) -> Iterator[None]:
    """Raises FamiliarError, saying `otherwise`, where memory runs out."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not ran_out_of_memory(error):
            raise
        raise FamiliarError(otherwise) from error


def release_memory() -> None:
    """Give back what a failed attempt left behind."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()
