"""A training that was stopped goes on where it was, and ends as if it had never been stopped."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from engine.concepts.drafts import Draft, Steps
from engine.concepts.embedding import KEEP_STEPS, train_embedding
from engine.concepts.embeddings import from_bytes
from engine.concepts.learning import learn_embedding
from engine.concepts.questions import Pair
from engine.concepts.recipes import FAMILIAR, PAPER, Recipe
from engine.errors import FamiliarError, UsageError
from engine.familiar import Familiar
from engine.library import Library
from engine.library.concepts import Concept
from engine.library.learned import DRAFT, EMBEDDING
from engine.models.packs import LoadedPack
from engine.models.protocols import ConceptEmbedding, Look
from engine.models.starter_vlm import StarterVLM
from engine.progress import Cancel, Cancelled, Progress
from tests.models.starters import tiny_starter
from tests.models.vlm.tinies import pictures, tiny
from tests.tiny import TinyEncoder, TinyFaces, paint

Vector = Callable[[Recipe], bytes]
SHORT = replace(FAMILIAR, steps=14, views=4, batch=3, patience=5, check_every=2)
"""Every part of what a draft keeps is at work; the last view of each photo is kept apart."""
PAPERS = replace(PAPER, steps=14, views=3)


class Shelf:
    """A library with three tagged photos, and the pack that learns from them."""

    def __init__(self, home: Path, version: str = "tiny-1") -> None:
        self.vlm = Counting(version)
        pack = LoadedPack("tiny", TinyEncoder, TinyFaces, lambda: self.vlm)
        self.pack = pack
        folder = home.with_name("photos")
        self.familiar = Familiar(Library.open(home), pack)
        self.library = self.familiar.library
        if not folder.exists():
            for n in range(4):
                paint(folder / f"red{n}.png", ["red", "black"], n)
        if self.library.concepts.named("Rosso") is None:
            self.familiar.add(folder)
            self.familiar.index(captions=False)
            concept = self.library.concepts.add("Rosso", "thing")
            for photo in self.library.photos.ids()[:3]:
                self.library.tags.add(concept.id, photo)

    @property
    def concept(self) -> Concept:
        concept = self.library.concepts.named("Rosso")
        assert concept is not None
        return concept

    def learn(
        self, recipe: Recipe = SHORT, then: Callable[[int, Cancel], None] | None = None
    ) -> list[int]:
        """Train; the steps that were reported. `then` is called after each of them."""
        steps, cancel = list[int](), Cancel()

        def report(progress: Progress) -> None:
            steps.append(progress.done)
            if then is not None:
                then(progress.done, cancel)

        with contextlib.suppress(Cancelled, KeyboardInterrupt):
            assert learn_embedding(self.library, self.pack, self.concept, report, cancel, recipe)
        return steps

    def vector(self) -> bytes:
        kept = self.library.learned.get(self.concept.id, EMBEDDING, self.vlm.version)
        assert kept is not None
        return from_bytes(kept.data, self.vlm.version).vector.tobytes()

    def draft(self) -> Draft | None:
        kept = self.library.learned.get(self.concept.id, DRAFT, self.vlm.version)
        return None if kept is None else Draft.from_bytes(kept.data)


class Counting(StarterVLM):
    """The starter's captioner, small; it counts what it was asked to caption."""

    def __init__(self, version: str) -> None:
        made = tiny_starter(positions=4, row_width=8)
        super().__init__(made.model, made._vocabulary, version)
        self.captioned = 0

    def caption(
        self, looks: Sequence[Look], concepts: Sequence[Sequence[ConceptEmbedding]]
    ) -> list[str]:
        self.captioned += len(looks)
        return super().caption(looks, concepts)


@pytest.fixture
def shelf(home: Path) -> Shelf:
    return Shelf(home)


def stopped_after(step: int) -> Callable[[int, Cancel], None]:
    return lambda done, cancel: cancel.cancel() if done == step else None


