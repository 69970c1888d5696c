"""Which photos come next: those on the screen before all others, whenever that changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


class First:
    """Photos that come before the others; named by one thread, read by another as it works."""

    def __init__(self) -> None:
        self._wanted: tuple[int, ...] = ()

    def put(self, ids: Sequence[int]) -> None:
        """These come first from now on, in this order, instead of those named before."""
        self._wanted = tuple(ids)

    def order(self, ids: Sequence[int]) -> Iterator[int]:
        """Each of `ids` once; at every step one of those that come first, as long as there are."""
        left, others = set(ids), iter(ids)
        heard: tuple[int, ...] | None = None
        first: list[int] = []
        while left:
            if heard is not self._wanted:
                heard = self._wanted
                first = [one for one in reversed(heard) if one in left]
            one = first.pop() if first else next(others)
            if one in left:
                left.remove(one)
                yield one
