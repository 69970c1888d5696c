"""What the owner says about the household, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import UsageError
from engine.familiar import Familiar
from engine.indexing.teaching import Example
from engine.library import Library
from tests.tiny import TinyPack, paint

ADA = (250, 30, 30)
TOM = (20, 240, 20)


@pytest.fixture
def familiar(home: Path, tmp_path: Path) -> Iterator[Familiar]:
    """Twelve photos: Ada in 0 to 5, Tom in 4 to 9, nobody in the last two."""
    for number in range(12):
        faces = [ADA] * (number < 6) + [TOM] * (4 <= number < 10)
        paint(tmp_path / "photos" / f"{number:02}.png", ["blue", "grey"], number, faces)
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.add(tmp_path / "photos")
        familiar.index()
        yield familiar


def photo(tmp_path: Path, number: int) -> Path:
    return tmp_path / "photos" / f"{number:02}.png"


def seen(familiar: Familiar, name: str) -> set[int]:
    return {
        int(card.path.stem)
        for card in familiar.export()
        for one in card.sightings
        if one.name == name and one.state in ("confirmed", "recognised")
    }


def test_a_group_gets_a_name(familiar: Familiar) -> None:
    first, second = familiar.household.groups()
    assert (first.faces, second.faces) == (6, 6)
    faces = familiar.library.groups.faces(first.id)
    examples = [Example(one.photo_id, one.box) for one in faces]
    assert familiar.teach("Ada", "person", examples).tagged == 6
    assert seen(familiar, "Ada") in ({0, 1, 2, 3, 4, 5}, {4, 5, 6, 7, 8, 9})
    assert [one.id for one in familiar.household.groups()] == [second.id]
    assert familiar.library.groups.faces(first.id) == []
    ignored = familiar.library.groups.ignore(familiar.library.groups.faces(second.id))
    assert familiar.household.groups() == []
    familiar.library.groups.notice(ignored)
    assert [one.id for one in familiar.household.groups()] == [second.id]


def test_two_names_for_one_become_one_and_two_again(familiar: Familiar, tmp_path: Path) -> None:
    familiar.teach("Ada", "person", [photo(tmp_path, 0)])
    mum = familiar.teach("Mum", "person", [photo(tmp_path, 1)]).concept
    shared = seen(familiar, "Ada"), seen(familiar, "Mum")
    assert set.union(*shared) == {0, 1, 2, 3, 4, 5}
    assert familiar.household.merge("Ada", "Mum").name == "Ada"
    assert seen(familiar, "Ada") == {0, 1, 2, 3, 4, 5}
    assert seen(familiar, "Mum") == set()
    for number in range(6):
        caption = familiar.show(photo(tmp_path, number)).caption
        assert caption is not None
        assert caption.count("Ada") == 1
        assert "Mum" not in caption
    assert {one.path.stem for one in familiar.search("Ada")} == {f"{n:02}" for n in range(6)}
    assert familiar.household.unmerge(mum.id).name == "Mum"
    assert (seen(familiar, "Ada"), seen(familiar, "Mum")) == shared


def test_one_who_was_two_is_split(familiar: Familiar, tmp_path: Path) -> None:
    familiar.teach("Ada", "person", [photo(tmp_path, 0), photo(tmp_path, 7)])
    assert seen(familiar, "Ada") == set(range(10))
    split = familiar.household.split("Ada", [photo(tmp_path, number) for number in (6, 7)], "Tom")
    assert split.new.name == "Tom"
    assert seen(familiar, "Tom") == {4, 5, 6, 7, 8, 9}
    assert seen(familiar, "Ada") == {0, 1, 2, 3, 4, 5}
    familiar.library.splits.undo(split)
    familiar.learn({split.old: split.photo_ids})
    assert seen(familiar, "Ada") == set(range(10))
    assert [one.concept.name for one in familiar.people()] == ["Ada"]


def test_what_to_ask(familiar: Familiar, tmp_path: Path) -> None:
    concept = familiar.teach("Ada", "person", [photo(tmp_path, 0)]).concept
    card = familiar.show(photo(tmp_path, 9))
    familiar.library.sightings.put_scores(
        concept.id, "tiny-faces-1", [(card.photo_id, 0.4, "suggested", None)]
    )
    assert [one.photo_id for one in familiar.household.review("Ada")] == [card.photo_id]
    assert len(familiar.household.review()) == 1
    familiar.decide(card.photo_id, "Ada", "rejected")
    assert familiar.household.review("Ada") == []
    with pytest.raises(UsageError, match="nobody"):
        familiar.household.review("Eve")
    assert familiar.household.trips() == []
