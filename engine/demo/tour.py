"""`familiar demo`: a short tour, with a sample library or with a folder of the owner's.

It lives in a folder of its own and never touches the owner's library. The owner's photos are read
where they are.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import FamiliarError, UsageError
from engine.terminal import ProgressLine, counted, duration, safe, table

if TYPE_CHECKING:
    from engine.cards import Card
    from engine.demo.samples import Lesson
    from engine.demo.sheet import Entry
    from engine.familiar import Familiar

    Section = tuple[str, list[Card]]

DEFAULT_FOLDER = Path("familiar-demo")
_OWN_SEARCHES = ("people outdoors", "an animal", "at the water")
_HONESTLY = (
    "(The starter pack's caption writer is very small. It knows people and dogs outdoors, and is\n"
    "often wrong about the rest; who is there, it is told by the recognisers.)"
)
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


def home_of(folder: Path = DEFAULT_FOLDER, photos: Path | None = None) -> Path:
    """The library that `run` with the same arguments makes."""
    return folder.expanduser() / ("sample-home" if photos is None else "home")


def _with_samples(folder: Path) -> int:
    from engine.demo.samples import Samples

    home, pictures = home_of(folder), folder / "sample-photos"
    for old in (home, pictures):
        _start_afresh(old)
    samples = Samples()
    made = samples.make(pictures)
    print(f"A sample library of {counted(len(made), 'photo')} is in {_shown(pictures)};")
    print("CREDITS.md beside them says whose they are and how they were changed.\n")
    with _library(home) as familiar:
        familiar.add(pictures)
        _look(familiar)
        for lesson in samples.lessons:
            _teach(familiar, lesson, [pictures / f"{name}.jpg" for name in lesson.photos])
        _write_captions(familiar)
        cards = [familiar.show(path) for path in made]
        _print_captions(cards)
        searches = _search(familiar, samples.searches)
    taught = [lesson.name for lesson in samples.lessons]
    sections = [(f"Recognised: {name}", _showing(cards, name)) for name in taught]
    sections.append(
        ("Nobody it knows", [one for one in cards if not set(taught) & set(_names(one))])
    )
    lessons = " and ".join(f"{one.name} from {len(one.photos)}" for one in samples.lessons)
    sheet = folder / "contact-sheet.jpg"
    _draw_sheet(
        sheet,
        f"{counted(len(cards), 'photo')}; learned {lessons}. "
        "All of it on this machine. Whose pictures these are: CREDITS.md",
        [*searches, *sections],
    )
    print(f"The contact sheet is {_shown(sheet)}.")
    print("With photos of your own:  make demo PHOTOS=~/Pictures")
    return 0


def _with_own_photos(folder: Path, photos: Path) -> int:
    if not photos.is_dir():
        raise UsageError(f"There is no folder {_shown(photos)}.")
    home = home_of(folder, photos)
    _mark(home)
    with _library(home) as familiar:
        familiar.add(photos)
        _look(familiar)
        _write_captions(familiar)
        cards = _newest(familiar)
        if not cards:
            raise FamiliarError(f"Familiar found no photo that it can read in {_shown(photos)}.")
        _print_captions(cards)
        searches = _search(familiar, _OWN_SEARCHES)
    sheet = folder / "contact-sheet-of-yours.jpg"
    _draw_sheet(
        sheet,
        "Captions and searches made on this machine.",
        [*searches, ("Your newest photos", cards)],
    )
    print(f"The contact sheet is {_shown(sheet)}. Teach it someone, and search by name:\n")
    at = f"familiar --home {_shown(home)}"
    print(f"  {at} teach Biscuit --kind pet PHOTO PHOTO PHOTO")
    print(f"  {at} search 'Biscuit outdoors'")
    return 0


def _newest(familiar: Familiar) -> list[Card]:
    cards = [card for card in familiar.export() if card.caption is not None]
    cards.sort(key=lambda card: card.taken_at or "", reverse=True)
    return cards[:_ON_SHEET]


@contextmanager
def _library(home: Path) -> Iterator[Familiar]:
    from engine import log
    from engine.familiar import Familiar

    with Familiar.open(home) as familiar:
        handler = log.start(home)
        try:
            yield familiar
        finally:
            log.stop(handler)


def _teach(familiar: Familiar, lesson: Lesson, tagged: Sequence[Path]) -> None:
    with _Watch() as watch, ProgressLine() as line:
        taught = familiar.teach(lesson.name, lesson.kind, tagged, progress=line.show)
    print(
        f"Learned {lesson.name} ({lesson.kind}) from {counted(taught.tagged, 'photo')} and found "
        f"{counted(taught.recognised, 'more photo')} in {watch}."
    )


def _look(familiar: Familiar) -> None:
    """Everything but captions; files that cannot be read are told by name."""
    with _Watch() as watch, ProgressLine() as line:
        done = familiar.index(captions=False, progress=line.show)
    for path, reason in done.troubles:
        print(safe(f"{path}: {reason}"))
    print(f"Looked at {counted(done.looked, 'photo')} in {watch}.")


def _write_captions(familiar: Familiar) -> None:
    with _Watch() as watch, ProgressLine() as line:
        done = familiar.index(progress=line.show)
    print(f"Wrote {counted(done.captioned, 'caption')} in {watch}.\n")


def _print_captions(cards: Sequence[Card]) -> None:
    rows = [[card.path.name, ", ".join(_names(card)), card.caption or ""] for card in cards]
    print(table(["Photo", "Who", "Caption"], rows))
    print(_HONESTLY + "\n")


def _search(familiar: Familiar, queries: Sequence[str]) -> list[Section]:
    """Ask, print the answers, and give them back for the contact sheet."""
    sections = []
    for query in queries:
        found = familiar.search(query, limit=_HITS)
        rows = [
            [one.card.path.name, f"{one.score:.2f}", one.card.caption or "", ", ".join(one.why)]
            for one in found
        ]
        print(f"Search: {safe(query)}")
        answer = table(["Photo", "Score", "Caption", "Why"], rows, numbers=[1])
        print((answer if rows else "Nothing found.") + "\n")
        sections.append((f"Search: {safe(query)}", [one.card for one in found]))
    return sections


def _draw_sheet(path: Path, subtitle: str, sections: Sequence[Section]) -> None:
    from engine.demo.sheet import Row, contact_sheet

    rows = [Row(heading, [_entry(card) for card in cards]) for heading, cards in sections if cards]
    contact_sheet("Familiar", subtitle, rows, path)


def _showing(cards: Sequence[Card], name: str) -> list[Card]:
    return [card for card in cards if name in _names(card)]


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
