"""Where someone is: a glow over the photo, or a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.pages.photo.heat import glow
from desktop.pages.photo.page import PhotoPage
from desktop.process.engine import READY, STARTING
from tests.desktop.engine_fake import FakeEngine
from tests.desktop.pages.photo.conftest import BISCUIT_BOX, House


def warm_at_the_left() -> dict[str, Any]:
    values = np.zeros((4, 6))
    values[:, 0] = 1
    return {"rows": 4, "columns": 6, "values": (values / values.sum()).ravel().tolist()}


def found(heat: dict[str, Any] | None, box: object = None) -> dict[str, Any]:
    return {"box": box, "source": "region", "heat": heat}


def test_a_glow_is_opaque_where_it_is_warm_alone() -> None:
    image = glow(warm_at_the_left()).toImage()
    assert image.width() / image.height() == 6 / 4
    left = image.pixelColor(4, image.height() // 2)
    right = image.pixelColor(image.width() - 4, image.height() // 2)
    assert left.alphaF() > 0.7
    assert right.alphaF() == 0
    assert left.red() > left.blue()


def test_a_map_without_differences_hides_nothing() -> None:
    image = glow({"rows": 2, "columns": 2, "values": [0.25] * 4}).toImage()
    assert image.pixelColor(10, 10).alphaF() == 0


def test_the_glow_fades_in_over_the_photo_and_away(
    page: PhotoPage, house: House, engine: FakeEngine, qtbot: QtBot
) -> None:
    stage = page.stage

    def left_edge() -> QColor:
        rect = stage.viewport.rect.toRect()
        image = stage.grab().toImage()
        return QColor(image.pixel(rect.left() + 6, rect.center().y()))

    before = left_edge()
    QTest.keyClick(stage, Qt.Key.Key_H)
    assert page.overlay.notice == "Looking for Biscuit…"
    request = engine.answer("locate", found(warm_at_the_left(), list(BISCUIT_BOX)))
    assert request.params == {
        "photo_id": house.beach,
        "concept_id": house.biscuit,
        "heat": True,
    }
    qtbot.waitUntil(lambda: left_edge().red() > before.red() + 20)
    assert "Biscuit" in page.overlay.notice
    (row,) = page.panel.who.where.values()
    assert row.text() == "hide where"
    row.click()
    qtbot.waitUntil(lambda: left_edge() == before)
    assert page.overlay.notice == ""
    assert row.text() == "show where"


def test_where_there_is_no_map_the_box_is_shown(page: PhotoPage, engine: FakeEngine) -> None:
    QTest.keyClick(page.stage, Qt.Key.Key_H)
    engine.answer("locate", found(None, list(BISCUIT_BOX)))
    assert page.overlay.notice == "Biscuit is in the box"
    pointed = page.stage.pointed_out
    assert pointed is not None
    assert pointed.box == BISCUIT_BOX
    assert not page.stage.glowing


def test_where_nothing_tells_that_is_said(page: PhotoPage, engine: FakeEngine) -> None:
    QTest.keyClick(page.stage, Qt.Key.Key_H)
    engine.answer("locate", found(None))
    assert page.overlay.notice == "Familiar cannot tell where Biscuit is here"


def test_a_failure_is_a_sentence(page: PhotoPage, engine: FakeEngine) -> None:
    QTest.keyClick(page.stage, Qt.Key.Key_H)
    engine.refuse("locate", "Biscuit was not recognised in this photo.")
    assert page.overlay.notice == "Biscuit was not recognised in this photo."
    (row,) = page.panel.who.where.values()
    assert row.text() == "show where"


def test_it_waits_for_an_engine_that_is_getting_ready(page: PhotoPage, engine: FakeEngine) -> None:
    engine.set_state(STARTING)
    QTest.keyClick(page.stage, Qt.Key.Key_H)
    assert page.overlay.notice == (
        "Familiar is still getting ready. Then it shows where Biscuit is."
    )
    engine.set_state(READY)
    assert page.overlay.notice == "Looking for Biscuit…"


def test_going_on_takes_it_away(page: PhotoPage, engine: FakeEngine) -> None:
    QTest.keyClick(page.stage, Qt.Key.Key_H)
    (request,) = engine.waiting("locate")
    page.step(1)
    assert request.over
    assert page.overlay.notice == ""
    assert not page.stage.glowing


def test_where_nobody_is_recognised_the_key_does_nothing(
    page: PhotoPage, engine: FakeEngine
) -> None:
    page.step(2)
    QTest.keyClick(page.stage, Qt.Key.Key_H)
    assert engine.waiting("locate") == []
