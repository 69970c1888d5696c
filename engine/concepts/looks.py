"""What a pack's VLM sees of photos of the library: stored rows, or a fresh look at thumbnails."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.library.library import Library
from engine.library.stages import THUMBNAIL
from engine.models.protocols import Look, Picture
from engine.photos import thumbnails

if TYPE_CHECKING:
    from engine.models.packs import LoadedPack

_log = logging.getLogger(__name__)


def pictures_of(library: Library, ids: Sequence[int]) -> dict[int, Picture]:
    """Pictures [h, w, 3] by photo id, from thumbnails; those without one are left out.

    So are damaged ones, which are made again when their photos are next looked at.
    """
    pictures: dict[int, Picture] = {}
    damaged: list[int] = []
    for photo_id, jpeg in library.thumbnails.many(ids).items():
        try:
            pictures[photo_id] = thumbnails.picture(jpeg)
        except (OSError, ValueError, SyntaxError):
            damaged.append(photo_id)
    if damaged:
        _log.warning("%d thumbnails are damaged and will be made again.", len(damaged))
        library.stages.forget(THUMBNAIL, damaged)
    return pictures


def stored_looks(library: Library, pack: LoadedPack, ids: Sequence[int]) -> dict[int, Look]:
    """Looks by photo id; those not encoded yet, or without a thumbnail, are left out.

    The photos' own files are never read.
    """
    if pack.vlm.reads_rows:
        return dict(library.encodings.rows(pack.encoder.version, ids))
    pictures = pictures_of(library, ids)
    if not pictures:
        return {}
    return dict(zip(pictures, pack.vlm.look(list(pictures.values())), strict=True))


def fresh_looks(pack: LoadedPack, pictures: Sequence[Picture]) -> list[Look]:
    """Looks at pictures that are not in the library, such as altered views."""
    if pack.vlm.reads_rows:
        return [one.rows for one in pack.encoder.encode_pictures(pictures)]
    return pack.vlm.look(pictures)
