"""Files that other programs write anew: the same picture is the same photo, whatever is said in it.

The JPEGs are real; what is written into them changes no byte of the picture, as with exiftool.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin
from sqlite_utils import Migrations

from engine.familiar import Familiar
from engine.indexing import likeness
from engine.indexing.reading import Reader, Reading, Task
from engine.indexing.scanner import Touched
from engine.library import Library, catalogue_schema
from engine.library.identity import photo_id
from engine.photos import content_hash
from tests.photos.movies import movie
from tests.photos.packets import packet, words
from tests.photos.pictures import corners, encoded, exif
from tests.tiny import COLOURS, TinyPack

NAMES = list(COLOURS)
ADA = (250, 9, 40)
"""The colour of a face, as the tiny pack knows it."""


def picture(number: int, side: int = 200) -> np.ndarray:
    """One that differs from all others, with a face where the number can be divided by three."""
    array = np.full((side, side, 3), COLOURS[NAMES[number % 8]], np.uint8)
    array[side // 2 :, : side // 2] = COLOURS[NAMES[number // 8 % 8]]
    array[-8:, : 4 * (number % 32) + 4] = 128
    if number % 3 == 0:
        array[8:56, 8:56] = (255, 0, 255)
        array[14:50, 14:50] = ADA
    return array


def written(jpeg: bytes, title: str = "", *, stars: int = 0, orientation: int = 1) -> bytes:
    """The same JPEG with other words about it, as exiftool leaves it: its picture is as it was."""
    xmp = packet(words(title), f'xmp:Rating="{stars}"' if stars else "")
    block = exif(orientation=orientation, model=f"Camera of {title}").tobytes()
    bodies = (block, b"http://ns.adobe.com/xap/1.0/\0" + xmp)
    parts = [b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body for body in bodies]
    at = 2
    while jpeg[at + 1] in (0xE0, 0xE1):  # what was said before
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return b"".join([jpeg[:2], *parts, jpeg[at:]])


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(12):
        jpeg = encoded(picture(number), quality=92)
        (folder / f"{number:02}.jpg").write_bytes(written(jpeg, f"Number {number}"))
    return folder


@pytest.fixture
def familiar(home: Path, photos: Path) -> Iterator[Familiar]:
    with Familiar(Library.open(home), TinyPack()) as opened:
        opened.add(photos)
        opened.index()
        yield opened


def at(familiar: Familiar, path: Path) -> int:
    photo = familiar.library.photos.by_path(path)
    assert photo is not None, path
    return photo.id


def asked(familiar: Familiar) -> tuple[int, int, int]:
    """How much the models have had to do so far."""
    pack = familiar.pack
    assert isinstance(pack, TinyPack)
    return pack.encoder.pictures, pack.faces.pictures, pack.vlm.captions


def title(familiar: Familiar, path: Path) -> str | None:
    return familiar.library.hints.get(at(familiar, path)).title


def say_all(familiar: Familiar, photo: int, *, learn: bool = True) -> dict[str, object]:
    """Everything that an owner can say about a photo; what is known of it then."""
    library = familiar.library
    ada = library.concepts.named("Ada") or library.concepts.add("Ada", "person")
    tom = library.concepts.named("Tom") or library.concepts.add("Tom", "person")
    rex = library.concepts.named("Rex") or library.concepts.add("Rex", "pet")
    library.tags.add(ada.id, photo, (0.1, 0.1, 0.5, 0.5))
    library.decisions.decide(tom.id, photo, "rejected")
    library.decisions.decide(rex.id, photo, "confirmed")
    library.captions.edit(photo, f"{{c{ada.id}}} on our best day")
    library.photos.set_favourite(photo, True)
    library.albums.add(library.albums.create("Best").id, [photo])
    library.strangers.ignore([(photo, (0.6, 0.6, 0.9, 0.9))])
    library.carried.refuse("Somebody", photo)
    if learn:
        familiar.index()
    return said(library, photo)


def said(library: Library, photo: int) -> dict[str, object]:
    return {
        "tags": library.tags.of_photo(photo),
        "decisions": library.decisions.of_photo(photo),
        "caption": library.captions.get(photo),
        "sightings": library.sightings.of_photo(photo),
        "favourite": photo in library.photos.favourites(),
        "albums": [one.id for one in library.albums.of_photo(photo)],
        "strangers": library.strangers.of_photos([photo]),
        "faces": [(one.id, one.box) for one in library.faces.of_photo(photo)],
    }


def test_other_words_leave_the_photo_what_it_was(familiar: Familiar, photos: Path) -> None:
    """Several times in a row, and no model is asked again."""
    path = photos / "03.jpg"
    photo = at(familiar, path)
    before = say_all(familiar, photo)
    counts, work = familiar.library.stages.counts(), asked(familiar)
    for name in ("First", "Second", "Third"):
        path.write_bytes(written(path.read_bytes(), name, stars=4))
        done = familiar.index()
        assert (done.added, done.looked, done.captioned, done.trashed) == (1, 1, 0, 0)
        assert at(familiar, path) == photo
        assert title(familiar, path) == name
        info = familiar.library.info.get(photo)
        assert info is not None
        assert info.camera == f"Camera of {name}"
        assert familiar.show(path).content_hash == content_hash(path.read_bytes())
        assert familiar.index().looked == 0
    assert said(familiar.library, photo) == before
    assert familiar.library.stages.counts() == counts
    assert asked(familiar) == work
    assert familiar.library.photos.count() == 12
    assert len(familiar.search("rating:4")) == 1
    assert familiar.library.trash.all() == []


def test_the_words_of_the_original_come_back_with_it(familiar: Familiar, photos: Path) -> None:
    path = photos / "04.jpg"
    original, photo = path.read_bytes(), at(familiar, path)
    path.write_bytes(written(original, "Other words"))
    familiar.index()
    before, work = say_all(familiar, photo), asked(familiar)
    path.write_bytes(original)
    assert familiar.index().looked == 1
    assert (at(familiar, path), title(familiar, path)) == (photo, "Number 4")
    assert familiar.show(path).content_hash == content_hash(original)
    assert said(familiar.library, photo) == before
    assert asked(familiar) == work
    assert familiar.index().looked == 0


def marked(image: Image.Image) -> Image.Image:
    new = image.copy()
    new.paste((0, 0, 0), (90, 90, 94, 94))
    return new


def test_another_picture_is_another_photo(familiar: Familiar, photos: Path) -> None:
    """Brighter, mirrored, smaller, with a mark in it, or turned by nothing but a tag."""
    changes: dict[str, Callable[[Image.Image], Image.Image]] = {
        "05.jpg": lambda image: image.point(lambda value: min(255, value + 12)),
        "06.jpg": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        "07.jpg": lambda image: image.resize((199, 200)),
        "08.jpg": marked,
    }
    before = {name: at(familiar, photos / name) for name in (*changes, "09.jpg")}
    for photo in before.values():
        say_all(familiar, photo, learn=False)
    familiar.index()
    for name, change in changes.items():
        with Image.open(photos / name) as image:
            new = change(image)
        (photos / name).write_bytes(encoded(new, quality=92))
    turned = written((photos / "09.jpg").read_bytes(), orientation=6)
    (photos / "09.jpg").write_bytes(turned)
    work = asked(familiar)[0]
    familiar.index(captions=False)
    assert asked(familiar)[0] == work + 5
    for name, photo in before.items():
        new_photo = at(familiar, photos / name)
        assert new_photo != photo, name
        assert familiar.library.tags.of_photo(new_photo) == []
        assert new_photo in familiar.library.photos.favourites()
        assert len(familiar.library.albums.of_photo(new_photo)) == 1
        assert len(familiar.library.tags.of_photo(photo)) == 1, "it waits for its picture"


def test_a_real_edit_and_then_other_words(familiar: Familiar, photos: Path) -> None:
    path = photos / "02.jpg"
    first = at(familiar, path)
    path.write_bytes(encoded(picture(77), quality=92))
    familiar.index()
    second = at(familiar, path)
    before = say_all(familiar, second)
    path.write_bytes(written(path.read_bytes(), "Edited"))
    familiar.index()
    assert at(familiar, path) == second != first
    assert said(familiar.library, second) == before
    # Back to the first picture, which a program has saved with words of its own.
    path.write_bytes(written(encoded(picture(2), quality=92), "As it was"))
    familiar.index()
    assert (at(familiar, path), title(familiar, path)) == (first, "As it was")


def test_a_file_that_was_broken_for_a_while(familiar: Familiar, photos: Path) -> None:
    """A scan came while a program was writing in place."""
    path = photos / "01.jpg"
    photo = at(familiar, path)
    before = say_all(familiar, photo)
    whole = written(path.read_bytes(), "All of it")
    path.write_bytes(whole[:900])
    assert len(familiar.index().troubles) == 1
    assert at(familiar, path) != photo
    path.write_bytes(whole)
    familiar.index()
    assert (at(familiar, path), title(familiar, path)) == (photo, "All of it")
    assert said(familiar.library, photo) == before
    assert familiar.library.problems.all() == []


def test_two_copies_of_which_one_is_rewritten(familiar: Familiar, photos: Path) -> None:
    path, copy = photos / "03.jpg", photos / "a copy.jpg"
    copy.write_bytes(path.read_bytes())
    os.utime(path, ns=(10**18, 10**18))
    familiar.index()
    photo = at(familiar, path)
    before, work = say_all(familiar, photo), asked(familiar)
    copy.write_bytes(written(copy.read_bytes(), "The copy"))
    familiar.index()
    assert at(familiar, copy) == at(familiar, path) == photo
    assert title(familiar, path) == "The copy", "what was written last counts"
    assert said(familiar.library, photo) == before
    assert familiar.index().looked == 0
    # The other one too, differently; then the first is gone.
    path.write_bytes(written(path.read_bytes(), "The first"))
    familiar.index()
    assert title(familiar, path) == "The first"
    path.unlink()
    familiar.index()
    familiar.index()
    assert at(familiar, copy) == photo
    assert said(familiar.library, photo) == before
    assert asked(familiar) == work
    # Another picture in one place leaves the other what it was.
    path.write_bytes(copy.read_bytes())
    familiar.index()
    assert at(familiar, path) == photo
    path.write_bytes(encoded(picture(55), quality=92))
    familiar.index()
    assert at(familiar, path) != photo
    assert at(familiar, copy) == photo
    assert said(familiar.library, photo) == before


def test_copied_after_it_was_rewritten(familiar: Familiar, photos: Path) -> None:
    """Both before the next scan; the copy is the newer file."""
    path = photos / "03.jpg"
    photo = at(familiar, path)
    path.write_bytes(written(path.read_bytes(), "Twice"))
    copies = [photos / f"copy {number}.jpg" for number in range(40)]
    for number, copy in enumerate(copies):
        copy.write_bytes(path.read_bytes())
        os.utime(copy, ns=(2 * 10**18 + number, 2 * 10**18 + number))
    familiar.index()
    assert {at(familiar, one) for one in (path, *copies)} == {photo}


def test_an_original_that_is_kept_beside(familiar: Familiar, photos: Path) -> None:
    path, original = photos / "06.jpg", photos / "06 original.jpg"
    photo = at(familiar, path)
    before = say_all(familiar, photo)
    path.rename(original)
    path.write_bytes(written(original.read_bytes(), "New words"))
    familiar.index()
    assert at(familiar, path) == at(familiar, original) == photo
    assert title(familiar, path) == "New words"
    assert said(familiar.library, photo) == before


def test_a_rewritten_file_that_is_renamed(familiar: Familiar, photos: Path) -> None:
    path, later = photos / "03.jpg", photos / "later" / "sea.jpg"
    photo = at(familiar, path)
    path.write_bytes(written(path.read_bytes(), "Sea"))
    familiar.index()
    later.parent.mkdir()
    path.rename(later)
    assert familiar.index(touched=Touched({photos: True})).looked == 0
    assert (at(familiar, later), title(familiar, later)) == (photo, "Sea")
    assert familiar.index().looked == 0
    assert familiar.library.photos.count() == 12
    # A file by the same content elsewhere is known too.
    outside = photos.parent / "elsewhere.jpg"
    outside.write_bytes(later.read_bytes())
    assert familiar.show(outside).photo_id == photo


def test_a_library_from_before(home: Path, photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older = Migrations(catalogue_schema.catalogue.name)
    for migration in catalogue_schema.catalogue._migrations[:5]:
        older(name=migration.name)(migration.fn)
    path = photos / "03.jpg"
    with monkeypatch.context() as patch:
        patch.setattr(catalogue_schema, "catalogue", older)
        Library.open(home).close()
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.add(photos)
        familiar.index()
        photo = at(familiar, path)
        path.write_bytes(written(path.read_bytes(), "Later"))
        familiar.index()
        assert (at(familiar, path), title(familiar, path)) == (photo, "Later")
        assert len(familiar.library.backups()) >= 1


def test_an_index_that_lags_behind(home: Path, photos: Path) -> None:
    """The power failed before the disk had all of index.db: library.db alone knows the new file."""
    path = photos / "03.jpg"
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.add(photos)
        familiar.index()
        photo = at(familiar, path)
        before = say_all(familiar, photo)
    earlier = (home / "index.db").read_bytes()
    path.write_bytes(written(path.read_bytes(), "Written last"))
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.index()
    (home / "index.db").write_bytes(earlier)
    with Familiar(Library.open(home), TinyPack()) as familiar:
        assert title(familiar, path) == "Number 3"
        familiar.index()
        assert (at(familiar, path), title(familiar, path)) == (photo, "Written last")
        assert said(familiar.library, photo) == before
        assert asked(familiar) == (0, 0, 0)


def test_only_the_folder_that_was_touched(familiar: Familiar, photos: Path) -> None:
    path = photos / "03.jpg"
    photo = at(familiar, path)
    path.write_bytes(written(path.read_bytes(), "Watched"))
    familiar.index(touched=Touched({photos: False}))
    assert (at(familiar, path), title(familiar, path)) == (photo, "Watched")
    assert familiar.index(touched=Touched({photos: False})).looked == 0


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_other_formats(familiar: Familiar, photos: Path, kind: str) -> None:
    path = photos / f"one.{kind.lower()}"
    path.write_bytes(encoded(picture(60), kind))
    familiar.index()
    photo, work = at(familiar, path), asked(familiar)
    if kind == "PNG":
        about = PngImagePlugin.PngInfo()
        about.add_itxt("XML:com.adobe.xmp", packet(words("New")).decode())
        path.write_bytes(encoded(picture(60), kind, pnginfo=about))
    else:
        path.write_bytes(encoded(picture(60), kind, description="New"))
    familiar.index()
    assert at(familiar, path) == photo
    assert asked(familiar) == work


def test_videos(familiar: Familiar, photos: Path) -> None:
    """Other words, and a cut: it begins alike."""
    path = photos / "one.mp4"
    frames = [corners()] * 50
    path.write_bytes(movie(frames, about={"title": "Before"}))
    familiar.index()
    photo, work = at(familiar, path), asked(familiar)
    path.write_bytes(movie(frames, about={"title": "After that"}))
    familiar.index()
    assert at(familiar, path) == photo
    assert asked(familiar) == work
    path.write_bytes(movie(frames[:30], about={"title": "After that"}))
    familiar.index()
    assert at(familiar, path) != photo


def test_a_large_picture_indexed_with_another_pack(
    familiar: Familiar, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Packs decode at other sizes, and so their thumbnails differ in some bits."""
    pack = familiar.pack
    path = photos / "large.jpg"
    noisy = np.random.default_rng(1).integers(0, 256, (1500, 2000, 3), np.uint8)
    path.write_bytes(encoded(noisy))
    monkeypatch.setattr(pack.faces, "picture_size", 640)
    familiar.index()
    photo = at(familiar, path)
    monkeypatch.setattr(pack.faces, "picture_size", 1280)
    path.write_bytes(written(path.read_bytes(), "Large"))
    work = asked(familiar)
    familiar.index()
    assert at(familiar, path) == photo
    assert asked(familiar) == work


