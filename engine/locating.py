"""Where in a photo someone is: the owner's box, the face, what the captioner's model says when it
is asked, where the recogniser responds most, or failing all of these where the captioner looks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from engine.concepts.embeddings import load_embeddings
from engine.concepts.heads import LinearHead
from engine.concepts.looks import pictures_of, stored_looks
from engine.concepts.recognising import PERSON
from engine.errors import FamiliarError, UsageError
from engine.library.concepts import Concept
from engine.library.learned import HEAD
from engine.library.library import Library
from engine.library.tags import Box
from engine.models.protocols import (
    AttentiveVLM,
    ConceptEmbedding,
    GroundingVLM,
    Look,
    PlaceEncoder,
)

if TYPE_CHECKING:
    from engine.models.packs import LoadedPack

RECOGNISER, ATTENTION = "recogniser", "attention"

Heat = NDArray[np.float32]

_NO_HEAT = {
    RECOGNISER: "There is no heat map of how {name} was recognised: people are known by their "
    "faces alone, and not every pack shows places. `--heatmap-of attention` draws where the "
    "captioner looks instead.",
    ATTENTION: "There is no heat map of {name} here: it takes the photo's features and what was "
    "learned for captions. Run `familiar index`, then try again.",
}


@dataclass(frozen=True)
class Location:
    """Where a concept is in a photo.

    source: "region" for the tagged or recognised one; "grounding" where the captioner's model was
    asked for it; RECOGNISER or ATTENTION for the middle of the heat map, by what made it; None
    when nothing tells. heat: [rows, columns] over the whole picture, sums to 1; heat_of: what makes
    it, RECOGNISER or ATTENTION.
    """

    name: str
    state: str
    score: float
    box: Box | None
    source: str | None
    heat: Heat | None
    heat_of: str


def locate(
    library: Library,
    pack: LoadedPack,
    photo_id: int,
    concept: Concept,
    *,
    with_heat: bool,
    heat_of: str | None = None,
    layer: int | None = None,
) -> Location:
    """Where `concept` is; the heat map is made when asked for, or when no box is known.

    heat_of: RECOGNISER or ATTENTION; where left out, the recogniser if the pack's encoder can show
    places. layer: one layer's attention instead of the mean of all, counted from 0.
    Raises FamiliarError when the concept is not seen in the photo, UsageError for a layer that
    the captioner does not have.
    """
    sightings = library.sightings.of_photo(photo_id)
    seen = next((one for one in sightings if one.concept_id == concept.id), None)
    if seen is None or seen.state == "rejected":
        raise FamiliarError(f"{concept.name} was not recognised in this photo.")
    box, source, heat = seen.box, "region", None
    if box is None:
        box, source = _grounded(library, pack, photo_id, concept), "grounding"
    if heat_of is None:
        heat_of = RECOGNISER if isinstance(pack.encoder, PlaceEncoder) else ATTENTION
    if with_heat or box is None:
        if heat_of == RECOGNISER:
            heat = _response(library, pack, photo_id, concept)
        else:
            heat = _attention(library, pack, photo_id, concept, layer)
    if box is None and heat is not None:
        box, source = _hot_box(heat), heat_of
    found = source if box is not None else None
    return Location(concept.name, seen.state, seen.score, box, found, heat, heat_of)


def _grounded(library: Library, pack: LoadedPack, photo_id: int, concept: Concept) -> Box | None:
    """What the captioner's model answers when it is asked where the concept is."""
    vlm = pack.vlm
    if not isinstance(vlm, GroundingVLM) or not vlm.grounds:
        return None
    known = _look_and_embedding(library, pack, photo_id, concept)
    return None if known is None else vlm.ground(*known, concept.noun)


def _response(library: Library, pack: LoadedPack, photo_id: int, concept: Concept) -> Heat | None:
    """How strongly a pet's or thing's head responds at every place; its weakest place is cold."""
    encoder = pack.encoder
    learned = library.learned.get(concept.id, HEAD, encoder.version)
    if concept.kind == PERSON or learned is None or not isinstance(encoder, PlaceEncoder):
        return None
    picture = pictures_of(library, [photo_id]).get(photo_id)
    if picture is None:
        return None
    response = LinearHead.from_bytes(learned.data).logits(encoder.around(picture))
    warm = (response - response.min()) ** 2
    heat: Heat = warm / max(float(warm.sum()), 1e-12)
    return heat


def _attention(
    library: Library, pack: LoadedPack, photo_id: int, concept: Concept, layer: int | None
) -> Heat | None:
    """The captioner's attention to the picture through the concept's embedding, if it has one."""
    if not isinstance(pack.vlm, AttentiveVLM):
        return None
    known = _look_and_embedding(library, pack, photo_id, concept)
    if known is None:
        return None
    try:
        return pack.vlm.attention(*known, layer)
    except IndexError as error:
        raise UsageError(
            f"The captioner has no layer {(layer or 0) + 1}; without a layer, all are averaged."
        ) from error


def _look_and_embedding(
    library: Library, pack: LoadedPack, photo_id: int, concept: Concept
) -> tuple[Look, ConceptEmbedding] | None:
    """What the captioner knows of the photo and of the concept; None where it lacks either."""
    embedding = load_embeddings(library, pack.vlm.version).get(concept.id)
    if embedding is None:
        return None
    look = stored_looks(library, pack, [photo_id]).get(photo_id)
    return None if look is None else (look, embedding)


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
    thumbnail = pictures_of(library, [photo_id]).get(photo_id)
    if location.heat is None or thumbnail is None:
        raise FamiliarError(_NO_HEAT[location.heat_of].format(name=location.name))
    picture = Image.fromarray(thumbnail)
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
