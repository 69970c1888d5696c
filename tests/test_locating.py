"""Where someone is: what is asked for it first, and what heat maps are of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.errors import FamiliarError, UsageError
from engine.familiar import Familiar
from engine.library import Library
from engine.library.tags import Box
from engine.models.protocols import ConceptEmbedding, GroundingVLM, Look, Picture
from tests.tiny import TinyEncoder, TinyPack, TinyVLM, paint

ADA = (250, 30, 30)


class GroundingTinyVLM(TinyVLM):
    """Says that everyone is at `where`."""

    grounds = True

    def __init__(self) -> None:
        super().__init__()
        self.where: Box | None = (0.25, 0.0, 0.5, 0.75)
        self.asked: list[tuple[float, str]] = []

    def ground(self, look: Look, concept: ConceptEmbedding, noun: str) -> Box | None:
        self.asked.append((float(concept.vector.mean()), noun))
        return self.where


class PlacingTinyEncoder(TinyEncoder):
    """Heads read the middle of the left edge at one place, and nothing elsewhere."""

    def around(self, picture: Picture) -> NDArray[np.float16]:
        places = np.zeros((3, 3, 8), np.float16)
        places[1, 0] = self.encode_pictures([picture])[0].heads[0]
        return places


@pytest.fixture
def pack() -> TinyPack:
    pack = TinyPack()
    pack.vlm = GroundingTinyVLM()
    return pack


@pytest.fixture
def vlm(pack: TinyPack) -> GroundingTinyVLM:
    assert isinstance(pack.vlm, GroundingTinyVLM)
    return pack.vlm


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    rest = ["red", "green", "blue", "yellow", "white"]
    for number in range(20):
        colours = ["orange" if number % 4 == 0 else rest[number % 5], rest[number % 3]]
        paint(folder / f"{number:02}.png", colours, number, [ADA] if number % 5 == 1 else [])
    return folder


@pytest.fixture
def familiar(home: Path, photos: Path, pack: TinyPack) -> Iterator[Familiar]:
    """Biscuit, an orange pet, and Ada, a face; Biscuit is known by the whole picture."""
    with Familiar(Library.open(home), pack) as one:
        one.add(photos)
        one.index()
        one.teach("Biscuit", "pet", [photos / "00.png", photos / "04.png"])
        one.teach("Ada", "person", [photos / "01.png"])
        yield one


def test_a_region_is_known_and_the_model_not_asked(
    familiar: Familiar, photos: Path, vlm: GroundingTinyVLM
) -> None:
    place = familiar.locate(photos / "06.png", "Ada")
    assert place.source == "region"
    assert place.box is not None
    assert vlm.asked == []


def test_the_model_is_asked_where_no_region_is_known(
    familiar: Familiar, photos: Path, vlm: GroundingTinyVLM
) -> None:
    place = familiar.locate(photos / "08.png", "Biscuit")
    assert (place.box, place.source, place.heat) == (vlm.where, "grounding", None)
    ((mean, noun),) = vlm.asked
    biscuit = familiar.library.concepts.named("Biscuit")
    assert biscuit is not None
    assert noun == biscuit.noun
    assert mean == pytest.approx(0.9, abs=0.2), "asked through what was learned of Biscuit"


def test_the_heat_map_decides_where_the_model_sees_nothing(
    familiar: Familiar, photos: Path, vlm: GroundingTinyVLM
) -> None:
    vlm.where = None
    place = familiar.locate(photos / "08.png", "Biscuit")
    assert (place.box, place.source) == ((0.0, 0.5, 1.0, 1.0), "attention")


def test_a_model_that_does_not_ground_is_not_asked(
    familiar: Familiar, photos: Path, vlm: GroundingTinyVLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GroundingTinyVLM, "grounds", False)
    assert familiar.locate(photos / "08.png", "Biscuit").source == "attention"
    assert vlm.asked == []
    assert not isinstance(TinyVLM(), GroundingVLM)


def test_a_concept_without_an_embedding_is_found_by_other_ways(
    familiar: Familiar, photos: Path, vlm: GroundingTinyVLM, pack: TinyPack
) -> None:
    vlm.version = "tiny-vlm-of-tomorrow"
    pack.encoder = PlacingTinyEncoder()
    place = familiar.locate(photos / "08.png", "Biscuit")
    assert (place.source, vlm.asked) == ("recogniser", [])


def test_a_heat_map_is_of_the_recogniser_or_of_attention(
    familiar: Familiar, photos: Path, pack: TinyPack
) -> None:
    pack.encoder = PlacingTinyEncoder()
    recognised = familiar.locate(photos / "08.png", "Biscuit", heat=True)
    assert recognised.heat_of == "recogniser"
    assert recognised.heat is not None
    assert np.argwhere(recognised.heat > 0.5).tolist() == [[1, 0]]
    looked = familiar.locate(photos / "08.png", "Biscuit", heat=True, heat_of="attention")
    assert looked.heat_of == "attention"
    assert looked.heat is not None
    assert looked.heat.shape == (2, 2)
    assert looked.box == recognised.box, "the model said where, whatever is drawn"


def test_people_have_attention_alone(
    familiar: Familiar, photos: Path, pack: TinyPack, tmp_path: Path
) -> None:
    pack.encoder = PlacingTinyEncoder()
    photo, target = photos / "06.png", tmp_path / "heat.png"
    assert familiar.locate(photo, "Ada", heat=True).heat is None
    with pytest.raises(FamiliarError, match="people are known by their faces"):
        familiar.locate(photo, "Ada", target)
    place = familiar.locate(photo, "Ada", target, heat_of="attention", layer=1)
    assert place.heat is not None
    assert place.heat[0, 0] == 0
    assert target.exists()


def test_a_layer_that_is_not_there_is_a_sentence(familiar: Familiar, photos: Path) -> None:
    with pytest.raises(UsageError, match="no layer 3"):
        familiar.locate(photos / "08.png", "Biscuit", heat=True, heat_of="attention", layer=2)
