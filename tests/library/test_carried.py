"""Names that files carry: which are offered, and what the owner said of them."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlite_utils import Migrations

from engine.errors import UsageError
from engine.library import Library, index_schema
from engine.library.hints import Hints, Region
from engine.library.info import Info
from engine.library.tags import Box
from tests.library.shelves import SomeFace, face, stock

HERE: Box = (0.1, 0.2, 0.3, 0.4)
SMALL: Box = (0.6, 0.6, 0.65, 0.7)
FAR: Box = (0.7, 0.1, 0.95, 0.5)


def carry(library: Library, names: Mapping[int, str], box: Box = HERE, kind: str = "face") -> None:
    library.hints.put_many(
        {one: Hints(regions=(Region(box, name, kind),)) for one, name in names.items()}
    )
    library.info.put_many(
        {one: Info(400, 300 + n, None, None, None, None, "JPEG") for n, one in enumerate(names)}
    )


def offered(library: Library) -> dict[str, int]:
    return {one.name: len(one.faces) for one in library.carried.all()}


def test_names_are_counted_whatever_their_case_and_spacing(library: Library) -> None:
    ids = stock(library, 6)
    carry(library, dict(zip(ids, ["Ada", " ada ", "ADA", "Ada", "Bo", "\t "], strict=True)))
    assert offered(library) == {"Ada": 4, "Bo": 1}
    ada, bo = library.carried.all()
    assert (ada.kind, ada.concept_id, bo.kind) == ("person", None, "person")
    assert ada.faces[0].photo_id == ids[3], "the one in the largest photo"
    assert ada.faces[0].box == HERE


def test_a_name_twice_in_one_photo_is_its_larger_face(library: Library) -> None:
    (one,) = stock(library, 1)
    regions = (Region(FAR, "Ada"), Region(SMALL, "ada"), Region(HERE, None))
    library.hints.put_many({one: Hints(regions=regions)})
    (ada,) = library.carried.all()
    assert [(face.photo_id, face.box) for face in ada.faces] == [(one, FAR)]


def test_pets_are_offered_as_pets(library: Library) -> None:
    ids = stock(library, 3)
    carry(library, dict.fromkeys(ids, "Biscuit"), kind="pet")
    (biscuit,) = library.carried.all()
    assert biscuit.kind == "pet"


def test_what_cannot_be_a_name_is_not_offered(library: Library) -> None:
    ids = stock(library, 2)
    carry(library, dict(zip(ids, ["x" * 101, "a\x07b"], strict=True)))
    assert offered(library) == {}
    assert library.carried.of_photo(ids[0]) == []


def test_new_hints_take_the_place_of_older_ones(library: Library) -> None:
    ids = stock(library, 2)
    carry(library, dict.fromkeys(ids, "Ada"))
    library.hints.put_many({ids[0]: Hints(), ids[1]: Hints(regions=(Region(HERE, "Bo"),))})
    assert offered(library) == {"Bo": 1}


def test_photos_that_are_gone_are_not_counted(library: Library) -> None:
    ids = stock(library, 2)
    carry(library, dict.fromkeys(ids, "Ada"))
    library.photos.forget_place("/photos/000000.jpg")
    assert offered(library) == {"Ada": 1}


def test_who_is_known_there_is_not_offered(library: Library) -> None:
    ids = stock(library, 5)
    carry(library, dict.fromkeys(ids, "Ada"))
    ada = library.concepts.add("ADA", "person").id
    library.sightings.put_scores(
        ada, "h", [(ids[0], 0.9, "recognised", None), (ids[1], 0.4, "suggested", HERE)]
    )
    library.tags.add(ada, ids[2], FAR)
    library.decisions.decide(ada, ids[3], "rejected")
    (offer,) = library.carried.all()
    assert offer.concept_id == ada
    assert {one.photo_id for one in offer.faces} == {ids[1], ids[4]}
    assert library.carried.of_photo(ids[1]) == [], "that is asked already"
    assert [one.name for one in library.carried.of_photo(ids[4])] == ["Ada"]


def test_a_face_that_bears_another_name_by_now_is_not_offered(library: Library) -> None:
    ids = stock(library, 4)
    carry(library, dict.fromkeys(ids, "Mum"))
    ruth = library.concepts.add("Ruth", "person").id
    library.tags.add(ruth, ids[0], (0.11, 0.2, 0.31, 0.4))
    library.tags.add(ruth, ids[1], FAR)
    library.strangers.ignore([(ids[2], HERE)])
    (offer,) = library.carried.all()
    assert {one.photo_id for one in offer.faces} == {ids[1], ids[3]}
    assert library.carried.of_photo(ids[0]) == []
    assert library.carried.of_photo(ids[2]) == []


def test_hidden_and_removed_and_merged(library: Library) -> None:
    ids = stock(library, 2)
    carry(library, dict.fromkeys(ids, "Ada"))
    ada = library.concepts.add("Ada", "person").id
    library.concepts.hide(ada)
    assert library.carried.all() == []
    assert library.carried.of_photo(ids[0]) == []
    library.concepts.unhide(ada)
    library.concepts.remove(ada)
    (offer,) = library.carried.all()
    assert offer.concept_id is None
    library.concepts.restore(ada)
    ruth = library.concepts.add("Ruth", "person").id
    library.concepts.merge(ruth, ada)
    (offer,) = library.carried.all()
    assert offer.concept_id == ruth, "what was said of Ada counts for Ruth"


def test_a_name_means_whom_it_was_added_to_whatever_they_are_called(library: Library) -> None:
    ids = stock(library, 2)
    carry(library, dict.fromkeys(ids, "Ada"))
    ada = library.concepts.add("Ada", "person").id
    assert library.carried.bear("ada", ada)
    assert not library.carried.bear("Ada", ada)
    library.concepts.rename(ada, "Ada Lovelace")
    (offer,) = library.carried.all()
    assert (offer.name, offer.concept_id) == ("Ada", ada)
    library.carried.bear_no_more("Ada")
    (offer,) = library.carried.all()
    assert offer.concept_id is None


def test_what_was_refused_never_returns(home: Path) -> None:
    with Library.open(home) as library:
        ids = stock(library, 3)
        carry(library, dict(zip(ids, ["Ada", "ada", "Bo"], strict=True)))
        assert library.carried.refuse("Ada ", ids[0])
        assert not library.carried.refuse("ADA", ids[0])
        assert offered(library) == {"ada": 1, "Bo": 1}
        assert library.carried.of_photo(ids[0]) == []
        assert library.carried.refuse("bo")
        assert offered(library) == {"ada": 1}
        assert library.carried.of_photo(ids[2]) == []
    # The index is made again, and more photos say the same.
    for file in home.glob("index.db*"):
        file.unlink()
    with Library.open(home) as library:
        ids += stock(library, 2, first=3)
        carry(library, dict(zip(ids, ["Ada", "ada", "Bo", "BO", "Ada"], strict=True)))
        assert offered(library) == {"Ada": 2} or offered(library) == {"ada": 2}
        library.carried.offer("Bo")
        library.carried.offer("Ada", ids[0])
        assert sorted(offered(library).values()) == [2, 3]


def test_refusing_what_makes_no_sense(library: Library) -> None:
    with pytest.raises(UsageError, match="no such photo"):
        library.carried.refuse("Ada", 12345)
    with pytest.raises(UsageError, match="nobody by that name"):
        library.carried.bear("Ada", 12345)
    with pytest.raises(UsageError, match="empty"):
        library.carried.refuse("  ")


def test_the_clearest_are_large_and_were_found(library: Library) -> None:
    ids = stock(library, 8)
    carry(library, dict.fromkeys(ids, "Ada"))
    found: dict[int, list[SomeFace]] = {one: [face(n)] for n, one in enumerate(ids) if n in (2, 3)}
    library.faces.put_many("f", found)
    (offer,) = library.carried.all()
    assert [one.photo_id for one in library.carried.clearest(offer, 3)] == [ids[3], ids[2], ids[7]]


def test_names_that_were_read_by_an_older_version(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = index_schema.index
    older = Migrations(whole.name)
    for migration in whole._migrations[:6]:
        older(name=migration.name)(migration.fn)
    with monkeypatch.context() as patch:
        patch.setattr(index_schema, "index", older)
        with Library.open(home) as library:
            ids = stock(library, 2)
    box = "[0.1, 0.2, 0.3, 0.4]"
    regions = f'[{{"name": "Ada", "kind": "face", "box": {box}}}, {{"name": null, "kind": "face",'
    with contextlib.closing(sqlite3.connect(home / "index.db")) as connection, connection:
        connection.execute(
            "INSERT INTO hints (photo_id, keywords, regions) VALUES (?, '[]', ?), (?, '[]', '[]')",
            (ids[0], f'{regions} "box": {box}}}]', ids[1]),
        )
    with Library.open(home) as library:
        (offer,) = library.carried.all()
        assert (offer.name, [one.photo_id for one in offer.faces]) == ("Ada", [ids[0]])
