"""Words, tables and progress for a terminal.

File names, captions and metadata come from outside, and a terminal obeys what it is sent: a name
may hold escape sequences that clear the screen or marks that reorder a line. Everything of theirs
goes through `safe` before it is shown.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

from engine.progress import Progress

_BLANKS = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029")
# Format characters that writing needs: the joiners of emoji and of Persian and Indic scripts.
_HARMLESS_FORMAT = frozenset("\u200c\u200d")
_WRITTEN_OUT = frozenset({"Cc", "Cf", "Cs", "Co"})  # control, format, surrogate, private use

_MOST_COLUMNS = 200

STAGE_LABELS = {
    "scan": "Finding photos",
    "look": "Looking at photos",
    "recognise": "Recognising",
    "learn": "Learning",
    "caption": "Writing captions",
}
"""How the engine's stages are called where people read."""


def safe(text: str) -> str:
    """`text` on one line, unable to steer a terminal or to reorder what stands beside it.

    Line breaks and tabs become spaces. Control characters, text-direction marks, other invisible
    format characters, private-use ones and bytes that are no UTF-8 are written out (`\\x1b`,
    `\\u202e`), so that one sees that they are there.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in _BLANKS:
        return " "
    if unicodedata.category(character) not in _WRITTEN_OUT or character in _HARMLESS_FORMAT:
        return character
    point = ord(character)
    if 0xDC80 <= point <= 0xDCFF:  # a byte of a file name, kept by surrogateescape
        return f"\\x{point - 0xDC00:02x}"
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def prepare_streams() -> None:
    """Let standard output and error write any text, whatever encoding the terminal has.

    Where they are closed, what is written goes nowhere: no file opened later may come to stand in
    their place.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            _open_nowhere(number)
            setattr(sys, name, open(number, "r+" if number == 0 else "w"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _open_nowhere(number: int) -> None:
    handle = os.open(os.devnull, os.O_RDWR)
    if handle != number:
        os.dup2(handle, number)
        os.close(handle)


def columns(stream: TextIO | None = None) -> int:
    """How many columns a line may have: the terminal's, or plenty where there is none.

    stream: where the line goes, if not to standard output.
    """
    try:
        room = os.get_terminal_size(stream.fileno()).columns if stream is not None else 0
    except (OSError, ValueError):
        room = 0
    room = room or shutil.get_terminal_size((_MOST_COLUMNS, 24)).columns
    return min(room, _MOST_COLUMNS)


def width(text: str) -> int:
    """How many columns `text` takes: wide characters count twice, combining marks nothing."""
    return sum(_columns_of(character) for character in text)


def _columns_of(character: str) -> int:
    if unicodedata.combining(character) or character in _HARMLESS_FORMAT:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def fit(text: str, room: int) -> str:
    """`text` in at most `room` columns, cut with an ellipsis where it is longer."""
    if width(text) <= room:
        return text
    kept, used = [], 0
    for character in text:
        used += _columns_of(character)
        if used > room - 1:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…" if room > 0 else ""


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numbers: Sequence[int] = (),
    room: int | None = None,
) -> str:
    """A table of safe text, at most `room` columns wide (default: the terminal).

    headings: one a column. rows: as many cells each. numbers: columns set flush right. Where the
    table is too wide, the widest columns give way.
    """
    lines = [[safe(cell) for cell in line] for line in (headings, *rows)]
    if any(len(line) != len(headings) for line in lines):
        raise ValueError("each row of a table needs as many cells as there are headings")
    widths = [max(width(cell) for cell in column) for column in zip(*lines, strict=True)]
    gap = 2
    spare = (columns() if room is None else room) - gap * (len(widths) - 1)
    while sum(widths) > spare and max(widths) > 8:
        widest = widths.index(max(widths))
        widths[widest] -= 1
    lines.insert(1, ["─" * column for column in widths])
    return "\n".join(
        (" " * gap)
        .join(_aligned(cell, widths[i], right=i in numbers) for i, cell in enumerate(line))
        .rstrip()
        for line in lines
    )


def _aligned(cell: str, room: int, *, right: bool) -> str:
    cell = fit(cell, room)
    blank = " " * (room - width(cell))
    return blank + cell if right else cell + blank


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 photo`, `8,000 photos`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """A length of time as one says it: `8 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


class ProgressLine:
    """One line on standard error: what, how far, how fast, how long still.

    `show` takes progress as the engine reports it. Nothing is written when the stream is not a
    terminal, so that logs and pipes stay clean. A context manager: the line is taken away at the
    end.
    """

    def __init__(
        self,
        labels: Mapping[str, str] | None = None,
        *,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """labels: how stages are called (default: STAGE_LABELS); others go by their own name."""
        self._labels = dict(STAGE_LABELS if labels is None else labels)
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._live = self._stream.isatty()
        self._stage = ""
        self._written_at = float("-inf")
        self._shown = False

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def show(self, progress: Progress) -> None:
        """Write the line anew, at most ten times a second."""
        now = self._clock()
        news = progress.stage != self._stage or progress.done == progress.total
        if not self._live or not (news or now - self._written_at >= 0.1):
            return
        self._stage, self._written_at, self._shown = progress.stage, now, True
        self._stream.write(f"\r\x1b[2K{fit(self.line(progress), columns(self._stream) - 1)}")
        self._stream.flush()

    def line(self, progress: Progress) -> str:
        """The line as it is shown, without any control sequence."""
        parts = [safe(self._labels.get(progress.stage, progress.stage.capitalize()))]
        of = f" of {progress.total:,}" if progress.total else ""
        parts.append(f"{progress.done:,}{of}")
        if progress.rate:
            digits = 1 if progress.rate < 100 else 0
            parts.append(f"{progress.rate:,.{digits}f} a second")
        if progress.seconds_left is not None and progress.done < progress.total:
            parts.append(f"{duration(progress.seconds_left)} left")
        return "  ".join(parts)

    def close(self) -> None:
        """Take the line away."""
        if self._shown:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()
            self._shown = False
