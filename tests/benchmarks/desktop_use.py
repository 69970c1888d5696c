"""Uses the library page as a person would, and notes how long the window's thread was busy.

Each time is taken twice: by the clock, which is what one waits, and as this thread's share of the
processor, which other work on the machine does not change.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.pages.library.page import LibraryPage
from desktop.reading.shown import NOTHING

Took = tuple[float, float]
"""Seconds by the clock, and of the processor."""

_FRAME = 1 / 60
_TEXT = "Biscuit without Tom and Ada"


class Use:
    """One page to measure; every figure in milliseconds."""

    def __init__(self, page: LibraryPage) -> None:
        self._page = page
        self._grid = page.panel.grid

    def all(self) -> dict[str, str]:
        """Every measurement, by what it is called."""
        self._wait(lambda: len(self._grid.shown) > 0)
        self._settle()
        return {
            "grid first paint (150 ms)": _middle(self.first_paints()),
            "scrolling, p95 of a frame (16 ms)": _p95(self.scroll(40)),
            "  a screen a frame": _p95(self.scroll(700)),
            "  beside: as many pictures on a bare widget": _p95(self.bare_frames()),
            "to any month, painted (100 ms)": _worst(self.jumps()),
            "  with every picture": _middle(self.jumps(pictures=True)),
            "typing, longest block (16 ms)": _worst(self.type()),
            "  a bare line": _worst(self.type_bare()),
        }

    def first_paints(self) -> list[Took]:
        """Showing all photos, until they are painted."""
        shown, times = self._grid.shown, []
        for _ in range(9):
            self._grid.show_photos(NOTHING, from_top=True)
            QApplication.processEvents()
            watch = _Watch()
            self._grid.show_photos(shown, from_top=True)
            self._grid.viewport().repaint()
            times.append(watch.took())
        self._page.panel.show_photos(shown, from_top=True)
        self._settle()
        return times

    def scroll(self, step: int) -> list[Took]:
        """Frames of scrolling on and on, into pictures that are still to be drawn."""
        bar, times = self._grid.verticalScrollBar(), []
        bar.setValue(bar.maximum() // 3)
        self._settle()
        arrived = _Counter()
        self._page.context.thumbnails.arrived.connect(arrived.add)
        for _ in range(300):
            watch = _Watch()
            bar.setValue(bar.value() + step)
            QApplication.processEvents()
            times.append(watch.took())
            # Not handled meanwhile: what arrives counts for the next frame.
            time.sleep(max(0.0, _FRAME - times[-1][0]))
        self._page.context.thumbnails.arrived.disconnect(arrived.add)
        assert arrived.count, "no picture arrived while scrolling"
        return times

    def jumps(self, *, pictures: bool = False) -> list[Took]:
        """To months here and there; until painted, or until every picture in sight is drawn."""
        chance, times = random.Random(7), []
        for _ in range(40):
            section = chance.randrange(len(self._grid.shown.sections))
            self._settle()
            watch = _Watch()
            self._grid.go_to_section(section)
            self._grid.viewport().repaint()
            if pictures:
                self._wait(self._complete)
            times.append(watch.took())
        return times

    def type(self) -> list[Took]:
        """How long each event took while names are typed and what they find is shown."""
        self._wait(lambda: len(self._page.context.household.now.people) > 0)
        everything = len(self._grid.shown)
        self._page.bar.setFocus()
        blocks: list[Took] = []
        for letter in _TEXT:
            blocks.append(_timed(partial(QTest.keyClick, self._page.bar.edit, letter)))
            blocks += self._blocks(0.12)
        blocks += self._blocks(1.0)
        self._wait(lambda: 0 < len(self._grid.shown) < everything)
        self._page.bar.clear()
        self._settle()
        return blocks

    def type_bare(self) -> list[Took]:
        """The same letters into a line of Qt's own."""
        from PySide6.QtWidgets import QLineEdit

        line = QLineEdit()
        line.show()
        blocks = [_timed(partial(QTest.keyClick, line, letter)) for letter in _TEXT]
        line.close()
        return blocks

    def bare_frames(self) -> list[Took]:
        """Frames of as many ready pictures as the grid shows, on an empty widget."""
        first, last = self._grid.in_sight()
        widget = _Pictures(self._grid.grid.side, self._grid.grid.columns, last - first)
        widget.resize(self._grid.size())
        widget.show()
        QApplication.processEvents()
        times = [_timed(widget.repaint) for _ in range(60)]
        widget.close()
        return times

    def _complete(self) -> bool:
        first, last = self._grid.in_sight()
        pixmap, picture = self._page.context.thumbnails.pixmap, self._grid.picture
        return all(pixmap(picture(self._grid.photos.photo_id(r))) for r in range(first, last))

    def _settle(self) -> None:
        self._wait(self._complete)
        _run(0.05)

    def _wait(self, until: Callable[[], bool]) -> None:
        end = time.monotonic() + 120
        while not until():
            assert time.monotonic() < end, "this takes for ever"
            _run(0.002)

    def _blocks(self, seconds: float) -> list[Took]:
        """How long each turn of the event loop took, for a while."""
        end, blocks = time.monotonic() + seconds, []
        while time.monotonic() < end:
            blocks.append(_timed(QApplication.processEvents))
            time.sleep(0.001)
        return blocks


class _Pictures(QWidget):
    def __init__(self, side: int, columns: int, count: int) -> None:
        super().__init__()
        self._side, self._columns = side, columns
        self._pixmaps = [QPixmap(side, side) for _ in range(count)]
        for number, pixmap in enumerate(self._pixmaps):
            pixmap.fill(QColor.fromHsv(number * 7 % 360, 120, 200, 254))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for number, pixmap in enumerate(self._pixmaps):
            line, column = divmod(number, self._columns)
            painter.drawPixmap(column * (self._side + 4), line * (self._side + 4), pixmap)


class _Counter:
    def __init__(self) -> None:
        self.count = 0

    def add(self, pictures: frozenset[object]) -> None:
        self.count += len(pictures)


def _run(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


class _Watch:
    def __init__(self) -> None:
        self._clock, self._processor = time.perf_counter(), time.thread_time()

    def took(self) -> Took:
        return time.perf_counter() - self._clock, time.thread_time() - self._processor


def _timed(act: Callable[[], object]) -> Took:
    watch = _Watch()
    act()
    return watch.took()


def _middle(times: list[Took]) -> str:
    return _told(times, statistics.median)


def _worst(times: list[Took]) -> str:
    return _told(times, max)


def _p95(times: list[Took]) -> str:
    return _told(times, lambda one: sorted(one)[int(len(one) * 0.95)])


def _told(times: list[Took], which: Callable[[list[float]], float]) -> str:
    clock, processor = ([one[at] for one in times] for at in (0, 1))
    return f"{which(clock) * 1000:.1f} ms ({which(processor) * 1000:.1f} of the processor)"
