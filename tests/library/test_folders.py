"""Folders taken out of the library and put back: nothing that was said or made is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import UsageError
from engine.library import Library
from engine.library.absence import Offline
from engine.library.concepts import Cover
from engine.library.info import Info
from engine.library.photos import Found
from engine.library.trips import FoundTrip
from tests.library.shelves import hash_of


def put(library: Library, folder: str, numbers: range, at: str = "") -> list[int]:
    """Photos with these numbers in a folder of the library, recorded as found in `at`."""
    number = library.folders.add(folder).id
    return library.photos.record_many(
        Found(f"{at or folder}/{n}.jpg", hash_of(n), n, n * 10**9, number) for n in numbers
    )


def test_a_folder_taken_out_takes_its_photos_with_it(library: Library) -> None:
    kept, gone = put(library, "/a", range(2)), put(library, "/b", range(2, 5))
    folder = library.folders.all()[1]
    library.folders.remove(folder.id)
    assert [one.path for one in library.folders.all()] == [Path("/a")]
    assert set(library.photos.ids()) == set(kept)
    assert library.photos.count() == 2
    assert sorted(library.timelines.read().ids.tolist()) == sorted(kept)
    assert library.photos.present(gone) == set()
    assert set(library.photos.many(gone)) == set(gone), "they are known all the same"
    assert {two[0] for two in library.photos.modified()} == set(kept)
    assert library.photos.places("/b") == {}


@pytest.mark.parametrize("way", ["restore", "add"])
def test_it_comes_back_as_it_was(library: Library, way: str) -> None:
    put(library, "/a", range(2))
    gone = put(library, "/b", range(2, 5))
    library.absence.miss(["/b/4.jpg"], "2026")
    album = library.albums.create("Summer")
    library.albums.add(album.id, gone)
    library.albums.set_cover(album.id, gone[1])
    library.photos.set_favourite(gone[0], True)
    before = library.photos.places(), library.folders.all(), library.photos.many(gone)
    folder = library.folders.all()[1]
    library.folders.remove(folder.id)
    assert library.albums.photos(album.id) == []
    assert [(one.photos, one.cover) for one in library.albums.all()] == [(0, None)]
    assert library.albums.first_photos() == {}
    assert library.albums.add(album.id, gone[:1]) == [], "it has its place in it"
    if way == "restore":
        assert library.folders.restore(folder.id) == folder
    else:
        assert library.folders.add("/b") == folder
    assert (library.photos.places(), library.folders.all(), library.photos.many(gone)) == before
    assert library.albums.photos(album.id) == gone
    assert [(one.photos, one.cover) for one in library.albums.all()] == [(3, gone[1])]
    assert library.absence.away() == {gone[2]}


def test_what_another_folder_holds_too_stays(library: Library) -> None:
    inside = put(library, "/a", range(2), at="/a/inside")
    outside = put(library, "/a", range(2, 4))
    copies = put(library, "/c", range(1, 3))
    inner = library.folders.add("/a/inside")
    library.folders.remove(library.folders.add("/a").id)
    assert set(library.photos.ids()) == {*inside, *copies}
    assert set(library.photos.places()) == {
        b"/a/inside/0.jpg", b"/a/inside/1.jpg", b"/c/1.jpg", b"/c/2.jpg"
    }  # fmt: skip
    library.folders.remove(inner.id)
    assert set(library.photos.ids()) == set(copies)
    # Whoever holds them now brings them back.
    library.folders.add("/a")
    assert set(library.photos.ids()) == {*inside, *outside}
    assert len(library.photos.places()) == 6


def test_a_name_that_only_begins_like_it(library: Library) -> None:
    kept = [*put(library, "/b2", range(2)), *put(library, "/b-", range(2, 4))]
    put(library, "/b", range(4, 6))
    library.folders.remove(library.folders.add("/b").id)
    assert set(library.photos.ids()) == set(kept)


def test_a_scan_that_had_begun_brings_nothing_back(library: Library) -> None:
    put(library, "/b", range(2))
    folder = library.folders.all()[0]
    library.folders.remove(folder.id)
    found = [Found(f"/b/{n}.jpg", hash_of(n), n, n * 10**9 + 1, folder.id) for n in (1, 7)]
    new = library.photos.record_many(found)[1]
    assert library.photos.ids() == []
    library.folders.restore(folder.id)
    assert library.photos.count() == 3
    assert new in library.photos.ids()
    place = library.photos.place("/b/1.jpg")
    assert place is not None
    assert place.mtime_ns == 10**9 + 1, "the last one seen counts"


def test_what_is_said_of_its_photos_stays(library: Library) -> None:
    kept, gone = put(library, "/a", range(3)), put(library, "/b", range(3, 8))
    ada = library.concepts.add("Ada", "person")
    tom = library.concepts.add("Tom", "person")
    library.concepts.set_cover(ada.id, Cover(gone[0], None))
    library.tags.add(ada.id, gone[0])
    library.decisions.decide(ada.id, gone[1], "rejected")
    scores = [(photo, 0.9, "recognised", None) for photo in (*gone, kept[0])]
    library.sightings.put_scores(ada.id, "head", scores)
    library.sightings.put_scores(tom.id, "head", [(kept[1], 0.5, "suggested", None)])
    library.concepts.merge(ada.id, tom.id)
    library.captions.edit(gone[2], "Ada at home")
    people = library.people.all()
    assert [(one.photos, one.suggested) for one in people] == [(5, 1)]
    folder = library.folders.add("/b")
    library.folders.remove(folder.id)
    [person] = library.people.all()
    assert (person.photos, person.confirmed, person.suggested) == (1, 0, 1)
    assert person.cover is not None
    assert person.cover.photo_id == kept[0]
    library.folders.restore(folder.id)
    assert library.people.all() == people
    caption = library.captions.get(gone[2])
    assert caption is not None
    assert caption.edited


def test_counts_of_those_that_were_not_merged(library: Library) -> None:
    kept, gone = put(library, "/a", range(2)), put(library, "/b", range(2, 10))
    ada = library.concepts.add("Ada", "person")
    scores = [(photo, 0.9 - at / 100, "recognised", None) for at, photo in enumerate(gone)]
    library.sightings.put_scores(ada.id, "head", [*scores, (kept[0], 0.6, "recognised", None)])
    library.tags.add(ada.id, gone[0])
    library.decisions.decide(ada.id, gone[1], "rejected")
    library.folders.remove(library.folders.add("/b").id)
    [person] = library.people.all()
    assert (person.photos, person.confirmed, person.suggested) == (1, 0, 0)
    assert person.cover is not None
    assert person.cover.photo_id == kept[0]


def test_its_troubles_are_nobodys_business(library: Library) -> None:
    put(library, "/a", range(1))
    photo = put(library, "/b", range(1, 2))[0]
    library.problems.put("/a/x.jpg", "It is empty.")
    library.problems.put("/b/x.jpg", "It is empty.")
    library.absence.put_offline([Offline(Path("/b/inside"), "2026", "It is not there.", 3)])
    library.photos.record("/b/del.jpg", hash_of(9), 1, 1, library.folders.add("/b").id)
    library.absence.miss(["/b/del.jpg"], "2026")
    library.trash.put(["/b/del.jpg"])
    before = library.problems.all(), library.folders.offline(), library.trash.all()
    assert [len(some) for some in before] == [2, 1, 1]
    folder = library.folders.add("/b")
    library.folders.remove(folder.id)
    assert [one.path for one in library.problems.all()] == [Path("/a/x.jpg")]
    assert library.problems.count() == 1
    assert library.folders.offline() == []
    assert library.trash.all() == []
    assert library.trash.restore([before[2][0].photo_id]) == 1
    assert photo not in library.photos.ids()
    assert len(library.photos.ids()) == 1
    library.folders.restore(folder.id)
    assert (library.problems.all(), library.folders.offline()) == before[:2]
    assert len(library.photos.ids()) == 3, "what was had back is back with its folder"


def test_no_such_folder(library: Library) -> None:
    folder = library.folders.add("/a")
    library.folders.remove(folder.id)
    for call in (library.folders.remove, library.folders.restore):
        with pytest.raises(UsageError, match="no such folder"):
            call(folder.id + 1)
    with pytest.raises(UsageError, match="no such folder"):
        library.folders.remove(folder.id)
    library.folders.restore(folder.id)
    library.folders.restore(folder.id)  # it is there
    assert library.folders.all() == [folder]


def test_trips_have_fewer_photos_until_they_are_found_anew(library: Library) -> None:
    kept, gone = put(library, "/a", range(2)), put(library, "/b", range(2, 5))
    found = [
        FoundTrip([kept[0], gone[0]], 0, 1, "Both", gone[0]),
        FoundTrip(gone[1:], 2, 3, "Gone", gone[1]),
    ]
    everything = [*kept, *gone]
    infos = (Info(4, 3, f"2024-01-01T00:00:0{at}", None, None, None, "JPEG") for at in range(5))
    library.info.put_many(dict(zip(everything, infos, strict=True)))
    library.trips.replace(found, "made up")
    before = library.trips.all()
    assert [one.title for one in before] == ["Gone", "Both"]
    folder = library.folders.add("/b")
    library.folders.remove(folder.id)
    [both] = library.trips.all()
    assert (both.title, both.photos, both.cover) == ("Both", 1, kept[0])
    assert library.trips.photos(both.id) == kept[:1]
    library.trips.rename(both.id, "The two of us")
    library.folders.restore(folder.id)
    assert [one.title for one in library.trips.all()] == ["Gone", "The two of us"]
    assert library.trips.photos(both.id) == [kept[0], gone[0]]
    assert [one.photos for one in library.trips.all()] == [one.photos for one in before]