def killed_after(step: int) -> Callable[[int, Cancel], None]:
    def kill(done: int, cancel: Cancel) -> None:
        if done == step:
            raise KeyboardInterrupt

    return kill


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Vector:
    """The vector that a recipe gives the same photos in another library, never stopped."""

    @cache
    def learned(recipe: Recipe) -> bytes:
        other = Shelf(tmp_path_factory.mktemp("undisturbed") / "home")
        with other.familiar:
            other.learn(recipe)
            return other.vector()

    return learned


@pytest.mark.parametrize("recipe", [SHORT, PAPERS], ids=["familiar", "paper"])
@pytest.mark.parametrize("step", [1, 7, 13])
def test_a_stopped_training_goes_on_and_ends_alike(
    recipe: Recipe, step: int, home: Path, undisturbed: Vector
) -> None:
    shelf = Shelf(home)
    with shelf.familiar:
        assert shelf.learn(recipe, stopped_after(step)) == list(range(step + 1))
        assert shelf.library.learned.get(shelf.concept.id, EMBEDDING, "tiny-1") is None
    again = Shelf(home)
    with again.familiar:
        assert again.learn(recipe) == list(range(step + 1, 15))
        assert again.vlm.captioned == 0, "the frozen model's captions were kept too"
        assert again.draft() is None
        assert again.vector() == undisturbed(recipe)


def test_a_killed_training_loses_a_few_steps(shelf: Shelf, undisturbed: Vector) -> None:
    with shelf.familiar:
        shelf.learn(then=killed_after(KEEP_STEPS + 2))
        assert shelf.learn() == list(range(KEEP_STEPS + 1, 15))
        assert shelf.vector() == undisturbed(SHORT)


