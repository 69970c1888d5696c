"""The stages every photo goes through, and the versions that say whether one must be done again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.concepts.captioning import caption_version
from engine.library.stages import CAPTION, ENCODE, FACES, READ, RECOGNISE, THUMBNAIL

if TYPE_CHECKING:
    from engine.models.packs import LoadedPack

__all__ = ["ALL", "CAPTION", "ENCODE", "FACES", "LOOK", "READ", "RECOGNISE", "THUMBNAIL"]
__all__ += ["Versions", "versions"]

LOOK = (READ, THUMBNAIL, ENCODE, FACES)
"""Done together, from one decoding of the photo."""

ALL = (*LOOK, RECOGNISE, CAPTION)


@dataclass(frozen=True)
class Versions:
    """What each stage's results are keyed by, beside the photo; known without loading a model."""

    encode: str
    faces: str
    caption: str
    read: str = "read-2"
    thumbnail: str = "thumbnail-1"

    @property
    def recognise(self) -> str:
        """Sightings are of both kinds of features."""
        return f"recognise-1 {self.encode} {self.faces}"

    def of(self, stage: str) -> str:
        """The version of a stage by its name."""
        version: str = getattr(self, stage)
        return version


def versions(pack: LoadedPack) -> Versions:
    """The versions of a pack's parts."""
    encoder = pack.encoder.version
    return Versions(
        encode=encoder,
        faces=pack.faces.version,
        caption=caption_version(pack.vlm.version, encoder),
    )
