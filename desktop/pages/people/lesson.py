"""The photos someone is taught from: dropped files, chosen photos, or parts of photos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop import words
from desktop.context import Context
from desktop.navigation import Box
from desktop.reading.reader import ASIDE
from desktop.widgets import FlowLayout, IconButton, Label, RoundPicture

_SIDE = 84
_SHOWN = 48
"""Pictures, at most: all photos of a library can be chosen at once."""


@dataclass(frozen=True)
class Example:
    """One photo to learn from: of the library by id, or a file; box: the part that matters."""

    photo_id: int | None = None
    path: Path | None = None
    box: Box | None = None

    def as_params(self) -> dict[str, Any]:
        """As the engine's `teach` takes it."""
        params: dict[str, Any] = {}
        if self.photo_id is not None:
            params["photo_id"] = self.photo_id
        else:
            params["path"] = str(self.path)
        if self.box is not None:
            params["box"] = list(self.box)
        return params


class Examples(QWidget):
    """Small pictures of what was chosen, each with a cross."""

    def __init__(
        self, context: Context, changed: Callable[[], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._changed = changed
        self._examples: list[Example] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._none = Label(
            self.tr(
                "Drop photos here, or choose some. Three or four that show nobody else are best."
            ),
            "quiet",
            self,
            wrap=True,
        )
        column.addWidget(self._none)
        self._holder = QWidget(self)
        self._flow = FlowLayout(self._holder)
        column.addWidget(self._holder)
        self._more = Label("", "quiet", self)
        column.addWidget(self._more)
        self.show_examples(())

    @property
    def examples(self) -> Sequence[Example]:
        """What was chosen, in order."""
        return tuple(self._examples)

    def add(self, examples: Sequence[Example]) -> None:
        """Take some more; what is there already is not taken twice."""
        self.show_examples(list(dict.fromkeys([*self._examples, *examples])))

    def show_examples(self, examples: Sequence[Example]) -> None:
        """Take these instead."""
        self._examples = list(examples)
        self._flow.clear()
        for example in self._examples[:_SHOWN]:
            self._flow.addWidget(self._tile(example))
        left = len(self._examples) - _SHOWN
        self._more.setText(self.tr("and {} more").format(words.number(left)))
        self._more.setVisible(left > 0)
        self._none.setVisible(not self._examples)
        self._holder.setVisible(bool(self._examples))
        self._changed()

    def _drop(self, example: Example) -> None:
        self.show_examples([one for one in self._examples if one != example])

    def _tile(self, example: Example) -> QWidget:
        tile = QWidget(self._holder)
        tile.setFixedSize(_SIDE, _SIDE)
        if example.photo_id is not None:
            picture = RoundPicture(self._context.thumbnails, QSize(_SIDE, _SIDE), tile, radius=8)
            picture.show_photo(example.photo_id, example.box)
        elif example.path is not None:
            label = QLabel(tile)
            label.setFixedSize(_SIDE, _SIDE)
            label.setToolTip(words.plain(str(example.path)))
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            path = example.path
            self._context.reader.read(
                label,
                lambda _: _small(path),
                lambda image: label.setPixmap(QPixmap.fromImage(image)),
                lane=ASIDE,
            )
        name = example.path.name if example.path else self.tr("this photo")
        cross = IconButton(
            "close",
            self.tr("Leave {} out").format(name),
            lambda: self._drop(example),
            tile,
            size=12,
            colour="on_stage",
        )
        cross.setProperty("on", "stage")  # to be seen on whatever is in the photo
        cross.move(_SIDE - cross.sizeHint().width() - 2, 2)
        return tile


def _small(path: Path) -> QImage:
    """A dropped file, small; nothing where Qt cannot read it (the engine may be able to)."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        size.scale(_SIDE, _SIDE, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        reader.setScaledSize(size)
    return reader.read()
