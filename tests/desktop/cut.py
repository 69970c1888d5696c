"""Finds texts that have less room than they need.

`python -m tests.desktop.cut HOME` shows every page of the window on a library and
prints what is cut, a line each; QT_SCALE_FACTOR is the screen's.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from desktop import navigation
from desktop.app import application
from desktop.context import Context
from desktop.navigation import Destination
from desktop.process.messages import Job
from desktop.reading.lanes import InstantLane
from desktop.widgets.short_label import ShortLabel
from desktop.window import Window
from engine.library import Library
from tests.desktop.engine_fake import FakeEngine

_LONG = "Ada Augusta King, Countess of Lovelace, and everybody with her"
SIZES = (1280, 800), (960, 540), (720, 480)
_SLACK = 1
"""Rounding at scales that are no whole numbers."""


def cut(window: QWidget) -> Iterator[str]:
    """What is cut of what is shown."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not _text(widget):
            continue
        room, wanted = widget.size(), _wanted(widget)
        if wanted.width() > room.width() + _SLACK or wanted.height() > room.height() + _SLACK:
            yield f"{_name(widget)} has {_size(room)} and needs {_size(wanted)}"
        elif not _whole(widget):
            yield f"{_name(widget)} lies partly outside of what holds it"


def _wanted(widget: QWidget) -> QSize:
    if isinstance(widget, QLabel) and widget.wordWrap():
        return QSize(0, widget.heightForWidth(widget.width()))
    if isinstance(widget, ShortLabel):
        return QSize(0, widget.sizeHint().height())
    if isinstance(widget, QLineEdit):
        return QSize(0, widget.sizeHint().height())
    return widget.sizeHint()


def _whole(widget: QWidget) -> bool:
    """Whether it lies inside all that holds it, up to what scrolls."""
    rect, holder = widget.rect(), widget
    while (around := holder.parentWidget()) is not None:
        rect = (
            QRect(holder.mapTo(around, QPoint(0, 0)), widget.size())
            if holder is widget
            else (rect.translated(holder.pos()))
        )
        if around.objectName() == "qt_scrollarea_viewport":
            return rect.left() >= 0 and rect.right() <= around.width()
        if not around.rect().adjusted(-_SLACK, -_SLACK, _SLACK, _SLACK).contains(rect):
            return False
        holder = around
    return True


def _text(widget: QWidget) -> str:
    if isinstance(widget, QLabel | QAbstractButton):
        return widget.text()
    return widget.placeholderText() if isinstance(widget, QLineEdit) else ""


def _name(widget: QWidget) -> str:
    return f"{type(widget).__name__} “{_text(widget)}”"


def _size(size: QSize) -> str:
    return f"{size.width()} x {size.height()}"


def every_page(context: Context) -> list[Destination]:
    """Where one can go."""
    library = context.reader._shelf.library()
    ids = library.timelines.read().ids.tolist()
    last = max(one.id for one in library.concepts.all())
    albums = [Destination(navigation.ALBUMS, album_id=one.id) for one in library.albums.all()]
    return [
        *albums,
        Destination(navigation.PEOPLE, concept_id=last),
        Destination(navigation.LIBRARY),
        Destination(navigation.LIBRARY, query="Biscuit "),
        Destination(navigation.PEOPLE),
        Destination(navigation.PEOPLE, concept_id=1),
        Destination(navigation.ALBUMS),
        Destination(navigation.PHOTO, photo_id=ids[0], among=tuple(ids)),
        Destination(navigation.ACTIVITY),
        Destination(navigation.SETTINGS),
        Destination(navigation.WELCOME),
    ]


def cut_anywhere(window: Window, sizes: Sequence[tuple[int, int]] = SIZES) -> list[str]:
    """What is cut on any page in windows of these sizes."""
    found = []
    for width, height in sizes:
        window.resize(width, height)
        for destination in every_page(window.context):
            window.context.navigation.go_to(destination)
            for _ in range(4):  # layouts within layouts
                QApplication.processEvents()
            where = f"{destination.page} at {width} x {height}"
            found += [f"{where}: {one}" for one in cut(window)]
    return found


def lengthen(home: Path) -> None:
    """Give an album and someone long names."""
    with Library.open(home) as library:
        album = library.albums.create(f"{_LONG}, and then the whole summer of the same year")
        library.albums.add(album.id, library.photos.ids()[:3])
        library.concepts.rename(library.concepts.all()[-1].id, _LONG)


def main(home: Path) -> None:
    """Print what is cut."""
    app = application()
    engine = FakeEngine()
    context = Context.make(app, home, engine, lambda _: InstantLane())
    context.household.read()
    window = Window(context)
    window.show()
    engine.set_job(Job("1", "index", None, "running", "look", 18_000, 30_000, 12.5, 1500.0))
    sys.stdout.writelines(f"{line}\n" for line in cut_anywhere(window))
    window.close()
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
