"""What only people can give: folders, photos, concepts, tags, decisions, albums."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import LibraryError, UsageError
from engine.library import Library, photo_id
from engine.library.concepts import Cover
from engine.library.photos import Place
from tests.library.shelves import FOLDER, hash_of, stock

ODD = os.fsdecode(b"/photos/caf\xe9 \xff.jpg")


# -- photos --------------------------------------------------------------------------------------


def test_a_photo_is_known_by_its_content(library: Library) -> None:
    folder = library.folders.add(FOLDER)
    first = library.photos.record("/photos/a.jpg", hash_of(1), 10, 100, folder.id)
    again = library.photos.record("/photos/copy of a.jpg", hash_of(1), 10, 200, folder.id)
    other = library.photos.record("/photos/b.jpg", hash_of(2), 10, 100, folder.id)
    assert first == again == photo_id(hash_of(1)) != other
    assert 0 <= first < 2**63
    photo = library.photos.get(first)
    assert photo is not None
    assert photo.content_hash == hash_of(1)
    assert photo.paths == (Path("/photos/a.jpg"), Path("/photos/copy of a.jpg"))
    assert library.photos.by_path("/photos/b.jpg") == library.photos.get(other)
    assert library.photos.place("/photos/a.jpg") == Place(first, 10, 100)
    assert library.photos.ids() == [first, other]


def test_a_file_whose_content_changed_is_another_photo(library: Library) -> None:
    folder = library.folders.add(FOLDER)
    old = library.photos.record("/photos/a.jpg", hash_of(1), 10, 100, folder.id)
    library.photos.set_favourite(old, True)
    new = library.photos.record("/photos/a.jpg", hash_of(2), 11, 101, folder.id)
    assert library.photos.ids() == [new]
    assert library.photos.place("/photos/a.jpg") == Place(new, 11, 101)
    photo = library.photos.get(old)
    assert photo is not None
    assert photo.paths == ()
    assert photo.favourite
    library.photos.record("/photos/back.jpg", hash_of(1), 10, 100, folder.id)
    assert set(library.photos.ids()) == {old, new}


def test_names_that_are_not_utf8(library: Library) -> None:
    folder = library.folders.add(FOLDER)
    id_ = library.photos.record(ODD, hash_of(1), 10, 100, folder.id)
    photo = library.photos.get(id_)
    assert photo is not None
    assert photo.paths == (Path(ODD),)
    assert os.fsencode(photo.paths[0]) == b"/photos/caf\xe9 \xff.jpg"
    assert library.photos.by_path(Path(ODD)) == photo
    assert library.photos.places(folder.path) == {os.fsencode(ODD): Place(id_, 10, 100)}
    assert library.photos.by_path(b"/photos/caf\xe9 \xff.jpg") == photo


def test_relative_paths_are_made_absolute(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = library.folders.add("pictures")
    assert folder.path == tmp_path / "pictures"
    assert library.folders.add(tmp_path / "other" / ".." / "pictures") == folder
    id_ = library.photos.record("pictures/a.jpg", hash_of(1), 1, 1, folder.id)
    found = library.photos.by_path(tmp_path / "pictures" / "a.jpg")
    assert found is not None
    assert found.id == id_


def test_places_can_be_forgotten_and_photos_are_not(library: Library) -> None:
    ids = stock(library, 4)
    library.photos.forget_place(f"{FOLDER}/000000.jpg")
    library.photos.forget_places([f"{FOLDER}/000001.jpg", "/not/there.jpg"])
    assert library.photos.ids() == sorted(library.photos.ids(), key=library.photos.ids().index)
    assert set(library.photos.ids()) == set(ids[2:])
    assert library.photos.count() == 2
    assert library.photos.get(ids[0]) is not None
    assert library.photos.by_path(f"{FOLDER}/000000.jpg") is None


def test_photos_by_the_thousand_in_the_order_asked_for(library: Library) -> None:
    ids = stock(library, 5000)
    asked = [ids[4000], 12345, ids[3], *ids[100:3000]]
    found = library.photos.many(asked)
    assert list(found) == [ids[4000], ids[3], *ids[100:3000]]
    assert found[ids[3]].paths == (Path(f"{FOLDER}/000003.jpg"),)
    assert library.photos.many([]) == {}


def test_what_does_not_exist(library: Library) -> None:
    assert library.photos.get(1) is None
    assert library.photos.by_path("/nowhere.jpg") is None
    assert library.photos.place("/nowhere.jpg") is None
    assert library.photos.places("/elsewhere") == {}
    with pytest.raises(UsageError, match="no such photo"):
        library.photos.set_favourite(1, True)
    with pytest.raises(UsageError, match="folder of the library"):
        library.photos.record("/a.jpg", hash_of(1), 1, 1, 99)
    assert library.photos.get(photo_id(hash_of(1))) is None


def test_two_contents_with_one_number_are_never_mixed_up(library: Library) -> None:
    folder = library.folders.add(FOLDER)
    one, two = "ab" * 8 + "0" * 48, "ab" * 8 + "1" * 48
    assert photo_id(one) == photo_id(two)
    library.photos.record("/photos/a.jpg", one, 1, 1, folder.id)
    with pytest.raises(LibraryError, match="same number"):
        library.photos.record("/photos/b.jpg", two, 1, 1, folder.id)
    assert library.photos.by_path("/photos/b.jpg") is None


def test_favourites(library: Library) -> None:
    ids = stock(library, 3)
    library.photos.set_favourite(ids[1], True)
    library.photos.set_favourite(ids[2], True)
    library.photos.set_favourite(ids[2], False)
    assert library.photos.favourites() == [ids[1]]


def test_many_favourites_at_once_and_what_changed(library: Library) -> None:
    ids = stock(library, 4)
    library.photos.set_favourite(ids[1], True)
    changed = library.photos.set_favourites([ids[0], ids[1], ids[3], ids[0]], True)
    assert changed == [ids[0], ids[3]]
    assert set(library.photos.favourites()) == {ids[0], ids[1], ids[3]}
    with pytest.raises(UsageError, match="no such photo"):
        library.photos.set_favourites([ids[2], 7], True)
    assert library.photos.set_favourites(changed, False) == changed
    assert library.photos.favourites() == [ids[1]]


def test_which_photos_lie_somewhere(library: Library) -> None:
    ids = stock(library, 3)
    library.photos.forget_place(f"{FOLDER}/000001.jpg")
    assert library.photos.present([*ids, 7]) == {ids[0], ids[2]}


# -- concepts ------------------------------------------------------------------------------------


def test_concepts_are_found_however_their_name_is_written(library: Library) -> None:
    zoe = library.concepts.add("  Zoë   Müller ", "person")
    assert zoe.name == "Zoë Müller"
    assert zoe.noun == "person"
    for name in ("zoë müller", "ZOË MÜLLER", "Zoe\u0308 Müller", "Ｚｏë  Müller"):
        assert library.concepts.named(name) == zoe
    assert library.concepts.named("Zoe Muller") is None
    assert library.concepts.get(zoe.id) == zoe
    biscuit = library.concepts.add("Biscuit", "pet", "dog")
    assert library.concepts.all() == [zoe, biscuit]
    assert library.concepts.names() == {zoe.id: "Zoë Müller", biscuit.id: "Biscuit"}


@pytest.mark.parametrize(
    "name",
    ["", "   ", "\x1b[31mRed", "a\0b", "x" * 101, "\ud800", "\uffff", "\u0301\u200b" * 60],
)
def test_names_that_cannot_be(library: Library, name: str) -> None:
    with pytest.raises(UsageError, match="name"):
        library.concepts.add(name, "person")
    assert library.concepts.all() == []


def test_names_with_pictures_in_them_are_shown_as_they_are(library: Library) -> None:
    for name in ("👨\u200d👩\u200d👧", "Luna \U0001fa77", "Tom \\ 'Tim'"):  # one newer than Python
        assert library.concepts.add(name, "person").name == name
        with pytest.raises(UsageError, match="named “" + re.escape(name) + "”"):
            library.concepts.add(name, "person")


def test_a_name_is_taken_once(library: Library) -> None:
    ada = library.concepts.add("Ada", "person")
    eve = library.concepts.add("Eve", "person")
    with pytest.raises(UsageError, match="already someone or something named “ADA”"):
        library.concepts.add("ADA", "pet")
    with pytest.raises(UsageError, match="already"):
        library.concepts.rename(eve.id, "ada")
    assert library.concepts.names() == {ada.id: "Ada", eve.id: "Eve"}
    assert library.concepts.rename(ada.id, "ADA").name == "ADA"


def test_an_unknown_kind(library: Library) -> None:
    with pytest.raises(UsageError, match="person, pet, thing"):
        library.concepts.add("Ada", "robot")


def test_removing_is_undone_by_restoring(library: Library) -> None:
    ids = stock(library, 2)
    ada = library.concepts.add("Ada", "person")
    library.tags.add(ada.id, ids[0])
    library.decisions.decide(ada.id, ids[1], "rejected")
    library.concepts.remove(ada.id)
    assert library.concepts.named("Ada") is None
    assert library.concepts.get(ada.id) is None
    assert library.concepts.all() == []
    assert library.sightings.of_photo(ids[0]) == []
    assert library.concepts.removed() == [ada]
    assert library.concepts.restore(ada.id) == ada
    assert [s.state for s in library.sightings.of_photo(ids[0])] == ["confirmed"]
    assert library.decisions.of_concept(ada.id) == {ids[1]: "rejected"}


def test_a_name_given_away_in_between_blocks_restoring(library: Library) -> None:
    first = library.concepts.add("Ada", "person")
    library.concepts.remove(first.id)
    second = library.concepts.add("Ada", "pet")
    assert second.id != first.id
    with pytest.raises(UsageError, match="already"):
        library.concepts.restore(first.id)
    library.concepts.rename(second.id, "Ada the cat")
    assert library.concepts.restore(first.id) == first


def test_nobody_by_that_number(library: Library) -> None:
    for call in (
        lambda: library.concepts.rename(9, "Ada"),
        lambda: library.concepts.set_noun(9, "dog"),
        lambda: library.concepts.remove(9),
        lambda: library.concepts.restore(9),
    ):
        with pytest.raises(UsageError, match="nobody"):
            call()


def test_nouns(library: Library) -> None:
    momo = library.concepts.add("Momo", "pet")
    assert momo.noun == "pet"
    assert library.concepts.set_noun(momo.id, "cat").noun == "cat"
    mug = library.concepts.add("Mug", "thing", "old mug")
    ada = library.concepts.add("Ada", "person")
    for concept in (momo, mug, ada):
        library.concepts.remove(concept.id)
    assert library.concepts.shown_names() == {
        momo.id: "a cat",
        mug.id: "an old mug",
        ada.id: "someone",
    }


def test_a_number_is_never_given_twice_even_after_an_old_backup_came_back(
    library: Library, home: Path
) -> None:
    backup = library.back_up()
    tom = library.concepts.add("Tom", "person")
    library.close()
    (home / "library.db").write_bytes(backup.read_bytes())
    with Library.open(home) as later:
        assert later.concepts.all() == []
        assert later.concepts.add("Momo", "pet").id > tom.id


def test_hidden_ones_are_known_all_the_same(library: Library) -> None:
    ada = library.concepts.add("Ada", "person")
    tom = library.concepts.add("Tom", "person")
    assert library.concepts.hide(tom.id).hidden
    assert [(one.name, one.hidden) for one in library.concepts.all()] == [
        ("Ada", False),
        ("Tom", True),
    ]
    assert library.concepts.count() == 1
    assert library.concepts.named("tom") == library.concepts.get(tom.id)
    assert library.concepts.shown_names() == {ada.id: "Ada", tom.id: "Tom"}
    assert library.concepts.unhide(tom.id) == tom
    assert library.concepts.count() == 2


def test_covers(library: Library) -> None:
    photo = stock(library, 1)[0]
    ada = library.concepts.add("Ada", "person")
    box = (0.25, 0.25, 0.5, 0.5)
    assert library.concepts.set_cover(ada.id, Cover(photo, box)).cover == Cover(photo, box)
    assert library.concepts.named("Ada") == replace(ada, cover=Cover(photo, box))
    assert library.concepts.set_cover(ada.id, Cover(photo)).cover == Cover(photo)
    with pytest.raises(UsageError, match="no such photo"):
        library.concepts.set_cover(ada.id, Cover(7))
    with pytest.raises(UsageError, match="box"):
        library.concepts.set_cover(ada.id, Cover(photo, (0.5, 0.5, 0.5, 0.5)))
    assert library.concepts.set_cover(ada.id, None) == ada
    for change in (library.concepts.hide, library.concepts.unhide):
        with pytest.raises(UsageError, match="nobody"):
            change(9)
    with pytest.raises(UsageError, match="nobody"):
        library.concepts.set_cover(9, None)


# -- tags and decisions --------------------------------------------------------------------------


def test_tags(library: Library) -> None:
    ids = stock(library, 3)
    ada = library.concepts.add("Ada", "person").id
    library.tags.add(ada, ids[0])
    library.tags.add(ada, ids[1], (0.1, 0.2, 0.5, 0.75))
    assert [tag.photo_id for tag in library.tags.of_concept(ada)] == ids[:2]
    assert library.tags.of_photo(ids[1])[0].box == (0.1, 0.2, 0.5, 0.75)
    library.tags.add(ada, ids[1])
    assert library.tags.of_photo(ids[1])[0].box is None
    removed = library.tags.remove(ada, ids[1])
    assert removed is not None
    assert library.tags.of_photo(ids[1]) == []
    library.tags.add(removed.concept_id, removed.photo_id, removed.box)
    assert len(library.tags.of_concept(ada)) == 2
    assert library.tags.remove(ada, ids[2]) is None


@pytest.mark.parametrize(
    "box",
    [(0, 0, 2, 1), (0.5, 0, 0.5, 1), (0.6, 0, 0.5, 1), (-0.1, 0, 1, 1), (0, 0.2, 1, float("nan"))],
)
def test_a_box_lies_in_the_picture(
    library: Library, box: tuple[float, float, float, float]
) -> None:
    photo = stock(library, 1)[0]
    ada = library.concepts.add("Ada", "person").id
    with pytest.raises(UsageError, match="box"):
        library.tags.add(ada, photo, box)


def test_tags_and_decisions_need_a_photo_and_a_concept(library: Library) -> None:
    photo = stock(library, 1)[0]
    ada = library.concepts.add("Ada", "person").id
    for concept, where in ((ada, 5), (99, photo)):
        with pytest.raises(UsageError, match="no such photo, or nobody"):
            library.tags.add(concept, where)
        with pytest.raises(UsageError, match="no such photo, or nobody"):
            library.decisions.decide(concept, where, "confirmed")
    with pytest.raises(UsageError, match="confirmed"):
        library.decisions.decide(ada, photo, "maybe")


def test_decisions_are_undone_one_by_one(library: Library) -> None:
    photo = stock(library, 1)[0]
    ada = library.concepts.add("Ada", "person").id
    library.decisions.decide(ada, photo, "confirmed")
    library.decisions.decide(ada, photo, "rejected")
    library.decisions.decide(ada, photo, "rejected")
    assert library.decisions.of_photo(photo) == {ada: "rejected"}
    assert library.decisions.undo(ada, photo) == "confirmed"
    assert library.decisions.of_concept(ada) == {photo: "confirmed"}
    assert library.decisions.undo(ada, photo) is None
    assert library.decisions.of_concept(ada) == {}
    assert library.decisions.undo(ada, photo) is None


def test_many_tags_at_once_and_back_again(library: Library) -> None:
    ids = stock(library, 4)
    ada = library.concepts.add("Ada", "person").id
    box, other = (0.1, 0.2, 0.5, 0.75), (0.5, 0.2, 0.75, 0.75)
    library.tags.add(ada, ids[0], box)
    library.decisions.decide(ada, ids[0], "rejected")

    before = library.tags.add_many(ada, {ids[0]: other, ids[1]: None})
    assert {tag.photo_id: tag.box for tag in library.tags.all()} == {ids[0]: other, ids[1]: None}
    assert library.sightings.of_photo(ids[0])[0].state == "confirmed"
    library.tags.put_back(ada, ids[:2], before)
    assert {tag.photo_id: tag.box for tag in library.tags.all()} == {ids[0]: box}
    # It was rejected after it was tagged, and is again.
    assert library.sightings.of_photo(ids[0])[0].state == "rejected"

    library.tags.add_many(ada, dict.fromkeys(ids[1:]))
    removed = library.tags.remove_many(ada, [*ids, 7])
    assert library.tags.all() == []
    library.tags.put_back(ada, ids, removed)
    assert {tag.photo_id for tag in library.tags.all()} == set(ids)
    with pytest.raises(UsageError, match="no such photo"):
        library.tags.add_many(ada, {ids[0]: None, 7: None})
    with pytest.raises(UsageError, match="box"):
        library.tags.add_many(ada, {ids[0]: (0, 0, 2, 2)})
    assert {tag.photo_id: tag.box for tag in library.tags.all()}[ids[0]] == box


def test_many_decisions_at_once_and_undone(library: Library) -> None:
    ids = stock(library, 4)
    ada = library.concepts.add("Ada", "person").id
    library.decisions.decide(ada, ids[0], "confirmed")
    library.decisions.decide(ada, ids[1], "rejected")
    new = library.decisions.decide_many(ada, [*ids[:3], ids[2]], "confirmed")
    assert new == [ids[1], ids[2]], "the first was confirmed before"
    library.decisions.undo_many(ada, new)
    assert library.decisions.of_concept(ada) == {ids[0]: "confirmed", ids[1]: "rejected"}
    with pytest.raises(UsageError, match="no such photo"):
        library.decisions.decide_many(ada, [ids[3], 7], "rejected")
    assert ids[3] not in library.decisions.of_concept(ada)


def test_decisions_last(library: Library, home: Path) -> None:
    ids = stock(library, 3)
    ada = library.concepts.add("Ada", "person").id
    library.decisions.decide(ada, ids[0], "rejected")
    library.decisions.decide(ada, ids[1], "confirmed")
    library.sightings.put_scores(
        ada, "head-1", [(photo, 0.99, "recognised", None) for photo in ids]
    )
    library.close()
    (home / "index.db").unlink()
    with Library.open(home) as later:
        assert later.decisions.of_concept(ada) == {ids[0]: "rejected", ids[1]: "confirmed"}
        states = {s.photo_id: s.state for s in later.sightings.of_concept(ada)}
        assert states == {ids[0]: "rejected", ids[1]: "confirmed"}


# -- strangers -----------------------------------------------------------------------------------


def test_faces_of_nobody_known(library: Library, home: Path) -> None:
    ids = stock(library, 2)
    left, right = (0.125, 0.25, 0.25, 0.5), (0.5, 0.25, 0.75, 0.5)
    numbers = library.strangers.ignore([(ids[0], left), (ids[0], right), (ids[1], left)])
    library.strangers.notice(numbers[1:2])
    with pytest.raises(UsageError, match="no such photo"):
        library.strangers.ignore([(ids[1], right), (7, right)])
    with pytest.raises(UsageError, match="box"):
        library.strangers.ignore([(ids[1], (0, 0, 0, 0))])
    library.close()
    (home / "index.db").unlink()
    with Library.open(home) as later:
        assert [(one.id, one.photo_id, one.box) for one in later.strangers.all()] == [
            (numbers[2], ids[1], left),
            (numbers[0], ids[0], left),
        ]
        assert list(later.strangers.of_photos(ids[:1])) == ids[:1]


# -- albums --------------------------------------------------------------------------------------


def test_albums(library: Library) -> None:
    ids = stock(library, 4)
    album = library.albums.create(" Summer  2023 ")
    assert album.name == "Summer 2023"
    library.albums.add(album.id, [ids[2], ids[0]])
    library.albums.add(album.id, [ids[0], ids[1]])
    assert set(library.albums.photos(album.id)) == {ids[0], ids[1], ids[2]}
    assert library.albums.photos(album.id)[-1] == ids[1]
    library.albums.take_out(album.id, [ids[0], ids[3]])
    assert [(a.name, a.photos) for a in library.albums.all()] == [("Summer 2023", 2)]
    with pytest.raises(UsageError, match="needs a name"):
        library.albums.create(" ")
    with pytest.raises(UsageError, match="no such album"):
        library.albums.add(99, [ids[0]])
    with pytest.raises(UsageError, match="no such"):
        library.albums.add(album.id, [ids[3], 77])
    assert ids[3] not in library.albums.photos(album.id)


def test_albums_are_renamed_removed_and_restored(library: Library) -> None:
    ids = stock(library, 2)
    album = library.albums.create("Sumer")
    assert library.albums.rename(album.id, " Summer ").name == "Summer"
    assert library.albums.add(album.id, [ids[0]]) == [ids[0]]
    assert library.albums.add(album.id, ids) == [ids[1]]
    assert library.albums.set_cover(album.id, ids[1]).cover == ids[1]
    assert library.albums.first_photos() == {album.id: ids[0]}
    assert [one.name for one in library.albums.of_photo(ids[1])] == ["Summer"]
    known = library.albums.get(album.id)
    library.albums.remove(album.id)
    assert library.albums.all() == library.albums.of_photo(ids[1]) == []
    assert library.albums.get(album.id) is None
    assert library.albums.count() == 0
    assert library.albums.removed() == [known]
    for call in (
        lambda: library.albums.rename(album.id, "Winter"),
        lambda: library.albums.add(album.id, ids),
        lambda: library.albums.remove(album.id),
        lambda: library.albums.restore(99),
    ):
        with pytest.raises(UsageError, match="no such album"):
            call()
    assert library.albums.restore(album.id) == known
    assert library.albums.set_cover(album.id, None).cover is None
    with pytest.raises(UsageError, match="no such photo"):
        library.albums.set_cover(album.id, 7)
    for name in (" ", "x" * 201):
        with pytest.raises(UsageError, match="album"):
            library.albums.rename(album.id, name)


def test_photos_taken_out_of_an_album_go_back_to_where_they_were(library: Library) -> None:
    ids = stock(library, 3)
    album = library.albums.create("Summer").id
    for photo in ids:
        library.albums.add(album, [photo])
    taken = library.albums.take_out(album, [ids[1], 7])
    assert library.albums.photos(album) == [ids[0], ids[2]]
    library.albums.put_back(album, taken)
    assert library.albums.photos(album) == ids


def test_saved_searches(library: Library) -> None:
    ids = stock(library, 1)
    album = library.albums.save_search("Beach days", "Biscuit  at the beach")
    assert (album.name, album.query, album.photos) == (
        "Beach days",
        "Biscuit at the beach",
        0,
    )
    assert library.albums.all() == [album]
    with pytest.raises(UsageError, match="by itself"):
        library.albums.add(album.id, ids)
    with pytest.raises(UsageError, match="to look for"):
        library.albums.save_search("Nothing", " ")
