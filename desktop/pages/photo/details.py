"""What the file says, where it lies, and what else there is to know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop import words
from desktop.pages.photo.facts import Facts
from desktop.pages.photo.models import writer
from desktop.pages.photo.section import Section, in_a_row
from desktop.widgets import Button, Label
from desktop.widgets.button import LINK


class Line(QLabel):
    """A quiet line that is cut in its middle where it is too long; pointing at it shows all."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = text
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "detail")
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        shown = self.fontMetrics().elidedText(
            self._whole, Qt.TextElideMode.ElideMiddle, event.size().width()
        )
        self.setText(shown)
        self.setToolTip(words.plain(self._whole) if shown != self._whole else "")


class DetailsSection(Section):
    """Quiet lines; those that are not known are left out."""

    folder_wanted = Signal(object)
    """The folder that is to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(words.tr("DETAILS"), parent)
        self.body.setSpacing(7)
        self._folder = Path()
        self._lines: list[QWidget] = []
        self._shown: list[str] = []
        self.show_folder = Button(
            self.tr("Show in folder"), lambda: self.folder_wanted.emit(self._folder), LINK, self
        )
        self.show_folder.setProperty("tone", "quiet")
        self._list = QVBoxLayout()
        self._list.setSpacing(7)
        self.body.addLayout(self._list)
        self.body.addLayout(in_a_row(self.show_folder))

    @property
    def lines(self) -> list[str]:
        """What is written."""
        return self._shown

    def show_facts(self, facts: Facts | None) -> None:
        """Show a photo's details."""
        paths = () if facts is None else facts.paths
        self.show_folder.setVisible(bool(paths))
        self._folder = paths[0].parent if paths else Path()
        lines = [] if facts is None else list(self._of(facts))
        problems = [] if facts is None else list(facts.problems)
        if lines + problems == self._shown:
            return
        self._shown = lines + problems
        for line in self._lines:
            line.hide()
            line.deleteLater()
        self._lines = [Line(text, self) for text in lines]
        self._lines += [Label(text, "detail", self, wrap=True) for text in problems]
        for line in self._lines:
            self._list.addWidget(line)
            line.show()

    def _of(self, facts: Facts) -> Iterator[str]:
        info = facts.info
        if info is not None:
            yield words.moment(info.taken_at) if info.taken_at else self.tr("Without a date")
            if facts.place:
                yield facts.place
            elif info.latitude is not None and info.longitude is not None:
                yield coordinates(info.latitude, info.longitude)
            if info.camera:
                yield info.camera
        if facts.paths:
            yield words.together(
                facts.paths[0].name,
                pixels(info.width, info.height) if info is not None else "",
                file_size(facts.size) if facts.size is not None else "",
            )
            yield self.tr("In {}").format(facts.paths[0].parent)
        for path in facts.paths[1:]:
            yield self.tr("Also in {}").format(path.parent)
        if facts.rating is not None:
            stars = self.tr("Rated {} of 5 stars").format(words.number(facts.rating))
            yield stars if facts.rating > 0 else self.tr("Rejected in another program")
        if facts.albums:
            yield self.tr("In your albums: {}").format(", ".join(facts.albums))
        caption = facts.caption
        if caption is not None and caption.model is not None:
            yield self.tr("Caption by {}").format(writer(caption.model))
        elif caption is not None:
            yield self.tr("Caption by you")


def pixels(width: int, height: int) -> str:
    """`4,032 × 3,024`."""
    return f"{words.number(width)} × {words.number(height)}"


def file_size(size: int) -> str:
    """`3.2 MB`, of a number of bytes."""
    return QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def coordinates(latitude: float, longitude: float) -> str:
    """`55.7221° N, 10.5843° E`."""
    north = words.tr("N") if latitude >= 0 else words.tr("S")
    east = words.tr("E") if longitude >= 0 else words.tr("W")
    places = QLocale()
    return (
        f"{places.toString(abs(latitude), 'f', 4)}° {north}, "
        f"{places.toString(abs(longitude), 'f', 4)}° {east}"
    )
