"""A library of real files, with everything a photo page shows, and the page over it."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import navigation
from desktop.context import Context
from desktop.pages.photo.page import PhotoPage
from desktop.window import Window
from engine.library import Library
from engine.library.info import Info
from engine.library.tags import Box
from engine.photos import decode, read_file, thumbnails
from tests.desktop.conftest import MakeContext
from tests.homes import drawn

BISCUIT_BOX: Box = (0.25, 0.25, 0.75, 0.75)
ADA_BOX: Box = (0.1, 0.1, 0.4, 0.4)
STRANGER_BOX: Box = (0.6, 0.2, 0.8, 0.4)
MODEL = "starter-captioner-1 1234 starter-2 5678 fit 1.5"


@dataclass(frozen=True)
class Face:
    box: Box
    score: float
    embedding: NDArray[np.float32]


@dataclass(frozen=True)
class House:
    """beach: Biscuit is recognised, with a caption. group: Ada is suggested, beside a stranger; the
    caption is the owner's; stored on its side. plain: nothing is known. large: 1500 x 1000."""

    home: Path
    folder: Path
    beach: int
    group: int
    plain: int
    large: int
    biscuit: int
    ada: int
    tom: int

    @property
    def ids(self) -> tuple[int, int, int, int]:
        return self.beach, self.group, self.plain, self.large

    def library(self) -> Library:
        """The library, as another program would open it."""
        return Library.open(self.home)


@pytest.fixture(scope="session")
def model_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """What each test gets a copy of: making it takes longer than most tests."""
    place = tmp_path_factory.mktemp("house")
    made = build(place / "home", place / "photos")
    shutil.copytree(made.folder, place / "as they were")
    return made


@pytest.fixture
def house(model_house: House, home: Path) -> House:
    """Four photos, three who are known; the test may do with them what it likes."""
    shutil.copytree(model_house.home, home)
    shutil.rmtree(model_house.folder, ignore_errors=True)
    shutil.copytree(model_house.folder.parent / "as they were", model_house.folder)
    return replace(model_house, home=home)


def build(home: Path, folder: Path) -> House:
    """Make the photos and the library."""
    folder.mkdir()
    with Library.open(home) as library:
        place = library.folders.add(folder)

        def put(name: str, jpeg: bytes, taken_at: str | None) -> int:
            path = folder / name
            path.write_bytes(jpeg)
            file = read_file(path)
            decoded = decode(file.data, 512)
            photo = library.photos.record(
                path, file.content_hash, file.size, file.mtime_ns, place.id
            )
            info = Info(decoded.width, decoded.height, taken_at, None, None, "Canon EOS R6", "JPEG")
            library.info.put_many({photo: info})
            library.thumbnails.put_many({photo: thumbnails.make(decoded.picture)})
            return photo

        beach = put("beach.jpg", drawn(1, 1200, 800), "2024-08-14T16:20:00")
        group = put("group.jpg", turned(drawn(2, 600, 400)), "2024-08-15T09:05:00")
        plain = put("plain.jpg", drawn(3, 400, 300), None)
        large = put("large.jpg", drawn(4, 1500, 1000), "2023-01-02T03:04:00")
        biscuit = library.concepts.add("Biscuit", "pet", "dog").id
        ada = library.concepts.add("Ada", "person").id
        tom = library.concepts.add("Tom", "person").id
        library.sightings.put_scores(biscuit, "h", [(beach, 0.97, "recognised", BISCUIT_BOX)])
        library.sightings.put_scores(ada, "h", [(group, 0.55, "suggested", ADA_BOX)])
        some = np.ones(4, np.float32)
        library.faces.put_many(
            "f", {group: [Face(ADA_BOX, 0.9, some), Face(STRANGER_BOX, 0.9, some)]}
        )
        library.captions.put_many(
            [
                (beach, f"{{c{biscuit}}} is playing on the beach", MODEL, None),
                (group, "two people", MODEL, None),
            ]
        )
        library.captions.edit(group, f"{{c{ada}}} and {{c{tom}}}, at home")
    return House(home, folder, beach, group, plain, large, biscuit, ada, tom)


def turned(jpeg: bytes) -> bytes:
    """The same, stored on its side, with a note in its EXIF of how it is held."""
    image = Image.open(io.BytesIO(jpeg))
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


@pytest.fixture
def photo_context(make_context: MakeContext, house: House) -> Context:
    """The context of the house; reads and decoding are done at once."""
    context = make_context(house.home)
    context.household.read()
    return context


Open = Callable[..., PhotoPage]


@pytest.fixture
def open_photo(qtbot: QtBot, photo_context: Context, house: House) -> Iterator[Open]:
    """Opens a photo in a window, from the library page, among all of them."""
    windows: list[Window] = []

    def make(photo_id: int, context: Context = photo_context) -> PhotoPage:
        window = Window(context)
        windows.append(window)
        qtbot.addWidget(window)
        window.resize(1100, 700)
        context.navigation.go(navigation.LIBRARY)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        context.navigation.go(navigation.PHOTO, photo_id=photo_id, among=house.ids)
        QApplication.processEvents()
        page = window.page
        assert isinstance(page, PhotoPage)
        return page

    yield make
    for window in windows:
        window.close()


@pytest.fixture
def page(open_photo: Open, house: House) -> PhotoPage:
    """The photo of Biscuit on the beach."""
    return open_photo(house.beach)
