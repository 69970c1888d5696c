"""The facade: what it opens, adds, shows and refuses without loading any model."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import FamiliarError, LibraryError, UsageError
from engine.familiar import Familiar
from engine.library import Library
from tests.tiny import TinyPack, paint


def test_the_default_home(home: Path) -> None:
    with Familiar.open() as familiar:
        assert familiar.library.home == home
    with pytest.raises(LibraryError, match="There is no library"):
        Familiar.open(home / "other", create=False)


def test_adding_folders(home: Path, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "file").touch()
    with Familiar.open(home) as familiar:
        for wrong in ("none", "file", "a" * 300):
            with pytest.raises(FamiliarError, match="folder"):
                familiar.add(tmp_path / "one", tmp_path / wrong)
        assert familiar.library.folders.all() == [], "all or none"
        familiar.add(tmp_path / "one")
        familiar.add(tmp_path / "one")
        assert [one.path for one in familiar.library.folders.all()] == [tmp_path / "one"]


def test_a_folder_that_the_system_cannot_even_ask_for(home: Path, tmp_path: Path) -> None:
    """As when a share's connection is lost: that is an error, and not only "there is none"."""
    lost = tmp_path / ("a" * 300)
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.library.folders.add(lost)
        photos = paint(tmp_path / "photos" / "one.png", ["red"], 1).parent
        familiar.add(photos)
        assert familiar.index().files == 1
        assert familiar.status().folders == [(lost, False), (photos, True)]
        with pytest.raises(FamiliarError, match="There is no file"):
            familiar.show(lost / "one.png")


def test_a_relative_folder_is_found_from_anywhere(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint(tmp_path / "photos" / "one.png", ["red"], 1)
    monkeypatch.chdir(tmp_path)
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.add(Path("photos"))
        familiar.index()
        monkeypatch.chdir("/")
        assert familiar.show(tmp_path / "photos" / "one.png").caption is not None


def test_a_photo_is_found_by_a_link_or_a_copy(home: Path, tmp_path: Path) -> None:
    photo = paint(tmp_path / "photos" / "one.png", ["red"], 1)
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.add(tmp_path / "photos")
        familiar.index()
        link, copy = tmp_path / "link.png", tmp_path / "copy.png"
        link.symlink_to(photo)
        copy.write_bytes(photo.read_bytes())
        assert {familiar.show(one).path for one in (photo, link, copy)} == {photo}
        with pytest.raises(FamiliarError, match="is not in the library"):
            familiar.show(paint(tmp_path / "other.png", ["blue"], 2))


def test_a_photo_whose_file_is_gone_is_still_shown(home: Path, tmp_path: Path) -> None:
    photo = paint(tmp_path / "photos" / "one.png", ["red"], 1)
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.add(tmp_path / "photos")
        familiar.index()
        photo.unlink()
        familiar.index()
        assert familiar.show(photo).caption is not None


def test_queries_after_changes_see_them(home: Path, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    paint(photos / "red.png", ["red"], 1)
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.add(photos)
        familiar.index()
        assert [one.path.stem for one in familiar.search("blue")] == ["red"]
        paint(photos / "blue.png", ["blue"], 2)
        familiar.index()
        assert [one.path.stem for one in familiar.search("blue")] == ["blue", "red"]


def test_photos_and_people_by_their_ids(home: Path, tmp_path: Path) -> None:
    for number in range(12):
        colours = ["orange" if number < 3 else "blue", "red"]
        paint(tmp_path / "photos" / f"{number:02}.png", colours, number)
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.add(tmp_path / "photos")
        familiar.index(captions=False)
        ids = [familiar.show(tmp_path / "photos" / f"{n:02}.png").photo_id for n in range(3)]
        assert familiar.show(ids[1]).path.name == "01.png"
        rosso = familiar.library.concepts.add("Rosso", "pet")
        for one in ids[:2]:
            familiar.library.decisions.decide(rosso.id, one, "confirmed")
        assert familiar.learn({rosso.id: ids[:2]})
        assert [(one.name, one.state) for one in familiar.show(ids[2]).sightings] == [
            ("Rosso", "recognised")
        ]
        assert familiar.ask(ids[2], "Who is here?").text == "Rosso is here."
        assert familiar.locate(ids[2], rosso.id).name == "Rosso"
        card = familiar.decide(ids[2], rosso.id, "rejected")
        assert [one.state for one in card.sightings] == ["rejected"]
        assert familiar.learn({12345: ids}), "somebody removed meanwhile is passed over"
        with pytest.raises(UsageError, match="no such photo"):
            familiar.show(7)
        with pytest.raises(UsageError, match="not in the library any more"):
            familiar.locate(ids[0], 12345)