def test_a_slow_training_is_kept_after_every_step(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.concepts.embedding.KEEP_SECONDS", 0.0)
    with shelf.familiar:
        shelf.learn(then=killed_after(9))
        draft = shelf.draft()
        assert draft is not None
        assert draft.steps is not None
        assert draft.steps.step == 8, "the ninth was about to be kept"


def test_it_may_be_stopped_again_and_again(shelf: Shelf, undisturbed: Vector) -> None:
    with shelf.familiar:
        for step in range(3, 15, 3):
            shelf.learn(then=stopped_after(step))
        shelf.learn()
        assert shelf.vector() == undisturbed(SHORT)


def test_a_stop_does_not_renew_its_patience(
    home: Path, tmp_path: Path, undisturbed: Vector
) -> None:
    wild = replace(SHORT, rate=50.0, steps=40, patience=3, check_every=1)
    other = Shelf(tmp_path / "other" / "home")
    with other.familiar:
        steps = other.learn(wild)
    assert 4 < len(steps) < 40, "it ended before its time"
    shelf = Shelf(home)
    with shelf.familiar:
        shelf.learn(wild, stopped_after(steps[-2]))
        assert shelf.learn(wild) == steps[-1:]
        assert shelf.vector() == undisturbed(wild)


def test_captions_written_before_it_was_stopped_are_kept(home: Path, undisturbed: Vector) -> None:
    """Twenty-four views are captioned in two goes."""
    recipe = replace(SHORT, views=8)
    shelf = Shelf(home)
    with shelf.familiar:
        shelf.learn(recipe, stopped_after(0))
        assert shelf.vlm.captioned == 16
        shelf.learn(recipe)
        assert shelf.vlm.captioned == 24
        assert shelf.vector() == undisturbed(recipe)


def damage(shelf: Shelf) -> None:
    kept = shelf.library.learned.get(shelf.concept.id, DRAFT, "tiny-1")
    assert kept is not None
    data = bytearray(kept.data)
    data[-3] ^= 1
    shelf.library.learned.put(shelf.concept.id, DRAFT, "tiny-1", bytes(data), kept.trained_on)


def test_a_damaged_draft_is_left_aside(shelf: Shelf, undisturbed: Vector) -> None:
    with shelf.familiar:
        shelf.learn(then=stopped_after(7))
        damage(shelf)
        assert shelf.learn() == list(range(15))
        assert shelf.vector() == undisturbed(SHORT)


def test_other_photos_or_another_recipe_begin_anew(shelf: Shelf) -> None:
    with shelf.familiar:
        shelf.learn(then=stopped_after(7))
        faster = replace(SHORT, rate=0.03)
        assert shelf.learn(faster, stopped_after(4))[0] == 0
        assert shelf.learn(faster, stopped_after(6)) == [5, 6]
        shelf.library.tags.add(shelf.concept.id, shelf.library.photos.ids()[3])
        assert shelf.learn(faster)[0] == 0


def test_another_captioner_begins_anew(home: Path) -> None:
    first = Shelf(home)
    with first.familiar:
        first.learn(then=stopped_after(7))
    second = Shelf(home, "tiny-2")
    with second.familiar:
        assert second.learn()[0] == 0
        assert second.library.learned.get(second.concept.id, DRAFT, "tiny-1") is None


@pytest.mark.parametrize("name", ["blip-2-flan-t5", "llava-1.5"])
def test_models_that_converse_go_on_too(name: str) -> None:
    """Their questions are asked once; captions and answers are drawn by chance."""
    vlm = tiny(name).vlm
    looks = [vlm.look(pictures(3)), vlm.look(pictures(3, seed=1))]
    recipe = replace(FAMILIAR, steps=8, batch=2, patience=4, check_every=3)
    kept: list[bytes] = []

    def train(begun: Draft | None) -> ConceptEmbedding:
        return train_embedding(
            vlm, looks, "pet", "dog", "ada", recipe, begun=begun,
            keep=lambda draft: kept.append(draft.to_bytes()),
        )  # fmt: skip

    usual = train(None).vector
    drafts = [Draft.from_bytes(data) for data in kept]
    assert [(len(one.captions), len(one.pairs)) for one in drafts[:3]] == [(6, 0), (6, 1), (6, 2)]
    assert drafts[-1].steps is not None
    for draft in drafts:
        assert np.array_equal(train(draft).vector, usual)


def test_too_little_memory_for_a_photo_is_a_sentence(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shelf.familiar:
        for part in ("loss", "caption"):
            monkeypatch.setattr(shelf.vlm, part, no_room)
            with pytest.raises(FamiliarError, match=r"not enough memory .* name Rosso"):
                shelf.learn()


def no_room(*args: object) -> None:
    raise MemoryError


STEPS = Steps(
    step=3,
    vector=np.arange(3, dtype=np.float32),
    mean=np.full(3, 1e-30, np.float32),
    square=np.full(3, np.pi, np.float32),
    best=np.zeros(3, np.float32),
    least=float("inf"),
    waited=2,
    torch_random=np.arange(5, dtype=np.uint8),
    random=dict(np.random.default_rng(0).bit_generator.state),
)
DRAFTS = [
    Draft([], []),
    Draft(["a “dog”"], [[Pair("what is {0}?", "a dog")], []]),
    Draft(["a dog"], [], STEPS),
]


@pytest.mark.parametrize("draft", DRAFTS)
def test_what_is_kept_comes_back(draft: Draft) -> None:
    again = Draft.from_bytes(draft.to_bytes())
    assert (again.captions, again.pairs) == (draft.captions, draft.pairs)
    assert (again.steps is None) == (draft.steps is None)
    if again.steps is not None:
        for name, value in vars(STEPS).items():
            found = getattr(again.steps, name)
            assert np.array_equal(found, value)
            assert getattr(found, "dtype", None) == getattr(value, "dtype", None)


@pytest.mark.parametrize("draft", DRAFTS)
def test_any_damage_is_noticed(draft: Draft) -> None:
    data = draft.to_bytes()
    for at in range(0, len(data), 37):
        spoilt = bytearray(data)
        spoilt[at] ^= 4
        with pytest.raises(UsageError, match="damaged"):
            Draft.from_bytes(bytes(spoilt))
    for cut in (b"", data[:40], data[:-1]):
        with pytest.raises(UsageError, match="damaged"):
            Draft.from_bytes(cut)


def test_a_draft_says_what_it_was_begun_for(shelf: Shelf) -> None:
    with shelf.familiar:
        shelf.learn(then=stopped_after(2))
        kept = shelf.library.learned.get(shelf.concept.id, DRAFT, "tiny-1")
        assert kept is not None
        about = json.loads(kept.trained_on)
        assert about["recipe"]["steps"] == SHORT.steps
        assert len(about["photos"]) == 3
