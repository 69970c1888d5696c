"""Teaching and correcting with a tiny pack: found everywhere, named, and never asked again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import FamiliarError, NoRoom, UsageError
from engine.familiar import Familiar
from engine.indexing.teaching import Example
from engine.library import Library
from engine.library.templates import slot
from engine.library.trips import FoundTrip
from engine.photos import thumbnails
from engine.progress import Cancel, Cancelled, Progress
from tests.tiny import TinyPack, TinyVLM, paint

ADA = (250, 30, 30)
TOM = (20, 240, 20)
OTHER = (30, 30, 250)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Sixty photos: Biscuit is orange, Ada and Tom have faces of their own."""
    folder = tmp_path / "photos"
    rest = ["red", "green", "blue", "yellow", "white", "black", "grey"]
    for number in range(60):
        background = rest[number % 7]
        colours = ["orange", background] if number % 6 == 0 else [background, rest[number % 5]]
        faces = []
        if number % 5 == 0:
            faces.append(ADA)
        if number % 7 == 1:
            faces.append(TOM)
        if number % 11 == 2:
            faces = [OTHER]
        paint(folder / f"{number:02}.png", colours, number, faces)
    return folder


@pytest.fixture
def familiar(home: Path, photos: Path) -> Iterator[Familiar]:
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.add(photos)
        familiar.index()
        yield familiar


def numbers(familiar: Familiar, name: str, *states: str) -> set[int]:
    """The numbers of the photos in which someone has one of these states."""
    found = set()
    for card in familiar.export():
        for one in card.sightings:
            if one.name == name and one.state in states:
                found.add(int(card.path.stem))
    return found


def some(photos: Path, *which: int) -> list[Path]:
    return [photos / f"{number:02}.png" for number in which]


def test_a_pet_is_found_in_the_whole_library(familiar: Familiar, photos: Path) -> None:
    taught = familiar.teach("Biscuit", "pet", some(photos, 0, 6, 12))
    assert (taught.tagged, taught.recognised, taught.suggested) == (3, 7, 0)
    assert numbers(familiar, "Biscuit", "confirmed") == {0, 6, 12}
    assert numbers(familiar, "Biscuit", "recognised") == set(range(18, 60, 6))
    for card in familiar.export():
        assert card.caption is not None
        assert card.caption.startswith("Biscuit" if int(card.path.stem) % 6 == 0 else "a picture")


def test_only_captions_that_changed_are_written_again(familiar: Familiar, photos: Path) -> None:
    vlm = familiar.pack.vlm
    assert isinstance(vlm, TinyVLM)
    vlm.captions = 0
    taught = familiar.teach("Biscuit", "pet", some(photos, 0, 6, 12))
    assert taught.captioned == 10
    views = 3 * 8  # the frozen model's own captions of the tagged photos' views, to learn from
    assert vlm.captions == 10 + views


def test_people_by_their_faces_and_several_in_one_caption(familiar: Familiar, photos: Path) -> None:
    familiar.teach("Ada", "person", some(photos, 5, 10))
    familiar.teach("Tom", "person", some(photos, 8))
    familiar.teach("Biscuit", "pet", some(photos, 0, 6, 12))
    ada = {n for n in range(0, 60, 5) if n % 11 != 2}
    tom = {n for n in range(1, 60, 7) if n % 11 != 2}
    assert numbers(familiar, "Ada", "confirmed", "recognised") == ada
    assert numbers(familiar, "Tom", "confirmed", "recognised") == tom
    both = familiar.show(photos / "15.png")
    assert both.caption is not None
    assert both.caption.startswith("Ada and Tom in") or both.caption.startswith("Tom and Ada in")
    assert {one.name for one in both.sightings} == {"Ada", "Tom"}
    assert all(one.box is not None for one in both.sightings)
    assert familiar.show(photos / "30.png").caption is not None
    people = {one.concept.name: (one.photos, one.tagged) for one in familiar.people()}
    assert people == {"Ada": (len(ada), 2), "Tom": (len(tom), 1), "Biscuit": (10, 3)}