def test_the_owner_decides_meanwhile(
    familiar: Familiar, photos: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another program, between the scan and the look and while files are compared; what was
    done before can be undone after it."""
    path = photos / "03.jpg"
    photo, library = at(familiar, path), familiar.library
    say_all(familiar, photo)
    tom = library.concepts.named("Tom")
    ada = library.concepts.named("Ada")
    assert tom is not None
    assert ada is not None
    earlier = library.tags.remove_many(ada.id, [photo])
    path.write_bytes(written(path.read_bytes(), "Meanwhile"))

    def decide(state: str) -> None:
        def act() -> None:
            with Library.open(home) as window:
                window.decisions.decide(tom.id, photo, state)

        thread = threading.Thread(target=act)
        thread.start()
        thread.join()

    compare, read = likeness._shown, Reader.read

    def while_compared(question: likeness._Question) -> list[int] | None:
        decide("confirmed")
        return compare(question)

    def while_read(reader: Reader, task: Task) -> Reading:
        with Library.open(home) as window:
            window.captions.edit(photo, "Said just now")
        return read(reader, task)

    monkeypatch.setattr(likeness, "_shown", while_compared)
    monkeypatch.setattr(Reader, "read", while_read)
    familiar.index()
    assert at(familiar, path) == photo
    assert library.decisions.current(tom.id, photo) == "confirmed"
    caption = library.captions.get(photo)
    assert caption is not None
    assert caption.template == "Said just now"
    # As the window undoes it, by the photo's id.
    assert library.decisions.undo(tom.id, photo) == "rejected"
    library.captions.undo(photo)
    library.tags.put_back(ada.id, [photo], earlier)
    assert familiar.show(path).caption == "Ada on our best day"
    assert [one.concept_id for one in library.tags.of_photo(at(familiar, path))] == [ada.id]


def test_a_file_that_changes_while_it_is_compared(
    familiar: Familiar, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = photos / "03.jpg"
    photo = at(familiar, path)
    before = say_all(familiar, photo)
    last = written(path.read_bytes(), "The last words")
    compare = likeness._shown

    def change(question: likeness._Question) -> list[int] | None:
        path.write_bytes(last)
        return compare(question)

    monkeypatch.setattr(likeness, "_shown", change)
    path.write_bytes(written(path.read_bytes(), "Words"))
    done = familiar.index()
    assert [one for one, _ in done.notes] == [path]
    monkeypatch.undo()
    familiar.index()
    assert (at(familiar, path), title(familiar, path)) == (photo, "The last words")
    assert said(familiar.library, photo) == before


def test_what_may_have_ended_the_program_is_compared_apart(
    familiar: Familiar, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that were in hand when it was killed are tried in another process, each by itself."""
    compared: list[Path] = []
    apart = likeness._apart

    def noted(question: likeness._Question) -> list[int] | None:
        compared.append(Path(os.fsdecode(question.path)))
        return apart(question)

    monkeypatch.setattr(likeness, "_apart", noted)
    ids = {}
    for name in ("03.jpg", "04.jpg"):
        path = photos / name
        ids[path] = at(familiar, path)
        path.write_bytes(written(path.read_bytes(), "New"))
    other = photos / "05.jpg"
    other.write_bytes(encoded(picture(70)))
    suspects = [photo_id(content_hash(one.read_bytes())) for one in (*ids, other)]
    familiar.library.in_hand.take(likeness.LIKENESS, suspects)
    familiar.index()
    assert sorted(compared) == sorted([*ids, other])
    assert {path: at(familiar, path) for path in ids} == ids
    assert familiar.library.in_hand.left(likeness.LIKENESS) == []
