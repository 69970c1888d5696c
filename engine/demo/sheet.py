"""The contact sheet: photos in rows, with what Familiar says about them underneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from engine.demo.packaged import packaged
from engine.terminal import safe

PAPER, SIDE, CARD, LINE = "#FBFAF8", "#F4F1EC", "#FFFFFF", "#E6E1D9"
INK, QUIET, ACCENT, SOFT = "#23211E", "#7A746B", "#B4532A", "#F6E4DA"

_COLUMNS = 5
_MARGIN, _GAP = 56, 24
_CARD, _PICTURE = 300, 214
_PAD = 14
_LINE_HEIGHT = 22
_CAPTION_LINES = 3


@dataclass(frozen=True)
class Entry:
    """One photo of the sheet: its picture (any size), its caption, and the names found in it."""

    picture: Image.Image
    caption: str
    names: Sequence[str] = ()


@dataclass(frozen=True)
class Row:
    """Photos that belong together, under a heading."""

    heading: str
    entries: Sequence[Entry]


def contact_sheet(title: str, subtitle: str, rows: Sequence[Row], path: Path) -> None:
    """Draw the sheet and save it at `path`, a JPEG or PNG by its suffix."""
    card_height = _PAD + _PICTURE + 12 + _CAPTION_LINES * _LINE_HEIGHT + 34 + _PAD
    lines = [-(-len(row.entries) // _COLUMNS) for row in rows]
    width = 2 * _MARGIN + _COLUMNS * _CARD + (_COLUMNS - 1) * _GAP
    height = 150 + sum(58 + count * (card_height + _GAP) + 14 for count in lines) + _MARGIN
    sheet = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    _write(draw, (_MARGIN, 48), title, 40, INK)
    _write(draw, (_MARGIN, 102), subtitle, 19, QUIET)
    top = 150
    for row in rows:
        _write(draw, (_MARGIN, top + 12), row.heading, 24, INK)
        top += 58
        for at, entry in enumerate(row.entries):
            left = _MARGIN + at % _COLUMNS * (_CARD + _GAP)
            if at and at % _COLUMNS == 0:
                top += card_height + _GAP
            _card(sheet, draw, (left, top, left + _CARD, top + card_height), entry)
        top += card_height + _GAP + 14
    sheet.save(path, quality=90)


def _card(
    sheet: Image.Image,
    draw: ImageDraw.ImageDraw,
    box: tuple[int, int, int, int],
    entry: Entry,
) -> None:
    left, top, right, bottom = box
    draw.rounded_rectangle(box, 14, fill=CARD, outline=LINE)
    inside = right - left - 2 * _PAD
    _picture(sheet, draw, (left + _PAD, top + _PAD, right - _PAD, top + _PAD + _PICTURE), entry)
    below = top + _PAD + _PICTURE + 12
    for line in _wrapped(safe(entry.caption), inside, 16)[:_CAPTION_LINES]:
        _write(draw, (left + _PAD, below), line, 16, INK)
        below += _LINE_HEIGHT
    chip = left + _PAD
    for full_name in map(safe, entry.names):
        name = _shortened(full_name, inside - 20, 14)
        wide = round(_font(name, 14).getlength(name)) + 20
        if chip + wide > right - _PAD:
            break
        draw.rounded_rectangle((chip, bottom - 40, chip + wide, bottom - 14), 9, fill=SOFT)
        _write(draw, (chip + 10, bottom - 36), name, 14, ACCENT)
        chip += wide + 8


def _picture(
    sheet: Image.Image,
    draw: ImageDraw.ImageDraw,
    box: tuple[int, int, int, int],
    entry: Entry,
) -> None:
    """The whole picture, as large as the box allows, in its middle."""
    draw.rounded_rectangle(box, 4, fill=SIDE)
    room = (box[2] - box[0], box[3] - box[1])
    scale = min(room[0] / entry.picture.width, room[1] / entry.picture.height)
    wide, tall = (max(1, round(length * scale)) for length in entry.picture.size)
    picture = entry.picture.convert("RGB").resize((wide, tall), Image.Resampling.LANCZOS)
    corner = (box[0] + (room[0] - wide) // 2, box[1] + (room[1] - tall) // 2)
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, wide - 1, tall - 1), 4, fill=255)
    sheet.paste(picture, corner, mask)


def _write(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, colour: str
) -> None:
    draw.text(at, text, fill=colour, font=_font(text, size))


def _wrapped(text: str, room: int, size: int) -> list[str]:
    """`text` in a few lines of at most `room` pixels; what does not fit ends in an ellipsis."""
    font = _font(text, size)
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < _CAPTION_LINES:
        count = 1
        while count < len(words) and font.getlength(" ".join(words[: count + 1])) <= room:
            count += 1
        lines.append(" ".join(words[:count]))
        words = words[count:]
    if words:
        lines[-1] += " …"
    return [_shortened(line, room, size) for line in lines]


def _shortened(text: str, room: int, size: int) -> str:
    font = _font(text, size)
    while font.getlength(text) > room:
        text = text[:-2].rstrip() + "…"
    return text


def _font(text: str, size: int) -> ImageFont.FreeTypeFont:
    # Pillow's own font is the nicer one, DejaVu knows many more letters.
    if all(character.isascii() or _drawable(character) for character in text):
        return _own_font(size)
    return _large_font(size)


@lru_cache
def _drawable(character: str) -> bool:
    missing, drawn = (_own_font(24).getmask(shape) for shape in ("\uffff", character))
    return drawn.size != missing.size or bytes(drawn) != bytes(missing)


@lru_cache
def _own_font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


@lru_cache
def _large_font(size: int) -> ImageFont.FreeTypeFont:
    path = packaged("matplotlib", "mpl-data/fonts/ttf/DejaVuSans.ttf")
    # Without it the sheet is still worth having, with some letters missing.
    return ImageFont.truetype(path, size) if path else _own_font(size)
