"""The packs: what looks at the photos and writes the captions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.context import Context
from desktop.pages.settings.pack_row import PackRow
from desktop.process.engine import READY
from desktop.process.messages import Job
from desktop.theme import sizes
from desktop.widgets import Card, Label

_KINDS = ("pack_get", "pack_use", "pack_remove")


class PackCard(Card):
    """A row each, as the engine lists them."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=16)
        self._context = context
        self._waiting = Label("", "quiet", self, wrap=True)
        self.body.addWidget(self._waiting)
        self._holder: QWidget | None = None
        self._unanswered = False
        context.engine.job_changed.connect(self._heard)
        context.engine.state_changed.connect(self._engine_is)

    def read(self) -> None:
        """Ask the engine for them again."""
        if self._holder is None:
            self._waiting.setText(self.tr("One moment: asking what this machine can run."))
        self._unanswered = False
        self._context.engine.request("packs", {}, self._show, self._fail, again=True)

    def _engine_is(self, state: str) -> None:
        """What could not be answered without the engine is asked again when it is there."""
        if state == READY and self._unanswered and self.isVisible():
            self.read()

    def _fail(self, sentence: str) -> None:
        self._unanswered = True
        self._waiting.setText(sentence)

    def _show(self, packs: Sequence[Mapping[str, Any]]) -> None:
        if self._holder is not None:
            self.body.removeWidget(self._holder)
            self._holder.hide()
            self._holder.deleteLater()
        self._waiting.hide()
        self._holder = QWidget(self)
        rows = QVBoxLayout(self._holder)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(sizes.APART)
        for pack in packs:
            rows.addWidget(PackRow(pack, self._act, self._holder))
        self.body.addWidget(self._holder)
        self._holder.show()

    def _act(self, method: str, name: str) -> None:
        self._context.engine.request(
            method, {"name": name}, lambda _: None, self._context.notices.say
        )
        if method == "pack_get":
            self._context.notices.say(
                self.tr("The download has begun; Activity shows how far it is.")
            )

    def _heard(self, job: Job) -> None:
        if job.kind not in _KINDS or not job.ended:
            return
        if job.message:
            self._context.notices.say(job.message)
        elif job.kind == "pack_use":
            self._context.engine.request("index", {}, lambda _: None, self._context.notices.say)
            self._context.notices.say(
                self.tr("Your photos are looked at anew; until then you see what was known before.")
            )
        if self.isVisible():
            self.read()
