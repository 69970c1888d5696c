"""Someone new is learned from the photos where they got their name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.context import Context
from desktop.decisions.tags import introduce
from desktop.process.messages import FAILED, Change, Job
from desktop.thumbnails.picture import Box

if TYPE_CHECKING:
    from desktop.decisions.decision import Decision
    from engine.library import Library


class Lessons(QObject):
    """The name is in the library at once, whatever happens to the engine; learning follows.

    Where that is undone before it is learned, learning stops, so that it does not come back.
    """

    changed = Signal()
    """`learning` is different now."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._names: dict[str, str] = {}
        context.changes.changed.connect(self._hear)
        context.engine.job_changed.connect(self._heard)

    @property
    def learning(self) -> frozenset[str]:
        """The names that are being learned."""
        return frozenset(self._names.values())

    def introduce(self, name: str, kind: str, photo_id: int, box: Box | None) -> None:
        """Give somebody new a name, in this photo."""
        boxes = {photo_id: box}
        self.teach(name, kind, boxes, introduce(name, kind, boxes))

    def teach(
        self, name: str, kind: str, boxes: Mapping[int, Box | None], decision: Decision
    ) -> None:
        """Decide what gives somebody new a name, and learn them from these photos and boxes."""
        context = self._context
        photos = [
            {"photo_id": photo_id, "box": None if box is None else list(box)}
            for photo_id, box in boxes.items()
        ]

        def learn() -> None:
            request = context.engine.request(
                "teach",
                {"name": name, "kind": kind, "photos": photos},
                _nothing,
                context.notices.say,
            )
            if request.job is not None:
                self._names[request.job] = name
                self.changed.emit()

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
                self.changed.emit()

    def _heard(self, job: Job) -> None:
        if not job.ended or self._names.pop(job.id, None) is None:
            return
        if job.state == FAILED and job.message:
            self._context.notices.say(job.message)
        self.changed.emit()


def _nothing(_: object) -> None:
    """The answer to `teach` is its job, which is heard of in any case."""
