"""What is known, as it is shown: cards for photos, people, albums and the library as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.library.captions import Caption
from engine.library.library import Library
from engine.library.people import Person
from engine.library.photos import Photo
from engine.library.problems import Problem
from engine.library.sightings import Sighting
from engine.library.tags import Box
from engine.library.templates import render

if TYPE_CHECKING:
    from engine.search.query import Query

_TOGETHER = 256
_ORDER = ("confirmed", "recognised", "suggested", "rejected")


@dataclass(frozen=True)
class Seen:
    """Someone or something in a photo, under today's name; `box` in fractions of the picture."""

    name: str
    kind: str
    score: float
    box: Box | None
    state: str


@dataclass(frozen=True)
class Card:
    """One photo. `caption` is the text shown, with names; `template` has slots instead."""

    photo_id: int
    paths: tuple[Path, ...]
    content_hash: str
    taken_at: str | None
    width: int | None
    height: int | None
    caption: str | None
    template: str | None
    model: str | None
    edited: bool
    sightings: tuple[Seen, ...]
    faces: int
    problems: tuple[str, ...]

    @property
    def path(self) -> Path:
        """One place of the photo, preferably one that is there right now."""
        return next((path for path in self.paths if path.exists()), self.paths[0])

    def as_json(self) -> dict[str, Any]:
        """The card as `show --json` prints it."""
        caption = None
        if self.template is not None:
            caption = {
                "text": self.caption,
                "template": self.template,
                "model": self.model,
                "edited": self.edited,
            }
        return {
            "path": str(self.path),
            "paths": [str(path) for path in self.paths],
            "content_hash": self.content_hash,
            "taken_at": self.taken_at,
            "width": self.width,
            "height": self.height,
            "caption": caption,
            "sightings": [
                {
                    "name": one.name,
                    "kind": one.kind,
                    "score": round(one.score, 4),
                    "box": None if one.box is None else [round(edge, 4) for edge in one.box],
                    "state": one.state,
                }
                for one in self.sightings
            ],
            "faces": self.faces,
            "problems": list(self.problems),
        }


def photos(library: Library, ids: Sequence[int]) -> Iterator[Card]:
    """Cards of photos that lie somewhere, in the order asked for, read some hundred at a time."""
    names = library.concepts.shown_names()
    kinds = {one.id: one.kind for one in library.concepts.all()}
    problems = {problem.path: problem for problem in library.problems.all()}
    for start in range(0, len(ids), _TOGETHER):
        some = ids[start : start + _TOGETHER]
        infos = library.info.many(some)
        captions = library.captions.many(some)
        sightings = library.sightings.of_photos(some)
        faces = library.faces.counts(some)
        for photo_id, photo in library.photos.many(some).items():
            if not photo.paths:
                continue
            info = infos.get(photo_id)
            caption = captions.get(photo_id)
            yield Card(
                photo_id=photo_id,
                paths=photo.paths,
                content_hash=photo.content_hash,
                taken_at=info.taken_at if info else None,
                width=info.width if info else None,
                height=info.height if info else None,
                caption=render(caption.template, names) if caption else None,
                template=caption.template if caption else None,
                model=_model(caption),
                edited=bool(caption and caption.edited),
                sightings=_seen(sightings.get(photo_id, ()), names, kinds),
                faces=faces.get(photo_id, 0),
                problems=_problems(photo, problems),
            )


def _model(caption: Caption | None) -> str | None:
    return caption.model if caption else None


def _seen(
    sightings: Sequence[Sighting], names: dict[int, str], kinds: dict[int, str]
) -> tuple[Seen, ...]:
    ordered = sorted(sightings, key=lambda one: (_ORDER.index(one.state), -one.score))
    return tuple(
        Seen(names[one.concept_id], kinds[one.concept_id], one.score, one.box, one.state)
        for one in ordered
        if one.concept_id in kinds
    )


def _problems(photo: Photo, problems: dict[Path, Problem]) -> tuple[str, ...]:
    reasons = (problems[path].reason for path in photo.paths if path in problems)
    return tuple(dict.fromkeys(reasons))


@dataclass(frozen=True)
class Found:
    """One photo a search found: its score (higher is better), and why it is here."""

    card: Card
    score: float
    why: list[str]

    @property
    def path(self) -> Path:
        """Where the photo lies."""
        return self.card.path

    @property
    def caption(self) -> str | None:
        """The photo's caption, with today's names."""
        return self.card.caption


@dataclass(frozen=True)
class Results:
    """A query, as it was understood, with what it found, best first."""

    query: Query
    found: list[Found]


@dataclass(frozen=True)
class AlbumCard:
    """An album: made by itself for everyone known (`made_by` "familiar") or by hand ("you")."""

    name: str
    made_by: str
    photos: int
    cover: Path | None


@dataclass(frozen=True)
class Status:
    """How the library is: folders (and whether they are there), photos, stages, problems."""

    home: Path
    pack: str
    folders: list[tuple[Path, bool]]
    photos: int
    concepts: int
    stages: dict[str, tuple[int, int]]
    captions: int
    problems: list[Problem]
    jobs: list[tuple[str, int]]


def people(library: Library) -> list[Person]:
    """Everyone and everything that was taught, in the order it was."""
    return library.people.all()


def albums(library: Library) -> list[AlbumCard]:
    """One album for everyone who is in a photo, and those made by hand."""
    people = [one for one in library.people.all() if one.photos and not one.concept.hidden]
    by_hand = library.albums.all()
    first = library.albums.first_photos()
    chosen = {one.id: one.cover or first.get(one.id) for one in by_hand}
    covers = [one.cover.photo_id for one in people if one.cover is not None]
    known = library.photos.many([*covers, *(one for one in chosen.values() if one is not None)])
    return [
        *(
            AlbumCard(
                one.concept.name,
                "familiar",
                one.photos,
                _path(known, one.cover.photo_id if one.cover else None),
            )
            for one in people
        ),
        *(AlbumCard(one.name, "you", one.photos, _path(known, chosen[one.id])) for one in by_hand),
    ]


def status(library: Library, pack: str) -> Status:
    """How the library is."""
    counts = library.stages.counts()
    return Status(
        home=library.home,
        pack=pack,
        folders=[(one.path, one.path.exists()) for one in library.folders.all()],
        photos=library.photos.count(),
        concepts=len(library.concepts.all()),
        stages={stage: (one.done, one.failed) for stage, one in counts.items()},
        captions=library.captions.count(),
        problems=library.problems.all(),
        jobs=[(one.kind, one.done) for one in library.jobs.running()],
    )


def _path(known: dict[int, Photo], photo_id: int | None) -> Path | None:
    photo = None if photo_id is None else known.get(photo_id)
    return photo.paths[0] if photo and photo.paths else None
