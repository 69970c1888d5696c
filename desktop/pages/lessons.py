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
        self._taught: dict[str, tuple[int, str]] = {}
        """Who is learned, and their names, by job."""
        context.changes.changed.connect(self._hear)
        context.engine.job_changed.connect(self._heard)

    @property
    def learning(self) -> frozenset[str]:
        """The names that are being learned."""
        return frozenset(name for _, name in self._taught.values())

    def introduce(
        self, name: str, kind: str, boxes: Mapping[int, Box | None], *, in_files: bool = False
    ) -> None:
        """Give somebody new a name, and learn them from these photos and boxes; in_files: their
        files say that it is them."""
        context = self._context
        made: list[int] = []
        decision = introduce(name, kind, boxes, in_files=in_files, made=made)
        photos = [
            {"photo_id": photo_id, "box": None if box is None else list(box)}
            for photo_id, box in boxes.items()
        ]

        def learn() -> None:
            request = context.engine.request(
                "teach",
                {"name": name, "kind": kind, "photos": photos, "concept_id": made[0]},
                _nothing,
                context.notices.say,
            )
            if request.job is not None:
                self._taught[request.job] = made[0], name
                self.changed.emit()

        context.history.decide(decision, learn)

    def _hear(self, change: Change) -> None:
        if "concepts" in change.what and self._taught:
            taught = {concept_id for concept_id, _ in self._taught.values()}

            def gone(library: Library) -> list[int]:
                return [one for one in taught if library.concepts.get(one) is None]

            self._context.reader.read(self, gone, self._stop)

    def _stop(self, concept_ids: Sequence[int]) -> None:
        for job, (concept_id, _) in list(self._taught.items()):
            if concept_id in concept_ids:
                del self._taught[job]
                self._context.engine.cancel(job)
                self.changed.emit()

    def _heard(self, job: Job) -> None:
        if not job.ended or self._taught.pop(job.id, None) is None:
            return
        if job.state == FAILED and job.message:
            self._context.notices.say(job.message)
        self.changed.emit()


def _nothing(_: object) -> None:
    """The answer to `teach` is its job, which is heard of in any case."""
