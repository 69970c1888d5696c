"""A photo is its content: renamed, moved, copied or edited, what the owner said stays with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.indexing.pipeline import Indexed, Indexer
from engine.indexing.scanner import Touched
from engine.library import Library
from engine.photos import read_file
from engine.progress import Cancel
from tests.tiny import COLOURS, TinyPack, paint

NAMES = list(COLOURS)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for number in range(20):
        paint(folder / f"{number // 10}" / f"{number:02}.png", [NAMES[number % 6]], number)
    return folder


@pytest.fixture
def library(home: Path, photos: Path) -> Iterator[Library]:
    with Library.open(home) as library:
        library.folders.add(photos)
        run(library, TinyPack())
        yield library


def run(library: Library, pack: TinyPack, touched: dict[Path, bool] | None = None) -> Indexed:
    indexer = Indexer(library, pack, lambda _: None, Cancel(), readers=2)
    return indexer.run(touched=None if touched is None else Touched(touched))


def at(library: Library, path: Path) -> int:
    photo = library.photos.by_path(path)
    assert photo is not None, path
    return photo.id


def cherish(library: Library, path: Path) -> int:
    """Everything an owner can say about a photo."""
    photo = at(library, path)
    concept = library.concepts.add(f"Ada of {path.name}", "person")
    library.tags.add(concept.id, photo, (0.1, 0.1, 0.5, 0.5))
    library.decisions.decide(concept.id, photo, "confirmed")
    library.captions.edit(photo, "our best day")
    library.photos.set_favourite(photo, True)
    library.albums.add(library.albums.create(f"Album of {path.name}").id, [photo])
    run(library, TinyPack())  # who was just taught is learned now, not in the middle of a test
    return photo


def cherished(library: Library, path: Path) -> None:
    """It is all still there."""
    photo = library.photos.by_path(path)
    assert photo is not None
    assert photo.favourite
    assert len(library.tags.of_photo(photo.id)) == 1
    assert list(library.decisions.of_photo(photo.id).values()) == ["confirmed"]
    caption = library.captions.get(photo.id)
    assert caption is not None
    assert caption.template == "our best day"
    assert sum(photo.id in library.albums.photos(one.id) for one in library.albums.all()) == 1


def no_model_was_asked(pack: TinyPack) -> None:
    assert (pack.encoder.pictures, pack.faces.pictures, pack.vlm.captions) == (0, 0, 0)


@pytest.mark.parametrize("partial", [False, True])
def test_renamed_and_moved_files_keep_everything(
    library: Library, photos: Path, partial: bool
) -> None:
    """Also when only the folders that were touched are looked at."""
    cherish(library, photos / "0" / "03.png")
    cherish(library, photos / "0" / "04.png")
    (photos / "0" / "03.png").rename(photos / "0" / "sea.png")
    (photos / "new").mkdir()
    (photos / "0" / "04.png").rename(photos / "new" / "04.png")
    pack = TinyPack()
    touched = {photos / "0": False, photos / "new": True}
    result = run(library, pack, touched if partial else None)
    assert (result.added, result.looked, result.captioned, result.trashed) == (2, 0, 0, 0)
    no_model_was_asked(pack)
    cherished(library, photos / "0" / "sea.png")
    cherished(library, photos / "new" / "04.png")
    assert library.photos.count() == 20
    assert library.photos.by_path(photos / "0" / "03.png") is None
    assert library.absence.missing() == []


def test_a_renamed_folder(library: Library, photos: Path) -> None:
    """Half of the library at once: moved, so that nothing is taken to be away."""
    cherish(library, photos / "1" / "12.png")
    (photos / "1").rename(photos / "2")
    pack = TinyPack()
    result = run(library, pack)
    assert (result.added, result.looked, result.trashed, result.troubles) == (10, 0, 0, [])
    no_model_was_asked(pack)
    cherished(library, photos / "2" / "12.png")
    assert library.folders.offline() == []
    assert library.absence.away() == set()
    assert library.photos.count() == 20


def test_a_copied_file_is_the_same_photo(library: Library, photos: Path) -> None:
    photo = cherish(library, photos / "0" / "05.png")
    copy = photos / "copy of 05.png"
    copy.write_bytes((photos / "0" / "05.png").read_bytes())
    pack = TinyPack()
    run(library, pack)
    no_model_was_asked(pack)
    assert at(library, copy) == photo
    copy.unlink()
    run(library, pack)
    assert at(library, photos / "0" / "05.png") == photo
    assert library.photos.by_path(copy) is None, "its other place is enough"
    assert library.trash.all() == []


def test_files_that_change_places(library: Library, photos: Path) -> None:
    """Two names swapped is no edit: each album stays with its picture."""
    first, second = photos / "0" / "01.png", photos / "0" / "02.png"
    cherish(library, first)
    first.rename(photos / "0" / "aside")
    second.rename(first)
    (photos / "0" / "aside").rename(second)
    os.utime(first, ns=(1, 1))
    os.utime(second, ns=(2, 2))
    pack = TinyPack()
    run(library, pack)
    no_model_was_asked(pack)
    cherished(library, second)
    other = library.photos.by_path(first)
    assert other is not None
    assert not other.favourite
    assert len(library.photos.ids()) == 20


def test_an_edited_file_keeps_its_album_and_favourite(library: Library, photos: Path) -> None:
    path = photos / "0" / "06.png"
    before = cherish(library, path)
    old = path.read_bytes()
    paint(path, ["white"], 606)
    pack = TinyPack()
    run(library, pack)
    assert (pack.encoder.pictures, pack.vlm.captions) == (1, 1)
    edited = library.photos.by_path(path)
    assert edited is not None
    assert edited.id != before
    assert edited.favourite
    assert [edited.id in library.albums.photos(one.id) for one in library.albums.all()] == [True]
    caption = library.captions.get(edited.id)
    assert caption is not None
    assert "in white" in caption.template
    # Taking the edit back is the picture from before, with all that was said of it.
    path.write_bytes(old)
    pack = TinyPack()
    run(library, pack)
    no_model_was_asked(pack)
    assert at(library, path) == before
    cherished(library, path)


def test_an_edit_beside_the_original(library: Library, photos: Path) -> None:
    """Some programs move the original aside and save under its name."""
    path = photos / "0" / "07.png"
    before = cherish(library, path)
    path.rename(photos / "0" / "07_original.png")
    paint(path, ["white"], 707)
    run(library, TinyPack())
    cherished(library, photos / "0" / "07_original.png")
    assert at(library, photos / "0" / "07_original.png") == before
    edited = library.photos.by_path(path)
    assert edited is not None
    assert edited.favourite
    (album,) = library.albums.all()
    assert set(library.albums.photos(album.id)) == {before, edited.id}


def test_several_links_to_one_file(library: Library, photos: Path) -> None:
    original = photos / "0" / "08.png"
    photo = at(library, original)
    os.link(original, photos / "hard.png")
    (photos / "soft.png").symlink_to(original)
    pack = TinyPack()
    run(library, pack)
    no_model_was_asked(pack)
    paths = {photos / "hard.png", photos / "soft.png", original}
    found = library.photos.get(photo)
    assert found is not None
    assert set(found.paths) == paths
    original.unlink()
    run(library, pack)
    found = library.photos.get(photo)
    assert found is not None
    assert set(found.paths) == {photos / "hard.png"}
    assert [one.path for one in library.problems.all()] == [photos / "soft.png"]


def test_a_rename_of_case_alone(
    library: Library, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also on file systems for which both names are the same file: it is listed once."""
    cherish(library, photos / "0" / "09.png")
    (photos / "0" / "09.png").rename(photos / "0" / "09.PNG")
    (photos / "1").rename(photos / "ONE")
    monkeypatch.setattr("engine.indexing.walking.os.path.lexists", lambda path: True)
    pack = TinyPack()
    run(library, pack)
    no_model_was_asked(pack)
    cherished(library, photos / "0" / "09.PNG")
    for photo in library.photos.many(library.photos.ids()).values():
        assert len(photo.paths) == 1
    assert library.absence.missing() == []


