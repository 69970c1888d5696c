"""Where in a photo someone is: the owner's box, the face, where the recogniser responds most, or
failing all of these where the captioner looks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from engine.concepts.embeddings import load_embeddings
from engine.concepts.heads import LinearHead
from engine.concepts.looks import stored_looks
from engine.concepts.recognising import PERSON
from engine.errors import FamiliarError
from engine.library.concepts import Concept
from engine.library.learned import HEAD
from engine.library.library import Library
from engine.library.tags import Box
from engine.models.protocols import AttentiveVLM, PlaceEncoder
from engine.photos import thumbnails

if TYPE_CHECKING:
    from engine.models.packs import LoadedPack

Heat = NDArray[np.float32]


@dataclass(frozen=True)
class Location:
    """Where a concept is in a photo.

    source: "region" for the tagged or recognised one; "recogniser" or "attention" for the middle of
    the heat map, by what made it; None when nothing tells. heat: [rows, columns] over the whole
    picture, sums to 1.
    """

    name: str
    state: str
    score: float
    box: Box | None
    source: str | None
    heat: Heat | None


def locate(
    library: Library, pack: LoadedPack, photo_id: int, concept: Concept, *, with_heat: bool
) -> Location:
    """Where `concept` is; the heat map is made when asked for, or when no region is known.

    Raises FamiliarError when the concept is not seen in the photo.
    """
    sightings = library.sightings.of_photo(photo_id)
    seen = next((one for one in sightings if one.concept_id == concept.id), None)
    if seen is None or seen.state == "rejected":
        raise FamiliarError(f"{concept.name} was not recognised in this photo.")
    wanted = with_heat or seen.box is None
    heat, source = None, "region"
    box = seen.box
    if wanted:
        heat, maker = _heat(library, pack, photo_id, concept)
        if box is None and heat is not None:
            box, source = _hot_box(heat), maker
    found = source if box is not None else None
    return Location(concept.name, seen.state, seen.score, box, found, heat)


def _heat(
    library: Library, pack: LoadedPack, photo_id: int, concept: Concept
) -> tuple[Heat | None, str]:
    """A heat map and what made it: the concept's head where the encoder can show it places."""
    if isinstance(pack.encoder, PlaceEncoder):
        return _response(library, pack.encoder, photo_id, concept), "recogniser"
    return _attention(library, pack, photo_id, concept), "attention"


def _response(
    library: Library, encoder: PlaceEncoder, photo_id: int, concept: Concept
) -> Heat | None:
    """How strongly a pet's or thing's head responds at every place; its weakest place is cold."""
    learned = library.learned.get(concept.id, HEAD, encoder.version)
    jpeg = library.thumbnails.get(photo_id)
    if concept.kind == PERSON or learned is None or jpeg is None:
        return None
    picture = thumbnails.picture(jpeg)
    response = LinearHead.from_bytes(learned.data).logits(encoder.around(picture))
    warm = (response - response.min()) ** 2
    heat: Heat = warm / max(float(warm.sum()), 1e-12)
    return heat


def _attention(library: Library, pack: LoadedPack, photo_id: int, concept: Concept) -> Heat | None:
    """The captioner's attention to the picture through the concept's embedding, if it has one."""
    embedding = load_embeddings(library, pack.vlm.version).get(concept.id)
    look = stored_looks(library, pack, [photo_id]).get(photo_id)
    if embedding is None or look is None or not isinstance(pack.vlm, AttentiveVLM):
        return None
    return pack.vlm.attention(look, embedding)


def _hot_box(heat: Heat) -> Box | None:
    """The smallest box around the cells that are at least half as hot as the hottest."""
    down, across = np.nonzero(heat >= heat.max() / 2)
    height, width = heat.shape
    return (
        float(across.min() / width),
        float(down.min() / height),
        float((across.max() + 1) / width),
        float((down.max() + 1) / height),
    )


def draw(library: Library, photo_id: int, location: Location, target: Path) -> None:
    """Write a PNG of the photo with the heat map over it, and the box.

    Raises FamiliarError when there is no heat map or the file cannot be written.
    """
    thumbnail = library.thumbnails.get(photo_id)
    if location.heat is None or thumbnail is None:
        raise FamiliarError(
            f"There is no heat map of {location.name} here: it takes the photo's features and "
            "what was learned for captions. Run `familiar index`, then try again."
        )
    picture = Image.fromarray(thumbnails.picture(thumbnail))
    strength = location.heat / max(float(location.heat.max()), 1e-12)
    mask = Image.fromarray((strength * 170).astype(np.uint8)).resize(
        picture.size, Image.Resampling.BICUBIC
    )
    picture.paste(Image.new("RGB", picture.size, (230, 60, 20)), mask=mask)
    if location.box is not None:
        width, height = picture.size
        x0, y0, x1, y1 = location.box
        outline = (x0 * width, y0 * height, x1 * width - 1, y1 * height - 1)
        ImageDraw.Draw(picture).rectangle(outline, outline=(255, 255, 255), width=2)
    try:
        picture.save(target, "PNG")
    except OSError as error:
        raise FamiliarError(f"{target} cannot be written ({error.strerror or error}).") from error