def test_search_by_those_taught(familiar: Familiar, photos: Path) -> None:
    familiar.teach("Ada", "person", some(photos, 5, 10))
    familiar.teach("Tom", "person", some(photos, 8))
    found = familiar.search("Ada without Tom")
    assert {int(one.path.stem) for one in found} == numbers(
        familiar, "Ada", "confirmed", "recognised"
    ) - numbers(familiar, "Tom", "confirmed", "recognised")
    assert {one.path.stem for one in familiar.search("Ada and Tom")} == {"15", "50"}
    assert "Ada, confirmed by you" in familiar.search("photos of Ada")[0].why


def test_photos_that_are_not_indexed_yet(familiar: Familiar, photos: Path, tmp_path: Path) -> None:
    elsewhere = paint(tmp_path / "elsewhere" / "biscuit.png", ["orange", "grey"], 900)
    inside = paint(photos / "new.png", ["orange", "white"], 901)
    paint(tmp_path / "elsewhere" / "private.png", ["red"], 902)
    taught = familiar.teach("Biscuit", "pet", [elsewhere, inside, photos / "06.png"])
    assert taught.tagged == 3
    assert familiar.show(elsewhere).caption is not None
    familiar.index()
    assert {card.path.name for card in familiar.export()} >= {"biscuit.png", "new.png"}
    assert "private.png" not in {card.path.name for card in familiar.export()}


def test_teaching_an_empty_library(home: Path, photos: Path) -> None:
    """Two photos each of two pets are each other's only comparison."""
    with Familiar(Library.open(home), TinyPack()) as familiar:
        with pytest.raises(UsageError, match="no other photos"):
            familiar.teach("Biscuit", "pet", some(photos, 0, 6))
        assert familiar.people() == []
        familiar.add(photos)
        familiar.index(captions=False)
        taught = familiar.teach("Biscuit", "pet", some(photos, 0, 6))
        assert taught.recognised == 8
        assert len(familiar.library.captions.all()) == 2, "only the tagged ones were captioned"


def test_a_name_of_another_kind_is_refused(familiar: Familiar, photos: Path) -> None:
    familiar.teach("Ada", "person", some(photos, 5))
    with pytest.raises(UsageError, match="already the name of a person"):
        familiar.teach("ada", "pet", some(photos, 0))
    assert len(familiar.people()) == 1


def test_teaching_again_adds_photos(familiar: Familiar, photos: Path) -> None:
    familiar.teach("Biscuit", "pet", some(photos, 0))
    taught = familiar.teach("biscuit", "pet", some(photos, 0, 6))
    assert taught.tagged == 2
    assert [one.concept.name for one in familiar.people()] == ["Biscuit"]


@pytest.mark.parametrize("name", ["", "   ", "a\nb\x1b[2J", "x" * 500])
def test_names_that_are_none(familiar: Familiar, photos: Path, name: str) -> None:
    with pytest.raises(UsageError, match="name"):
        familiar.teach(name, "pet", some(photos, 0))
    assert familiar.people() == []


def test_photos_that_teach_nothing(familiar: Familiar, photos: Path) -> None:
    with pytest.raises(UsageError, match="No face"):
        familiar.teach("Ada", "person", some(photos, 3, 4))
    bad = photos / "bad.png"
    bad.write_bytes(b"nothing")
    with pytest.raises(FamiliarError, match=r"bad\.png: .*not a picture"):
        familiar.teach("Ada", "person", [bad])
    with pytest.raises(FamiliarError, match="There is no file"):
        familiar.teach("Ada", "person", [photos / "none.png"])
    with pytest.raises(FamiliarError, match="photos: It is a folder"):
        familiar.teach("Ada", "person", [photos])
    assert familiar.people() == []
    assert all(not card.sightings for card in familiar.export())


def test_a_photo_that_left_the_library_since_it_was_chosen(
    familiar: Familiar, tmp_path: Path
) -> None:
    library, new = familiar.library, tmp_path / "photos" / "new.png"
    folder = library.folders.all()[0]
    photo = library.photos.record(new, f"{1 << 60:064x}", 1, 1, folder.id)
    library.photos.forget_place(new)
    with pytest.raises(FamiliarError, match="not in the library any more"):
        familiar.teach("Biscuit", "pet", [Example(photo)])
    assert library.concepts.named("Biscuit") is None


