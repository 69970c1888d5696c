"""Someone new is learned from the photo where they got their name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.context import Context
from desktop.decisions.tags import introduce
from desktop.pages.photo.naming import Named
from desktop.process.messages import FAILED, Change, Job

if TYPE_CHECKING:
    from engine.library import Library


class Lessons(QObject):
    """The name is in the library at once, whatever happens to the engine; learning follows.

    Where that is undone before it is learned, learning stops, so that it does not come back.
    """

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._names: dict[str, str] = {}
        context.changes.changed.connect(self._hear)
        context.engine.job_changed.connect(self._heard)

    def introduce(self, named: Named, photo_id: int) -> None:
        """Give somebody new a name, in this photo."""
        context = self._context

        def learn() -> None:
            photo = {
                "photo_id": photo_id,
                "box": None if named.box is None else list(named.box),
            }
            request = context.engine.request(
                "teach",
                {"name": named.name, "kind": named.kind, "photos": [photo]},
                _nothing,
                context.notices.say,
            )
            if request.job is not None:
                self._names[request.job] = named.name

        decision = introduce(named.name, named.kind, photo_id, named.box)
        context.history.decide(decision, learn)

    def _hear(self, change: Change) -> None:
        if "concepts" in change.what and self._names:
            names = list(self._names.values())

            def gone(library: Library) -> list[str]:
                return [name for name in names if library.concepts.named(name) is None]

            self._context.reader.read(self, gone, self._stop)

    def _stop(self, names: Sequence[str]) -> None:
        for job, name in list(self._names.items()):
            if name in names:
                del self._names[job]
                self._context.engine.cancel(job)

    def _heard(self, job: Job) -> None:
        mine = job.ended and self._names.pop(job.id, None) is not None
        if mine and job.state == FAILED and job.message:
            self._context.notices.say(job.message)


def _nothing(_: object) -> None:
    """The answer to `teach` is its job, which is heard of in any case."""
