"""What a pack's VLM sees of photos of the library: stored rows, or a fresh look at thumbnails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.library.library import Library
from engine.models.protocols import Look, Picture
from engine.photos import thumbnails

if TYPE_CHECKING:
    from engine.models.packs import LoadedPack


def stored_looks(library: Library, pack: LoadedPack, ids: Sequence[int]) -> dict[int, Look]:
    """Looks by photo id; those not encoded yet, or without a thumbnail, are left out.

    The photos' own files are never read.
    """
    if pack.vlm.reads_rows:
        return dict(library.encodings.rows(pack.encoder.version, ids))
    jpegs = library.thumbnails.many(ids)
    pictures = [thumbnails.picture(jpeg) for jpeg in jpegs.values()]
    return dict(zip(jpegs, pack.vlm.look(pictures), strict=True)) if pictures else {}


def fresh_looks(pack: LoadedPack, pictures: Sequence[Picture]) -> list[Look]:
    """Looks at pictures that are not in the library, such as altered views."""
    if pack.vlm.reads_rows:
        return [one.rows for one in pack.encoder.encode_pictures(pictures)]
    return pack.vlm.look(pictures)