def test_a_correction_is_never_undone(familiar: Familiar, photos: Path) -> None:
    familiar.teach("Ada", "person", some(photos, 5, 10))
    familiar.teach("Tom", "person", some(photos, 8))
    card = familiar.decide(photos / "20.png", "Ada", "rejected")
    assert card.caption is not None
    assert "Ada" not in card.caption
    card = familiar.decide(photos / "03.png", "Ada", "confirmed")
    assert card.caption is not None
    assert card.caption.startswith("Ada in")
    familiar.teach("Ada", "person", some(photos, 25))
    familiar.index()
    assert numbers(familiar, "Ada", "rejected") == {20}
    assert 3 in numbers(familiar, "Ada", "confirmed")
    assert "20" not in {one.path.stem for one in familiar.search("Ada")}


def test_a_rejected_pet_teaches_the_head(familiar: Familiar, photos: Path, tmp_path: Path) -> None:
    """Photos like the rejected one are no longer taken for Biscuit."""
    for number in range(4):
        paint(photos / f"8{number}.png", ["orange", "black"], 800 + number)
    familiar.index()
    familiar.teach("Biscuit", "pet", some(photos, 0, 6, 12))
    head = familiar.library.learned.all("head", "tiny-encoder-1")
    familiar.decide(photos / "80.png", "Biscuit", "rejected")
    again = familiar.library.learned.all("head", "tiny-encoder-1")
    assert {one.data for one in head.values()} != {one.data for one in again.values()}
    assert 80 not in numbers(familiar, "Biscuit", "recognised", "confirmed", "suggested")


def test_a_decision_is_kept_even_while_another_process_works(
    familiar: Familiar, photos: Path
) -> None:
    from engine.indexing.lock import only_writer

    familiar.teach("Ada", "person", some(photos, 5, 10))
    with only_writer(familiar.library.home):
        familiar.decide(photos / "20.png", "Ada", "rejected")
    assert numbers(familiar, "Ada", "rejected") == {20}
    familiar.index()
    card = familiar.show(photos / "20.png")
    assert card.caption is not None
    assert "Ada" not in card.caption


def test_renaming_changes_every_caption_and_runs_no_model(familiar: Familiar, photos: Path) -> None:
    familiar.teach("Ada", "person", some(photos, 5, 10))
    concept = familiar.people()[0].concept
    vlm = familiar.pack.vlm
    assert isinstance(vlm, TinyVLM)
    vlm.captions = 0
    familiar.library.concepts.rename(concept.id, "Zoë")
    card = familiar.show(photos / "25.png")
    assert card.caption is not None
    assert card.caption.startswith("Zoë in")
    assert card.template is not None
    assert slot(concept.id) in card.template
    familiar.index()
    assert vlm.captions == 0


def test_an_edited_caption_is_never_overwritten(familiar: Familiar, photos: Path) -> None:
    photo = familiar.library.photos.by_path(photos / "00.png")
    assert photo is not None
    familiar.library.captions.edit(photo.id, "our best day")
    familiar.teach("Biscuit", "pet", some(photos, 0, 6, 12))
    familiar.index()
    assert familiar.show(photos / "00.png").caption == "our best day"


def test_stopped_while_learning_goes_on_at_the_next_index(familiar: Familiar, photos: Path) -> None:
    cancel = Cancel()

    def stop(progress: Progress) -> None:
        if progress.stage == "learn":
            cancel.cancel()

    with pytest.raises((Cancelled, FamiliarError)):
        familiar.teach("Biscuit", "pet", some(photos, 0, 6, 12), progress=stop, cancel=cancel)
    assert numbers(familiar, "Biscuit", "recognised") == set(range(18, 60, 6))
    familiar.index()
    assert familiar.show(photos / "18.png").caption == familiar.show(photos / "18.png").caption
    card = familiar.show(photos / "18.png")
    assert card.caption is not None
    assert card.caption.startswith("Biscuit in")


