"""What others wrote cannot steer the terminal, and tables and progress keep to their room."""

from __future__ import annotations

import io
import unicodedata

import pytest

from engine.progress import Progress
from engine.terminal import (
    ProgressLine,
    counted,
    duration,
    fit,
    prepare_streams,
    safe,
    table,
    width,
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_no_character_of_unicode_steers_a_terminal() -> None:
    shown = safe("".join(chr(point) for point in range(0x110000)))
    left = {unicodedata.category(character) for character in set(shown) - set("\u200c\u200d")}
    assert not left & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("beach.jpg", "beach.jpg"),
        ("Åse och 猫 👩\u200d👧.jpg", "Åse och 猫 👩\u200d👧.jpg"),
        ("a\x1b[2J\x07b", "a\\x1b[2J\\x07b"),
        ("\x9b31mred", "\\x9b31mred"),
        ("photo\u202egnp.exe", "photo\\u202egnp.exe"),
        ("caf\udce9.jpg", "caf\\xe9.jpg"),
        ("two\nlines\tand\u2028more", "two lines and more"),
        ("\U000e0041hidden", "\\U000e0041hidden"),
    ],
)
def test_safe(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_any_text_can_be_written_to_a_narrow_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    monkeypatch.setattr("sys.stdout", stream)
    prepare_streams()
    stream.write("Åse")
    assert raw.getvalue() == b"\\xc5se"


def test_progress_keeps_to_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that were longer would be written anew below itself, again and again."""
    monkeypatch.setenv("COLUMNS", "20")
    stream = Terminal()
    with ProgressLine(stream=stream) as line:
        line.show(Progress("look", 3, 1000, 12.5, 80.0))
    (shown,) = [part for part in stream.getvalue().split("\r\x1b[2K") if part]
    assert shown == "Looking at photos…"


def test_fit_counts_columns_not_characters() -> None:
    assert width("猫a\u0301") == 3
    assert fit("猫猫猫猫", 5) == "猫猫…"
    assert fit("cat", 3) == "cat"
    assert fit("cat", 0) == ""


def test_table_keeps_to_its_room_and_stays_aligned() -> None:
    rows = [["猫\x1b[2J.jpg", "a dog runs " * 20, "0.3"], ["b.jpg", "short", "12.0"]]
    lines = table(["Photo", "Caption", "Score"], rows, numbers=[2], room=60).splitlines()
    assert len(lines) == 4
    assert all(width(line) <= 60 for line in lines)
    assert "\x1b" not in "".join(lines)
    assert "…" in lines[2]
    assert lines[2].endswith(" 0.3")
    assert lines[3].endswith("12.0")
    assert {width(line) for line in lines[1:]} == {60}


def test_table_refuses_a_row_that_does_not_match() -> None:
    with pytest.raises(ValueError, match="cells"):
        table(["one", "two"], [["only one"]])


def test_counted_and_duration() -> None:
    assert [counted(n, "photo") for n in (0, 1, 8000)] == ["0 photos", "1 photo", "8,000 photos"]
    assert counted(2, "person", "people") == "2 people"
    assert [duration(s) for s in (-1, 8.4, 200, 240, 7500)] == [
        "0 s", "8 s", "3 min 20 s", "4 min", "2 h 5 min",
    ]  # fmt: skip


def test_progress_says_how_far_how_fast_and_how_long_still() -> None:
    line = ProgressLine({"caption": "Writing captions"}, stream=io.StringIO())
    assert (
        line.line(Progress("caption", 120, 8000, 12.34, 638.6))
        == "Writing captions  120 of 8,000  12.3 a second  10 min 39 s left"
    )
    assert line.line(Progress("scan", 12, 0)) == "Scan  12"


def test_progress_is_one_line_and_taken_away() -> None:
    now = [0.0]
    terminal = Terminal()
    with ProgressLine(stream=terminal, clock=lambda: now[0]) as line:
        for done in range(1000):
            now[0] += 0.001
            line.show(Progress("encode", done, 2000))
    written = terminal.getvalue()
    assert "\n" not in written
    assert written.count("Encode") == pytest.approx(10, abs=2)
    assert written.endswith("\r\x1b[2K")


def test_progress_is_silent_where_nobody_watches() -> None:
    stream = io.StringIO()
    with ProgressLine(stream=stream) as line:
        line.show(Progress("encode", 1, 1))
    assert stream.getvalue() == ""
