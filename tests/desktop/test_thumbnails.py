"""Thumbnails: the newest asked first, stale requests dropped, memory bounded."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.reading.lanes import InstantLane, ThreadLane
from desktop.reading.shelf import Shelf
from desktop.thumbnails.cache import Cache
from desktop.thumbnails.drawing import crop, draw
from desktop.thumbnails.loader import Thumbnails
from desktop.thumbnails.picture import Picture
from engine.library import Library
from engine.news import Change
from tests.desktop.test_reader import Patient
from tests.homes import drawn


def picture(photo_id: int, side: int = 40) -> Picture:
    return Picture(photo_id, side, side)


class Order:
    """Which photos arrived, one after the other."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        self.ids: list[int] = []
        thumbnails._made.connect(lambda drawn: self.ids.extend(one.photo_id for one, _ in drawn))


@pytest.fixture
def lane() -> Patient:
    return Patient("thumbnails")


@pytest.fixture
def thumbnails(qapp: QApplication, filled: Path, lane: Patient) -> Thumbnails:
    return Thumbnails(Shelf(filled), lambda _: lane)


def test_a_picture_arrives_as_large_as_asked_for(
    qtbot: QtBot, filled: Path, photo_ids: list[int]
) -> None:
    shelf = Shelf(filled)
    thumbnails, owner = Thumbnails(shelf, ThreadLane), QObject()
    wanted = Picture(photo_ids[0], 40, 30, 4)
    assert thumbnails.pixmap(wanted) is None
    with qtbot.waitSignal(thumbnails.arrived) as arrived:
        thumbnails.want(owner, [wanted])
    assert arrived.args == [frozenset([wanted])]
    found = thumbnails.pixmap(wanted)
    assert found is not None
    assert found.size() == QSize(40, 30)
    assert found.toImage().pixelColor(0, 0).alpha() == 0  # a rounded corner
    assert found.toImage().pixelColor(20, 15).alpha() == 255
    thumbnails.close()
    shelf.close()


def test_who_asks_again_replaces_what_they_asked_before(
    thumbnails: Thumbnails, lane: Patient, photo_ids: list[int]
) -> None:
    order, owner = Order(thumbnails), QObject()
    thumbnails.want(owner, [picture(one) for one in photo_ids[:30]])
    thumbnails.want(owner, [picture(one) for one in reversed(photo_ids[30:40])])
    lane.run()
    assert order.ids == photo_ids[30:40][::-1]


def test_the_newest_asker_comes_first_and_those_gone_never(
    thumbnails: Thumbnails, lane: Patient, photo_ids: list[int]
) -> None:
    order, first, second, gone = Order(thumbnails), QObject(), QObject(), QObject()
    thumbnails.want(first, [picture(one) for one in photo_ids[:5]])
    thumbnails.want(second, [picture(one) for one in photo_ids[5:10]])
    thumbnails.want(gone, [picture(one) for one in photo_ids[10:15]])
    del gone
    lane.run()
    assert order.ids == photo_ids[5:10] + photo_ids[:5]


def test_what_is_there_or_known_to_be_missing_is_not_asked_for_again(
    thumbnails: Thumbnails, lane: Patient, photo_ids: list[int], filled: Path
) -> None:
    order, owner = Order(thumbnails), QObject()
    missing = 12345
    wanted = [picture(photo_ids[0]), picture(missing)]
    thumbnails.want(owner, wanted)
    lane.run()
    thumbnails.want(owner, wanted)
    lane.run()
    assert order.ids == [photo_ids[0], missing]
    assert thumbnails.pixmap(picture(missing)) is None
    with Library.open(filled) as library:
        library.thumbnails.put_many({missing: drawn(1)})
    thumbnails.hear(Change.of("thumbnails"))
    thumbnails.want(owner, wanted)
    lane.run()
    assert order.ids == [photo_ids[0], missing, missing]
    assert thumbnails.pixmap(picture(missing)) is not None


