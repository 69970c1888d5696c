"""Free questions: names in, the model's own words for them, names out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.asking import NEEDS_MORE
from engine.conversing import placed
from engine.familiar import Familiar
from engine.library import Library
from engine.models.protocols import ConceptEmbedding, Look, Turn
from tests.tiny import TinyPack, TinyVLM, paint


class TalkingVLM(TinyVLM):
    """Repeats what it was asked, and counts."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[int, str, tuple[Turn, ...]]] = []

    def answer(
        self,
        look: Look,
        concepts: Sequence[ConceptEmbedding],
        question: str,
        history: Sequence[Turn] = (),
    ) -> str:
        self.asked.append((len(concepts), question, tuple(history)))
        return "{0} sleeps (or not)" if concepts else "nobody sleeps"


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("What is Ada doing?", ["Ada"], "What is {0} doing?"),
        ("is ADA's hat red?", ["Tom", "Ada"], "is {1}'s hat red?"),
        ("Ada Lovelace and Ada", ["Ada", "Ada Lovelace"], "{1} and {0}"),
        ("Adam and {braces}", ["Ada"], "Adam and (braces)"),
        ("C++ or a.b?", ["C++", "a.b"], "{0} or {1}?"),
        ("anything", [], "anything"),
    ],
)
def test_names_become_places(text: str, names: list[str], expected: str) -> None:
    assert placed(text, names) == expected


def test_a_model_that_converses_is_asked_what_is_not_known(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    reds = [paint(folder / f"red{n}.png", ["red", "black"], n) for n in range(4)]
    blue = paint(folder / "blue.png", ["blue"], 9)
    pack = TinyPack()
    vlm = TalkingVLM()
    pack.vlm = vlm
    with Familiar(Library.open(home), pack) as familiar:
        familiar.add(folder)
        familiar.index()
        familiar.teach("Rosso", "pet", reds[:3])
        assert vlm.asked[0] == (0, "What is the dog doing?", ()), "teaching asks questions too"
        vlm.asked.clear()
        earlier = [Turn("Is Rosso tired?", "Rosso is.")]
        given = familiar.ask(reds[3], "What does rosso do?", earlier)
        assert (given.text, given.source, given.note) == ("Rosso sleeps (or not)", "model", None)
        assert vlm.asked == [(1, "What does {0} do?", (Turn("Is {0} tired?", "{0} is."),))]
        assert familiar.ask(blue, "What does Rosso do?").text == "nobody sleeps"
        assert vlm.asked[-1][:2] == (0, "What does Rosso do?")
        vlm.asked.clear()
        assert familiar.ask(reds[3], "Who is here?").text == "Rosso is here."
        assert vlm.asked == [], "what is known is never guessed"


def test_without_one_the_caption_is_given_and_packs_are_named(home: Path, tmp_path: Path) -> None:
    photo = paint(tmp_path / "photos" / "red.png", ["red"], 1)
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.add(tmp_path / "photos")
        familiar.index()
        given = familiar.ask(photo, "What colour is the sky?")
    assert given.source == "caption"
    assert given.note == NEEDS_MORE
    assert "familiar packs" in NEEDS_MORE