def test_folders_within_folders(library: Library, photos: Path, tmp_path: Path) -> None:
    library.folders.add(photos / "1")
    library.folders.add(tmp_path / "photos" / ".." / "photos" / "0")
    pack = TinyPack()
    result = run(library, pack)
    assert (result.files, result.added) == (20, 0)
    no_model_was_asked(pack)
    (photos / "1" / "15.png").rename(photos / "0" / "15.png")
    result = run(library, pack, {photos / "1": False, photos / "0": False})
    no_model_was_asked(pack)
    assert (result.added, library.photos.count()) == (1, 20)


def test_a_link_to_a_folder_is_no_second_home(library: Library, photos: Path) -> None:
    (photos / "round").symlink_to(photos)
    (photos / "1" / "zero").symlink_to(photos / "0")
    result = run(library, TinyPack())
    assert (result.files, result.added) == (20, 0)
    result = run(library, TinyPack(), {photos: True, photos / "1": True})
    assert (result.added, library.photos.count()) == (0, 20)


def test_a_file_that_is_being_written_waits(
    library: Library, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = paint(photos / "growing.png", ["white"], 77).read_bytes()
    (photos / "growing.png").write_bytes(whole[:100])

    def slow(path: Path) -> object:
        file = read_file(path)
        path.write_bytes(whole)  # the rest arrives just now
        return file

    monkeypatch.setattr("engine.indexing.scanner.read_file", slow)
    result = run(library, TinyPack())
    assert [path.name for path, _ in result.notes] == ["growing.png"]
    monkeypatch.undo()
    result = run(library, TinyPack())
    assert (result.looked, result.troubles) == (1, [])
    assert library.problems.all() == []
    assert library.photos.count() == 21


def test_caches_are_not_looked_into(library: Library, photos: Path) -> None:
    for name in (".thumbnails", "@eaDir", "Previews.lrdata", "#recycle", "$RECYCLE.BIN"):
        paint(photos / name / "no.png", ["white"], len(name))
    paint(photos / "cache" / "no.png", ["white"], 88)
    paint(photos / "cache" / "deeper" / "no.png", ["white"], 89)
    (photos / "cache" / "CACHEDIR.TAG").write_text("Signature: 8a477f597d28d172789f06886806bc55")
    assert run(library, TinyPack()).added == 0
    touched = {photos: False, photos / ".thumbnails": True, photos / "cache": True}
    assert run(library, TinyPack(), touched).added == 0
