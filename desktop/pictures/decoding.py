"""From a photo's files to an image; runs on any thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from desktop.pictures.loaded import Missing, Wanted
from desktop.words import tr
from engine.errors import PhotoError
from engine.photos import PhotoVanished, read

if TYPE_CHECKING:
    from engine.library import Library
    from engine.photos import Decoded

MOST_PIXELS = 64_000_000
"""Larger pictures are shown with fewer pixels than they have: this many take 256 MB."""
_LONGEST = 30_000
"""Qt paints nothing beyond 32,767 pixels."""
_UNKNOWN = 8_000
"""The side of a whole picture while its size is not known yet: no more than MOST_PIXELS."""


def load(library: Library, wanted: Wanted) -> tuple[QImage, int, int] | Missing:
    """The image, with width and height of the picture in the file; or why there is none.

    The first of the photo's files that can be read counts. Raises LibraryError.
    """
    photo = library.photos.get(wanted.photo_id)
    paths = () if photo is None else photo.paths
    gone, reason = True, tr("The file is not there any more.")
    side = min(wanted.side, _bound(library, wanted.photo_id))
    for path in paths:
        try:
            decoded = read(path, side)
            return _image(decoded), decoded.width, decoded.height
        except PhotoVanished:
            continue
        except PhotoError as error:
            gone, reason = False, str(error)
    return Missing(wanted.photo_id, gone, reason)


def _bound(library: Library, photo_id: int) -> int:
    """The longest side that keeps the picture within MOST_PIXELS."""
    info = library.info.get(photo_id)
    if info is None or not info.width or not info.height:
        return _UNKNOWN
    longest = max(info.width, info.height)
    fitting = int(longest * (MOST_PIXELS / (info.width * info.height)) ** 0.5)
    return min(_LONGEST, fitting)


def _image(decoded: Decoded) -> QImage:
    height, width = decoded.picture.shape[:2]
    image = QImage(decoded.picture.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    # A copy of its own, in the format that is painted without converting.
    return image.convertToFormat(QImage.Format.Format_RGB32)