def test_photos_of_which_nothing_is_learned_leave_the_library_again(
    familiar: Familiar, photos: Path, tmp_path: Path
) -> None:
    good = paint(tmp_path / "elsewhere" / "good.png", ["orange"], 200)
    bad = tmp_path / "elsewhere" / "bad.png"
    bad.write_bytes(b"nothing of the kind")
    missing = tmp_path / "missing.png"
    for wrong in (bad, missing):
        with pytest.raises(FamiliarError):
            familiar.teach("Biscuit", "pet", [good, wrong])
        assert [one.path for one in familiar.library.folders.all()] == [photos]
        assert familiar.library.photos.count() == 60
        assert familiar.status().problems == []
    familiar.teach("Biscuit", "pet", [good])
    assert [one.path for one in familiar.library.folders.all()] == [photos, good]
    with pytest.raises(FamiliarError):
        familiar.teach("Biscuit", "pet", [good, bad])
    assert [one.path for one in familiar.library.folders.all()] == [photos, good]


def test_too_little_memory_for_a_name_leaves_the_rest_done(
    familiar: Familiar, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*args: object, **named: object) -> None:
        raise MemoryError

    new = paint(photos / "new.png", ["orange", "white"], 901)
    with monkeypatch.context() as patch:
        patch.setattr(familiar.pack.vlm, "loss", no_room)
        with pytest.raises(FamiliarError, match=r"not enough memory .* name Biscuit"):
            familiar.teach("Biscuit", "pet", some(photos, 0, 6, 12))
        with pytest.raises(FamiliarError, match=r"not enough memory .* name Biscuit"):
            familiar.index()
        assert familiar.show(new).caption is not None
    assert len(numbers(familiar, "Biscuit", "confirmed")) == 3
    familiar.index()
    caption = familiar.show(photos / "06.png").caption
    assert caption is not None
    assert caption.startswith("Biscuit")


