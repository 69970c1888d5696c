"""`familiar demo`: a short tour, with a sample library or with a folder of the owner's.

It lives in a folder of its own and never touches the owner's library. The owner's photos are read
where they are.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import FamiliarError, UsageError
from engine.terminal import ProgressLine, counted, duration, safe, table

if TYPE_CHECKING:
    from engine.cards import Card
    from engine.demo.sheet import Entry
    from engine.familiar import Familiar

DEFAULT_FOLDER = Path("familiar-demo")
_OWN_SEARCHES = ("people outdoors", "an animal", "at the water")
_ON_SHEET = 40
_HITS = 5
# Says whose folder it is, so that the demo never empties one that it did not make.
_MARK = "made-by-familiar-demo"


def run(folder: Path = DEFAULT_FOLDER, photos: Path | None = None) -> int:
    """Give the tour; everything it makes goes into `folder`. Returns the exit status.

    photos: a folder of the owner's to index instead of the sample library.
    Raises FamiliarError with a sentence for the owner.
    """
    folder = folder.expanduser()
    if photos is not None:
        return _with_own_photos(folder, photos.expanduser())
    return _with_samples(folder)


def _with_samples(folder: Path) -> int:
    from engine.demo.samples import Samples
    from engine.demo.sheet import Row, contact_sheet
    from engine.familiar import Familiar

    home, pictures, sheet = (
        folder / "sample-home", folder / "sample-photos", folder / "contact-sheet.jpg",
    )  # fmt: skip
    for old in (home, pictures):
        _start_afresh(old)
    samples = Samples()
    made = samples.make(pictures)
    print(f"A sample library of {counted(len(made), 'photo')} is in {_shown(pictures)};")
    print("CREDITS.md beside them says whose they are and how they were changed.\n")
    with Familiar.open(home) as familiar:
        familiar.add(pictures)
        for lesson in samples.lessons:
            tagged = [pictures / f"{name}.jpg" for name in lesson.photos]
            with _Watch() as watch, ProgressLine() as line:
                familiar.teach(lesson.name, lesson.kind, tagged, progress=line.show)
            print(f"Learned {lesson.name} from {counted(len(tagged), 'photo')} in {watch}.")
        _index(familiar)
        cards = [familiar.show(path) for path in made]
        _print_captions(cards)
        for query in samples.searches:
            _print_search(familiar, query)
        taught = [lesson.name for lesson in samples.lessons]
        rows = [
            Row(f"Found: {name}", [_entry(card) for card in cards if name in _names(card)])
            for name in taught
        ]
        rest = [card for card in cards if not set(taught) & set(_names(card))]
        rows.append(Row("Nobody it knows", [_entry(card) for card in rest]))
        contact_sheet(
            "Familiar",
            f"{counted(len(cards), 'photo')}. Learned "
            + " and ".join(f"{one.name} from {len(one.photos)}" for one in samples.lessons)
            + ". Names, captions and places: all made on this machine. Credits: CREDITS.md",
            [row for row in rows if row.entries],
            sheet,
        )
    print(f"The contact sheet is {_shown(sheet)}.")
    print("With photos of your own:  make demo PHOTOS=~/Pictures")
    return 0


def _with_own_photos(folder: Path, photos: Path) -> int:
    from engine.demo.sheet import Row, contact_sheet
    from engine.familiar import Familiar

    if not photos.is_dir():
        raise UsageError(f"There is no folder {safe(str(photos))}.")
    home, sheet = folder / "home", folder / "contact-sheet-of-yours.jpg"
    _mark(home)
    with Familiar.open(home) as familiar:
        familiar.add(photos)
        _index(familiar)
        cards = _newest(familiar)
        if not cards:
            raise FamiliarError(f"Familiar found no photo that it can read in {safe(str(photos))}.")
        _print_captions(cards)
        for query in _OWN_SEARCHES:
            _print_search(familiar, query)
        contact_sheet(
            "Familiar",
            f"{counted(len(cards), 'photo')}, the newest. Captions made on this machine.",
            [Row("Your photos", [_entry(card) for card in cards])],
            sheet,
        )
    print(f"The contact sheet is {_shown(sheet)}. Teach it someone, and index again:\n")
    at = f"familiar --home {_shown(home)}"
    print(f"  {at} teach Biscuit --kind pet PHOTO PHOTO PHOTO")
    print(f"  {at} index")
    print(f"  {at} search 'Biscuit outdoors'")
    return 0


def _newest(familiar: Familiar) -> list[Card]:
    cards = [card for card in familiar.export() if card.caption is not None]
    cards.sort(key=lambda card: card.taken_at or "", reverse=True)
    return cards[:_ON_SHEET]


def _index(familiar: Familiar) -> None:
    with _Watch() as watch, ProgressLine() as line:
        familiar.index(progress=line.show)
    print(f"Looked at the library and wrote its captions in {watch}.\n")


def _print_captions(cards: Sequence[Card]) -> None:
    rows = [[card.path.name, ", ".join(_names(card)), card.caption or ""] for card in cards]
    print(table(["Photo", "Who", "Caption"], rows) + "\n")


def _print_search(familiar: Familiar, query: str) -> None:
    print(f"Search: {safe(query)}")
    rows = [
        [one.card.path.name, f"{one.score:.2f}", one.card.caption or "", ", ".join(one.why)]
        for one in familiar.search(query, limit=_HITS)
    ]
    print(table(["Photo", "Score", "Caption", "Why"], rows, numbers=[1]) if rows else "Nothing.")
    print()


def _names(card: Card) -> list[str]:
    """Who is in the photo, as far as the library is sure."""
    return [one.name for one in card.sightings if one.state in {"confirmed", "recognised"}]


def _entry(card: Card) -> Entry:
    from PIL import Image

    from engine.demo.sheet import Entry
    from engine.photos.decoding import read

    picture = Image.fromarray(read(card.path, 600).picture)
    return Entry(picture, card.caption or "", _names(card))


def _start_afresh(folder: Path) -> None:
    if folder.exists():
        if not (folder / _MARK).exists():
            raise FamiliarError(
                f"{_shown(folder)} is already there and was not made by the demo. "
                "Move it away, or start the demo in another folder."
            )
        shutil.rmtree(folder)
    _mark(folder)


def _mark(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()


def _shown(path: Path) -> str:
    return safe(str(path))


class _Watch:
    """How long a block took."""

    def __enter__(self) -> _Watch:
        self._start = time.monotonic()
        self._seconds = 0.0
        return self

    def __exit__(self, *_: object) -> None:
        self._seconds = time.monotonic() - self._start

    def __str__(self) -> str:
        return duration(max(1.0, self._seconds))
