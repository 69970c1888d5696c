"""Questions answered from what is known, and never from a guess."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.asking import NEEDS_MORE, Answer, answer, place_in_words
from engine.cards import Card, Seen
from engine.search.query import Known

KNOWN = [Known(1, "Ada", "woman"), Known(2, "Tom", "man"), Known(3, "Biscuit", "dog")]
ADA = Seen("Ada", "person", 0.93, (0.0, 0.0, 0.2, 0.3), "recognised")
BISCUIT = Seen("Biscuit", "pet", 1.0, None, "confirmed")
PERHAPS = Seen("Tom", "person", 0.4, (0.7, 0.7, 0.9, 0.9), "suggested")
NOT_TOM = Seen("Tom", "person", 0.6, None, "rejected")


def card(
    *seen: Seen, faces: int = 0, caption: str | None = "Ada is running", taken: str | None = None
) -> Card:
    return Card(
        photo_id=1, paths=(Path("/photos/1.jpg"),), content_hash="00", taken_at=taken, width=4,
        height=3, caption=caption, template=caption, model="m", edited=False, sightings=seen,
        faces=faces, problems=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "photo", "expected"),
    [
        ("Who is this?", card(ADA, faces=1), "Ada is here."),
        ("who is there", card(ADA, BISCUIT, faces=1), "Ada and Biscuit are here."),
        (
            "Who can you see?",
            card(ADA, PERHAPS, faces=3),
            "Ada is here. Perhaps also Tom; that is not sure. 2 more faces nobody has named yet.",
        ),
        ("Who is it?", card(faces=1), "1 face nobody has named yet."),
        ("Who is it?", card(), "Nobody that Familiar knows."),
        ("Is Ada here?", card(ADA), "Yes, Ada is here (93% sure)."),
        ("is biscuit in this photo?", card(BISCUIT), "Yes, Biscuit is here; you said so."),
        ("Do you see Tom?", card(PERHAPS), "Perhaps: it may be Tom (40% sure)."),
        ("Is Tom here?", card(NOT_TOM), "No, you said that Tom is not here."),
        ("Is Tom here?", card(ADA), "No, Tom was not recognised here."),
        ("Where is Ada?", card(ADA), "Ada is at the top left."),
        ("Where's Biscuit?", card(BISCUIT), "Biscuit is in the photo; where exactly is not known."),
        ("Where is Tom?", card(PERHAPS), "Tom was not recognised here."),
        ("How many people are there?", card(ADA, faces=2), "2 faces are visible."),
        ("How many of them do you know?", card(ADA, BISCUIT), "2: Ada and Biscuit."),
        ("How many pets?", card(ADA, BISCUIT), "1 that you named: Biscuit."),
        ("When was this taken?", card(taken="2021-05-03T14:30:00"),
         "It was taken on 2021-05-03 at 14:30."),
        ("When was this?", card(), "The photo does not say when it was taken."),
    ],
)  # fmt: skip
def test_what_is_known_is_answered(question: str, photo: Card, expected: str) -> None:
    given = answer(question, photo, KNOWN)
    assert given.text == expected
    assert given.source != "caption"


@pytest.mark.parametrize(
    "question",
    ["What is Ada doing?", "Is Ada happy?", "Is Ada wearing a hat here?", "Why?", "", "colour?",
     "How many balloons are there?", "Who is Ada talking to?"],
)  # fmt: skip
def test_anything_else_is_the_caption_and_said_to_be(question: str) -> None:
    given = answer(question, card(ADA, faces=1), KNOWN)
    assert given == Answer("Ada is running", "caption", NEEDS_MORE)


def test_without_a_caption_there_is_nothing_to_give() -> None:
    assert answer("Why?", card(caption=None), KNOWN).text == "This photo has no caption yet."


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ((0.0, 0.0, 1.0, 1.0), "over most of the picture"),
        ((0.4, 0.4, 0.6, 0.6), "in the middle"),
        ((0.8, 0.4, 1.0, 0.6), "at the right"),
        ((0.4, 0.8, 0.6, 1.0), "at the bottom"),
        ((0.8, 0.8, 1.0, 1.0), "at the bottom right"),
    ],
)
def test_places_in_words(box: tuple[float, float, float, float], words: str) -> None:
    assert place_in_words(box) == words