def test_no_room_for_what_is_learned_ends_the_work_at_once(
    familiar: Familiar, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vlm, index = familiar.pack.vlm, familiar.library._index
    assert isinstance(vlm, TinyVLM)
    loss, room = vlm.loss, index.rows("PRAGMA max_page_count")[0][0]

    def full(*args: Any) -> Any:
        index.rows("PRAGMA max_page_count = 1")  # that is: as many as there are
        vlm.captions = 0
        return loss(*args)

    with monkeypatch.context() as patch:
        patch.setattr(vlm, "loss", full)
        with pytest.raises(NoRoom, match="no room left on the disk"):
            familiar.teach("Biscuit", "pet", some(photos, 0, 6, 12))
    assert vlm.captions == 0
    index.rows(f"PRAGMA max_page_count = {room}")
    familiar.index()
    assert str(familiar.show(photos / "18.png").caption).startswith("Biscuit")


def test_a_damaged_thumbnail_keeps_nobody_from_being_learned(
    familiar: Familiar, photos: Path, tmp_path: Path
) -> None:
    library = familiar.library
    photo = library.photos.by_path(photos / "06.png")
    assert photo is not None
    library.thumbnails.put_many({photo.id: b"\xff\xd8 no picture \xff\xd9"})
    taught = familiar.teach("Biscuit", "pet", some(photos, 0, 6, 12))
    assert (taught.tagged, taught.recognised) == (3, 7)
    assert str(familiar.show(photos / "18.png").caption).startswith("Biscuit")
    library.thumbnails.put_many({photo.id: b"\xff\xd8 no picture \xff\xd9"})
    with pytest.raises(FamiliarError):
        familiar.locate(photos / "06.png", "Biscuit", tmp_path / "heat.png")
    familiar.index()
    again = library.thumbnails.get(photo.id)
    assert again is not None
    assert thumbnails.picture(again).shape == (64, 64, 3)


def test_what_was_learned_is_made_again_when_the_index_is_lost(
    familiar: Familiar, photos: Path, home: Path
) -> None:
    familiar.teach("Biscuit", "pet", some(photos, 0, 6, 12))
    familiar.decide(photos / "18.png", "Biscuit", "rejected")
    before = [card.as_json() for card in familiar.export()]
    familiar.close()
    for path in home.glob("index.db*"):
        path.unlink()
    with Familiar(Library.open(home), TinyPack()) as again:
        again.index()
        after = [card.as_json() for card in again.export()]
    by_path = {card["path"]: card for card in after}
    for card in before:
        other = by_path[card["path"]]
        assert [one["state"] for one in other["sightings"]] == [
            one["state"] for one in card["sightings"]
        ]
        assert other["caption"] == card["caption"]


def test_locating(familiar: Familiar, photos: Path, tmp_path: Path) -> None:
    from PIL import Image

    familiar.teach("Ada", "person", some(photos, 5, 10))
    familiar.teach("Biscuit", "pet", some(photos, 0, 6, 12))
    place = familiar.locate(photos / "25.png", "Ada")
    assert place.source == "region"
    np.testing.assert_allclose(place.box or (), (4 / 64, 4 / 64, 24 / 64, 24 / 64), atol=0.02)
    target = tmp_path / "heat.png"
    place = familiar.locate(photos / "24.png", "Biscuit", target)
    assert place.heat is not None
    assert (place.box, place.source) == ((0.0, 0.5, 1.0, 1.0), "attention")
    with Image.open(target) as drawn:
        assert drawn.size == (64, 64)
    with pytest.raises(FamiliarError, match="was not recognised"):
        familiar.locate(photos / "01.png", "Biscuit")
    with pytest.raises(UsageError, match="nobody and nothing named"):
        familiar.locate(photos / "01.png", "Rex")


def test_albums(familiar: Familiar, photos: Path) -> None:
    familiar.teach("Ada", "person", some(photos, 5, 10))
    album = familiar.library.albums.create("Summer")
    ids = familiar.library.photos.ids()[:3]
    familiar.library.albums.add(album.id, ids)
    familiar.library.albums.save_search("Her winters", "Ada in the white")
    trip = FoundTrip(ids, 0, 86_400, "Weekend in Skagen", ids[1])
    familiar.library.trips.replace([trip], "stamp")
    known = [(one.name, one.made_by, one.kind, one.photos, one.query) for one in familiar.albums()]
    assert known == [
        ("Ada", "familiar", "someone", 11, None),
        ("Weekend in Skagen", "familiar", "trip", 3, None),
        ("Her winters", "you", "search", None, "Ada in the white"),
        ("Summer", "you", "chosen", 3, None),
    ]
    ada, trip_card, search, summer = familiar.albums()
    assert trip_card.as_json()["first"] == "1970-01-01"
    assert trip_card.as_json()["last"] == "1970-01-02"
    assert trip_card.cover == familiar.show(ids[1]).path
    assert ada.cover in some(photos, 5, 10)
    assert summer.cover is not None
    assert search.cover is None
    concept = familiar.library.concepts.named("Ada")
    assert concept is not None
    familiar.library.concepts.hide(concept.id)
    assert [one.name for one in familiar.albums()] == ["Weekend in Skagen", "Her winters", "Summer"]


def test_faces_without_a_name_are_grouped_and_leave_when_they_get_one(
    familiar: Familiar, photos: Path
) -> None:
    def groups() -> list[set[int]]:
        found = familiar.library.groups
        numbers = {card.photo_id: int(card.path.stem) for card in familiar.export()}
        return [{numbers[face.photo_id] for face in found.faces(one.id)} for one in found.largest()]

    ada = {n for n in range(0, 60, 5) if n % 11 != 2}
    tom = {n for n in range(1, 60, 7) if n % 11 != 2}
    assert groups() == [ada, tom, {2, 13, 24, 35, 46, 57}]
    familiar.teach("Ada", "person", some(photos, 5, 10))
    assert groups() == [tom, {2, 13, 24, 35, 46, 57}]
    familiar.decide(photos / "15.png", "Ada", "rejected")
    assert len(groups()) == 2
