"""What a concept is called by sight, and which caption fits a picture, with the tiny encoder."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from engine.concepts.captioning import best_fitting
from engine.concepts.nouns import class_noun
from engine.concepts.phrases import NAMED_BY_SIGHT
from engine.models.protocols import Candidate, ImageTextEncoder
from tests.tiny import COLOURS, TinyEncoder


@pytest.fixture
def encoder() -> ImageTextEncoder:
    return cast(ImageTextEncoder, TinyEncoder())


def picture(colour: str) -> np.ndarray[tuple[int], np.dtype[np.float16]]:
    own = np.full(len(COLOURS), 0.01, np.float16)
    own[list(COLOURS).index(colour)] = 1
    return own


def test_the_noun_that_fits_the_tagged_pictures_is_taken(
    encoder: ImageTextEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(NAMED_BY_SIGHT, "thing", ["red", "blue"])
    pictures = np.stack([picture("blue"), picture("blue"), picture("red")])
    assert class_noun(encoder, "thing", pictures) == "blue"


def test_a_fitting_caption_beats_a_likelier_one(encoder: ImageTextEncoder) -> None:
    candidates = [Candidate("A red ball", -0.5), Candidate("A blue ball", -0.6)]
    assert best_fitting(encoder, picture("blue"), candidates, []) == "A blue ball"
    assert best_fitting(encoder, picture("green"), candidates, []) == "A red ball"


def test_a_name_is_read_as_its_noun_and_stays_a_name(encoder: ImageTextEncoder) -> None:
    candidates = [Candidate("{0} in red", -0.5), Candidate("{0} in blue", -0.5)]
    assert best_fitting(encoder, picture("blue"), candidates, ["a dog"]) == "{0} in blue"


def test_one_candidate_needs_no_model() -> None:
    class Nothing:
        pass

    only = [Candidate("A dog", 0.0)]
    assert best_fitting(cast(ImageTextEncoder, Nothing()), picture("red"), only, []) == "A dog"
