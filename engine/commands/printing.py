"""How answers reach the terminal: words made safe for it, or JSON alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import FamiliarError
from engine.terminal import counted, safe, table

if TYPE_CHECKING:
    from engine.cards import Card, Found


def lines(path: Path) -> list[str]:
    """The queries in a file, one a line, as UTF-8."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise FamiliarError(f"{path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise FamiliarError(f"{path} is not a text file in UTF-8.") from error
    return text.split("\n")[:-1] if text.endswith("\n") else text.split("\n")


def found_json(one: Found) -> dict[str, Any]:
    """One search result, as `search --json` prints it."""
    return {
        "path": str(one.path),
        "score": one.score,
        "caption": one.caption,
        "why": one.why,
    }


def print_found(found: Sequence[Found]) -> None:
    """Search results as a table."""
    rows = [[str(one.path), one.caption or "", ", ".join(one.why)] for one in found]
    print_table(["Photo", "Caption", "Why"], rows, [], "Nothing was found.")


def print_card(card: Card) -> None:
    """One photo in words."""
    say(str(card.path))
    say(card.caption or "No caption yet.")
    for one in card.sightings:
        say(f"  {one.name} ({one.kind}): {one.state}, {one.score:.0%}")
    details = [card.taken_at or "no date"]
    if card.width and card.height:
        details.append(f"{card.width} x {card.height}")
    details.append(counted(card.faces, "face"))
    say("  " + ", ".join(details))
    for other in card.paths:
        if other != card.path:
            say(f"  also in {other}")
    for problem in card.problems:
        say(f"  {problem}")


def print_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int], empty: str
) -> None:
    """A table on standard output, or what to say when it has no rows."""
    if rows:
        sys.stdout.write(table(headings, rows, numbers=numbers) + "\n")
    else:
        tell(empty)


def print_json(value: Iterable[Any] | dict[str, Any]) -> None:
    """One JSON value on a line of its own."""
    # ASCII alone: whatever a name or caption holds, no terminal can be steered by it.
    sys.stdout.write(json.dumps(value, ensure_ascii=True) + "\n")


def say(text: str) -> None:
    """A line of the answer, on standard output."""
    sys.stdout.write(safe(text) + "\n")


def tell(text: str) -> None:
    """A remark beside it, on standard error."""
    sys.stderr.write(safe(text) + "\n")
