"""Both palettes can be read by everybody, and colours are named in one place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from desktop import theme
from desktop.theme import DARK, LIGHT, Appearance, Palette, colours, icons
from desktop.theme.stylesheet import stylesheet
from desktop.widgets import IconButton
from engine.errors import FamiliarError
from engine.resources import resource

ROOT = Path(__file__).parents[2]
AA = 4.5
PAIRS = [
    *((ink, ground) for ink in ("ink", "quiet", "accent_ink", "good") for ground in (
        "background", "sidebar", "card", "soft", "hover")),
    ("on_accent", "accent"),
    ("on_accent", "accent_ink"),
    ("on_stage", "stage"),
    ("background", "ink"),
    ("toast_link", "ink"),
]  # fmt: skip


def light(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    mixed = QColor(colour)
    parts = (mixed.redF(), mixed.greenF(), mixed.blueF())
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.fixture
def appearance(qapp: QApplication) -> Iterator[Appearance]:
    made = Appearance(qapp, "light")
    yield made
    made.choose("light")
    made.deleteLater()


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_every_text_can_be_read(palette: Palette, ink: str, ground: str) -> None:
    assert contrast(getattr(palette, ink), getattr(palette, ground)) >= AA


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_ring_around_what_has_the_keyboard_is_seen(palette: Palette) -> None:
    for ground in ("background", "sidebar", "card"):
        assert contrast(palette.accent, getattr(palette, ground)) >= 3


def test_colours_are_named_in_the_theme_alone() -> None:
    named = re.compile(r"#[0-9a-fA-F]{6,8}\b|QColor\(\d")
    strangers = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "desktop").rglob("*.py")
        if path.parent.name != "theme" and named.search(path.read_text(encoding="utf-8"))
    ]
    assert strangers == []


def test_the_stylesheet_takes_every_colour_from_the_palette() -> None:
    for palette in (LIGHT, DARK):
        sheet = stylesheet(palette)
        assert "$" not in sheet
        known = {getattr(palette, name) for name in palette.__dataclass_fields__}
        assert set(re.findall(r"#[0-9A-Fa-f]{6}\b", sheet)) <= known


def test_light_and_dark_are_chosen(appearance: Appearance, qapp: QApplication) -> None:
    assert colours() is LIGHT
    heard: list[str] = []
    appearance.changed.connect(heard.append)
    appearance.choose("dark")
    appearance.choose("dark")
    assert colours() is DARK
    assert DARK.background in qapp.styleSheet()
    assert qapp.palette().window().color() == QColor(DARK.background)
    assert heard == ["dark"]
    with pytest.raises(ValueError, match="no such appearance"):
        appearance.choose("purple")


def test_icons_follow_the_palette(appearance: Appearance) -> None:
    button = IconButton("close", "Close")
    before = button.icon().pixmap(20, 20).toImage()
    appearance.choose("dark")
    assert button.icon().pixmap(20, 20).toImage() != before
    assert button.accessibleName() == "Close"


def test_every_icon_is_drawn_in_the_colour_asked_for() -> None:
    names = [path.stem for path in resource("icons").glob("*.svg")]
    assert len(names) > 20
    for name in set(names) - {"familiar"}:
        image = icons.pixmap(name, "#ff0000", 40).toImage()
        seen = {
            QColor(image.pixelColor(x, y)).name()
            for x in range(40)
            for y in range(40)
            if image.pixelColor(x, y).alpha() == 255
        }
        assert seen == {"#ff0000"}, name
    with pytest.raises(FamiliarError):
        icons.pixmap("no such icon", "#ff0000")


def test_the_font_is_there(qapp: QApplication, appearance: Appearance) -> None:
    assert qapp.font().families()[0] == "Inter"
    assert qapp.font().exactMatch() or "Inter" in theme.sizes.font().family()
