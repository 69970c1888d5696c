"""Large pictures: right pixels, off the window's thread, and never more of them than wanted."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.pictures import decoding
from desktop.pictures.loaded import WHOLE, Wanted
from desktop.pictures.loader import Pictures
from desktop.reading.lanes import InstantLane, ThreadLane
from desktop.reading.shelf import Shelf
from engine.library import Library
from engine.library.info import Info
from engine.photos import content_hash, read
from tests.homes import drawn


class Files:
    """A library of files, put there one by one."""

    def __init__(self, home: Path, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.library = Library.open(home)
        self._place = self.library.folders.add(folder)

    def put(self, name: str, data: bytes, *more: str) -> int:
        """A file, perhaps in several places; its photo."""
        photo = 0
        for one in (name, *more):
            path = self.folder / one
            path.write_bytes(data)
            photo = self.library.photos.record(
                path, content_hash(data), len(data), 1, self._place.id
            )
        return photo

    def remove(self, name: str) -> None:
        (self.folder / name).unlink()


@pytest.fixture
def files(home: Path, tmp_path: Path) -> Iterator[Files]:
    made = Files(home, tmp_path / "files")
    yield made
    made.library.close()


@pytest.fixture
def pictures(qapp: QApplication, files: Files, home: Path) -> Iterator[Pictures]:
    """Decodes at once."""
    shelf = Shelf(home)
    made = Pictures(shelf, lambda _: InstantLane())
    yield made
    made.close()
    shelf.close()


def colour_at(pictures: Pictures, photo: int, x: int, y: int) -> tuple[int, int, int]:
    colour = QColor(pictures.of(photo)[-1].pixmap.toImage().pixel(x, y))
    return colour.red(), colour.green(), colour.blue()


def saved(image: Image.Image, kind: str = "PNG", **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def test_as_many_pixels_as_wanted_and_all_there_are(pictures: Pictures, files: Files) -> None:
    photo = files.put("a.jpg", drawn(1, 1200, 800))
    pictures.want([Wanted(photo, 600)])
    (small,) = pictures.of(photo)
    assert (small.pixmap.width(), small.pixmap.height()) == (600, 400)
    assert (small.width, small.height, small.whole) == (1200, 800, False)
    pictures.want([Wanted(photo, 600), Wanted(photo, WHOLE)])
    assert [one.pixmap.width() for one in pictures.of(photo)] == [600, 1200]
    assert pictures.of(photo)[-1].whole


def test_a_picture_is_upright(pictures: Pictures, files: Files) -> None:
    image = Image.new("RGB", (60, 40), (10, 200, 30))
    image.paste((200, 30, 10), (0, 0, 20, 40))
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = files.put("t.png", saved(image, exif=exif))
    pictures.want([Wanted(photo, WHOLE)])
    (one,) = pictures.of(photo)
    assert (one.pixmap.width(), one.pixmap.height()) == (40, 60)
    assert colour_at(pictures, photo, 20, 5) == (200, 30, 10)
    assert colour_at(pictures, photo, 20, 55) == (10, 200, 30)


def test_colours_of_another_profile_are_brought_to_the_screens(
    pictures: Pictures, files: Files
) -> None:
    light_grey = Image.new("LAB", (8, 8), (200, 128, 128))
    grey = files.put("lab.tif", saved(light_grey, "TIFF"))
    pictures.want([Wanted(grey, WHOLE)])
    red, green, blue = colour_at(pictures, grey, 4, 4)
    assert max(red, green, blue) - min(red, green, blue) <= 2
    assert red > 180


def test_what_is_no_longer_wanted_is_let_go(pictures: Pictures, files: Files) -> None:
    photos = [files.put(f"{one}.jpg", drawn(one, 400, 300)) for one in range(12)]
    most = 0
    for at in range(1, 11):
        pictures.want([Wanted(photos[at + step], 300) for step in (0, 1, -1)])
        most = max(most, pictures.bytes)
    assert most == 3 * 300 * 225 * 4
    pictures.want([])
    assert pictures.bytes == 0


def test_every_pixel_is_kept_only_for_as_long_as_it_is_wanted(
    pictures: Pictures, files: Files
) -> None:
    photo = files.put("a.jpg", drawn(1, 1200, 800))
    pictures.want([Wanted(photo, 600), Wanted(photo, WHOLE)])
    pictures.want([Wanted(photo, 600)])
    assert [one.pixmap.width() for one in pictures.of(photo)] == [600]


def test_a_larger_window_replaces_the_picture_of_the_smaller_one(
    pictures: Pictures, files: Files
) -> None:
    photo = files.put("a.jpg", drawn(1, 1200, 800))
    pictures.want([Wanted(photo, 600)])
    pictures.want([Wanted(photo, 900)])
    assert [one.pixmap.width() for one in pictures.of(photo)] == [900]


def test_a_small_picture_is_not_decoded_twice(
    pictures: Pictures, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[Path] = []

    def counting(path: Path, side: int) -> object:
        reads.append(path)
        return read(path, side)

    monkeypatch.setattr(decoding, "read", counting)
    photo = files.put("a.jpg", drawn(1, 300, 200))
    for side in (600, 900, WHOLE):
        pictures.want([Wanted(photo, side)])
    assert len(reads) == 1


def test_enormous_pictures_are_bounded(
    pictures: Pictures, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "MOST_PIXELS", 60_000)
    photo = files.put("a.jpg", drawn(1, 1200, 800))
    files.library.info.put_many({photo: Info(1200, 800, None, None, None, None, "JPEG")})
    pictures.want([Wanted(photo, WHOLE)])
    (one,) = pictures.of(photo)
    assert one.pixmap.width() * one.pixmap.height() <= 60_000
    assert (one.width, one.height) == (1200, 800)


def test_the_first_place_that_can_be_read_counts(pictures: Pictures, files: Files) -> None:
    photo = files.put("a.jpg", drawn(1, 300, 200), "b.jpg")
    files.remove("a.jpg")
    pictures.want([Wanted(photo, 600)])
    assert pictures.of(photo)


def test_a_file_that_is_gone_is_said_to_be_and_tried_again_when_asked(
    pictures: Pictures, files: Files
) -> None:
    jpeg = drawn(1, 300, 200)
    photo = files.put("a.jpg", jpeg)
    files.remove("a.jpg")
    heard: list[int] = []
    pictures.arrived.connect(heard.append)
    pictures.want([Wanted(photo, 600)])
    missing = pictures.missing(photo)
    assert missing is not None
    assert missing.gone
    assert heard == [photo]
    files.put("a.jpg", jpeg)
    pictures.want([Wanted(photo, 600)])
    assert not pictures.of(photo)
    pictures.forget()
    pictures.want([Wanted(photo, 600)])
    assert pictures.of(photo)


def test_a_damaged_file_says_why(pictures: Pictures, files: Files) -> None:
    photo = files.put("a.jpg", drawn(1, 300, 200)[:400])
    pictures.want([Wanted(photo, 600)])
    missing = pictures.missing(photo)
    assert missing is not None
    assert not missing.gone
    assert "JPEG" in missing.reason


def test_decoding_never_happens_on_the_windows_thread(
    qtbot: QtBot, files: Files, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[threading.Thread] = set()

    def noting(path: Path, side: int) -> object:
        threads.add(threading.current_thread())
        return read(path, side)

    monkeypatch.setattr(decoding, "read", noting)
    photos = [files.put(f"{one}.jpg", drawn(one, 300, 200)) for one in range(4)]
    shelf = Shelf(home)
    pictures = Pictures(shelf, ThreadLane)
    pictures.want([Wanted(one, 600) for one in photos])
    qtbot.waitUntil(lambda: all(pictures.of(one) for one in photos))
    pictures.close()
    shelf.close()
    assert threads
    assert threading.main_thread() not in threads


def test_what_is_stale_by_the_time_it_is_decoded_is_dropped(
    qtbot: QtBot, files: Files, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (
        files.put(f"{one}.jpg", drawn(one, 300, 200)) for one in ("1", "2", "3")
    )
    gate, reads = threading.Event(), []

    def waiting(path: Path, side: int) -> object:
        reads.append(path.name)
        if path.name == "1.jpg":
            gate.wait(20)
        return read(path, side)

    monkeypatch.setattr(decoding, "read", waiting)
    shelf = Shelf(home)
    pictures = Pictures(shelf, ThreadLane)
    pictures.want([Wanted(first, 600)])
    qtbot.waitUntil(lambda: reads == ["1.jpg"])
    # The one that is decoded keeps nobody waiting.
    pictures.want([Wanted(second, 600)])
    qtbot.waitUntil(lambda: bool(pictures.of(second)))
    pictures.want([Wanted(third, 600)])
    gate.set()
    qtbot.waitUntil(lambda: bool(pictures.of(third)))
    pictures.close()
    shelf.close()
    QApplication.processEvents()
    assert not pictures.of(first)


def test_closing_ends_the_threads_in_the_middle_of_work(
    qapp: QApplication, files: Files, home: Path
) -> None:
    photos = [files.put(f"{one}.jpg", drawn(one, 600, 400)) for one in range(6)]
    shelf = Shelf(home)
    pictures = Pictures(shelf, ThreadLane)
    pictures.want([Wanted(one, WHOLE) for one in photos])
    pictures.close()
    shelf.close()
    assert not pictures.of(photos[-1])
