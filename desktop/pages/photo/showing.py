"""Puts the photo on the stage: its thumbnail at once, then its file, as sharp as needed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPixmap

from desktop.context import Context
from desktop.pages.photo.neighbours import Neighbours
from desktop.pages.photo.stage import Stage
from desktop.pictures.loaded import WHOLE, Loaded, Missing, Wanted
from desktop.thumbnails.picture import Picture

_SMALL = 512
"""The side of thumbnails (`engine.photos.thumbnails.SIDE`)."""
_STEP, _LEAST = 512, 1024
"""Pictures are asked for in sides of so many pixels, so that a window that is made a little larger
needs no other; and no smaller."""
_NEAR = 3
"""Thumbnails are kept ready this far ahead and behind, large pictures one."""


class Showing(QObject):
    """The photo at a place of a list, and those beside it, which are made ready meanwhile."""

    said = Signal(str)
    """Why what is shown is not the photo itself; empty where it is."""

    def __init__(self, context: Context, stage: Stage) -> None:
        super().__init__(stage)
        self._context = context
        self._stage = stage
        self._neighbours: Neighbours | None = None
        self._paths: Sequence[Path] = ()
        self._away = False
        self._way = 1
        self._deep = False
        context.pictures.arrived.connect(self._arrived)
        context.thumbnails.arrived.connect(self._arrived_small)
        context.drives.changed.connect(self.try_again)
        stage.zoomed.connect(self._deepen)

    def show_photo(self, neighbours: Neighbours, way: int) -> None:
        """Show the photo at this place; `way`: 1 or -1, in which direction one is going."""
        self._neighbours, self._way = neighbours, way
        self._paths, self._deep, self._away = (), False, False
        self._context.pictures.forget(neighbours.photo_id)
        small, loaded = self._small_pixmap(), self._loaded()
        if loaded:
            self._stage.show_size(loaded[-1].width, loaded[-1].height, known=True)
        elif small is not None:
            self._stage.show_size(small.width(), small.height(), known=False)
        else:
            self._stage.show_size(3, 2, known=False)
        self._show_pixels()
        self.want()

    def know(
        self, paths: Sequence[Path], size: tuple[int, int] | None, *, away: bool = False
    ) -> None:
        """What the library knows of the photo: where it lies, its size in pixels, and whether its
        files were away when last looked for."""
        self._paths, self._away = paths, away
        if size is not None and not self._loaded():
            self._stage.correct_size(*size)
        self._say()

    def want(self) -> None:
        """Have made ready what is needed now, the photo itself first."""
        if self._neighbours is None:
            return
        shown = self._neighbours.photo_id
        near = self._neighbours.around(self._way * _NEAR, _NEAR)
        self._context.thumbnails.want(self, [_small(one) for one in (shown, *near)])
        side = self._side()
        whole = [Wanted(shown, WHOLE)] if self._deep else []
        beside = self._neighbours.around(self._way, 1)
        self._context.pictures.want(
            [Wanted(shown, side), *whole, *(Wanted(one, side) for one in beside)]
        )

    def try_again(self) -> None:
        """Files that were missing may be there now."""
        if self._neighbours is not None:
            self._context.pictures.forget()
            self.want()
            self._say()

    def end(self) -> None:
        """Show no photo any more, and keep none."""
        self._neighbours = None
        self._context.pictures.want([])
        self._context.thumbnails.want(self, [])

    def _side(self) -> int:
        longest = max(self._stage.width(), self._stage.height()) * self._stage.devicePixelRatioF()
        return max(_LEAST, math.ceil(longest / _STEP) * _STEP)

    def _loaded(self) -> list[Loaded]:
        if self._neighbours is None:
            return []
        return self._context.pictures.of(self._neighbours.photo_id)

    def _small_pixmap(self) -> QPixmap | None:
        if self._neighbours is None:
            return None
        return self._context.thumbnails.pixmap(_small(self._neighbours.photo_id))

    def _arrived(self, photo_id: int) -> None:
        if self._neighbours is not None and photo_id == self._neighbours.photo_id:
            self._show_pixels()
            self._deepen()

    def _arrived_small(self, pictures: frozenset[Picture]) -> None:
        if self._neighbours is not None and _small(self._neighbours.photo_id) in pictures:
            self._show_pixels()

    def _show_pixels(self) -> None:
        """Show the best there is."""
        small, loaded = self._small_pixmap(), self._loaded()
        if loaded:
            self._stage.correct_size(loaded[-1].width, loaded[-1].height)
        elif small is not None and self._stage.viewport.enlarge:
            self._stage.reshape(small.width(), small.height())
        levels = [one.pixmap for one in loaded]
        self._stage.show_levels([small, *levels] if small is not None else levels)
        self._say()

    def _deepen(self) -> None:
        """Have every pixel read, once they are needed."""
        loaded = self._loaded()
        if self._deep or not loaded or loaded[-1].whole:
            return
        if self._stage.pixels_wanted > loaded[-1].pixmap.width() + 1:
            self._deep = True
            self.want()

    def _say(self) -> None:
        missing = None
        if self._neighbours is not None and not self._loaded():
            missing = self._context.pictures.missing(self._neighbours.photo_id)
        self._stage.lack("" if missing is None else "away" if missing.gone else "warning")
        self.said.emit("" if missing is None else self._reason(missing))

    def _reason(self, missing: Missing) -> str:
        holds = self._context.drives.holds
        reason = missing.reason
        if missing.gone and self._paths and not any(holds(path) for path in self._paths):
            reason = self.tr("This photo's drive is not there right now.")
        elif missing.gone and self._away:
            reason = self.tr("The file is not there right now. What is known of it stays.")
        if self._small_pixmap() is None:
            return reason
        return f"{reason} {self.tr('What you see is a small copy.')}"


def _small(photo_id: int) -> Picture:
    return Picture(photo_id, _SMALL, _SMALL, whole=True)
