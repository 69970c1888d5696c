"""How often the engine died, and what follows: another start, after a while, or none."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence

_NOTHING = frozenset(("",))
"""In the place of jobs, where there were none."""


class Crashes:
    """Crashes of the last while, each with the jobs that there were to do.

    delays: seconds before each further start, the last one for all that follow. most: crashes of
    the same job, or of none, within some seconds, after which it is not tried again.
    """

    def __init__(
        self,
        delays: Sequence[float],
        most: int,
        within: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._delays = delays
        self._most = most
        self._within = within
        self._clock = clock
        self._seen: deque[tuple[float, frozenset[str]]] = deque()

    def forget(self) -> None:
        """Somebody wants it to be tried again, whatever was."""
        self._seen.clear()

    def note(self, jobs: Iterable[str]) -> float | None:
        """The engine died with these jobs to do: seconds until the next start, None for none."""
        now = self._clock()
        self._seen.append((now, frozenset(jobs) or _NOTHING))
        while now - self._seen[0][0] > self._within:
            self._seen.popleft()
        alike = Counter(job for _, jobs in self._seen for job in jobs)
        if any(alike[job] >= self._most for job in self._seen[-1][1]):
            return None
        return self._delays[min(len(self._seen), len(self._delays)) - 1]