def test_a_damaged_thumbnail_is_missing(
    thumbnails: Thumbnails, lane: Patient, photo_ids: list[int], filled: Path
) -> None:
    with Library.open(filled) as library:
        library.thumbnails.put_many({photo_ids[0]: b"no JPEG", photo_ids[1]: drawn(1)[:700]})
    owner = QObject()
    thumbnails.want(owner, [picture(photo_ids[0]), picture(photo_ids[1]), picture(photo_ids[2])])
    lane.run()
    assert thumbnails.pixmap(picture(photo_ids[0])) is None
    assert thumbnails.pixmap(picture(photo_ids[2])) is not None


def test_a_library_that_cannot_be_read_leaves_pictures_missing(
    qapp: QApplication, home: Path
) -> None:
    home.mkdir()
    (home / "library.db").write_bytes(b"this is no database" * 100)
    thumbnails, owner = Thumbnails(Shelf(home), lambda _: InstantLane()), QObject()
    thumbnails.want(owner, [picture(1)])
    assert thumbnails.pixmap(picture(1)) is None


def test_what_goes_wrong_once_leaves_the_next_pictures_alone(
    qtbot: QtBot, filled: Path, photo_ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, owner = Shelf(filled), QObject()
    thumbnails = Thumbnails(shelf, ThreadLane)

    def fail() -> Library:
        raise MemoryError

    with monkeypatch.context() as patch, qtbot.waitSignal(thumbnails.arrived):
        patch.setattr(shelf, "library", fail)
        thumbnails.want(owner, [picture(photo_ids[0])])
    with qtbot.waitSignal(thumbnails.arrived):
        thumbnails.want(owner, [picture(photo_ids[1])])
    assert thumbnails.pixmap(picture(photo_ids[1])) is not None
    thumbnails.close()
    shelf.close()


def test_pixmaps_take_no_more_memory_than_they_may(qapp: QApplication) -> None:
    cache = Cache(limit=10 * 40 * 40 * 4)
    for number in range(30):
        cache.put(picture(number), QPixmap(40, 40))
        cache.get(picture(0))  # used all the time
    assert cache.bytes <= cache.limit
    assert cache.get(picture(0)) is not None
    assert cache.get(picture(29)) is not None
    assert cache.get(picture(10)) is None
    assert cache.like(picture(10, 80)) is None
    assert cache.like(picture(29, 80)) is cache.get(picture(29))
    cache.drop(frozenset([0, 29]))
    assert cache.get(picture(0)) is None
    assert cache.like(picture(29)) is None
    for number in range(30):
        cache.drop(frozenset([number]))
    assert cache.bytes == 0


def test_a_photo_fills_its_place_without_being_squeezed(qapp: QApplication) -> None:
    tall = crop(QSize(300, 600), QSize(100, 100), None)
    assert (tall.width(), tall.height()) == (300, 300)
    assert 0 < tall.top() < 150  # a little above the middle
    wide = crop(QSize(600, 300), QSize(100, 100), None)
    assert (wide.left(), wide.width()) == (150, 300)


@pytest.mark.parametrize(
    "box", [(0.4, 0.4, 0.6, 0.6), (0.0, 0.0, 0.1, 0.1), (0.9, 0.8, 1.0, 1.0), (0.0, 0.0, 1.0, 1.0)]
)
def test_a_face_is_in_its_picture(qapp: QApplication, box: tuple[float, ...]) -> None:
    size = QSize(640, 480)
    part = crop(size, QSize(50, 50), (box[0], box[1], box[2], box[3]))
    assert part.width() == pytest.approx(part.height())
    assert part.left() >= 0
    assert part.top() >= 0
    assert part.right() <= 640.001
    assert part.bottom() <= 480.001
    middle = ((box[0] + box[2]) / 2 * 640, (box[1] + box[3]) / 2 * 480)
    assert part.left() <= middle[0] <= part.right()
    assert part.top() <= middle[1] <= part.bottom()


def test_small_thumbnails_grow_and_whole_ones_keep_their_shape(qapp: QApplication) -> None:
    jpeg = drawn(3, 64, 48)
    assert draw(jpeg, Picture(1, 200, 200)).size() == QSize(200, 200)
    assert draw(jpeg, Picture(1, 100, 100, whole=True)).size() == QSize(100, 75)
    assert draw(jpeg, Picture(1, 100, 100)).format() == QImage.Format.Format_RGB32
