"""What is known, as it is shown: cards for photos, people, albums and the library as a whole."""

from __future__ import annotations

import datetime
import os
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
        return next((path for path in self.paths if os.path.exists(path)), self.paths[0])

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
    """An album: made by itself (`made_by` "familiar") or by the owner ("you").

    kind: "someone" (id is the concept's), "trip" (id in `library.trips`), "search" or "chosen" (ids
    in `library.albums`). photos: None for a saved search, which finds them anew each time. first,
    last: the days of a trip. query: what a saved search looks for.
    """

    name: str
    made_by: str
    photos: int | None
    cover: Path | None
    kind: str
    id: int
    first: datetime.date | None = None
    last: datetime.date | None = None
    query: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The album as `albums --json` prints it."""
        return {
            "name": self.name,
            "made_by": self.made_by,
            "photos": self.photos,
            "cover": None if self.cover is None else str(self.cover),
            "kind": self.kind,
            "id": self.id,
            "first": None if self.first is None else self.first.isoformat(),
            "last": None if self.last is None else self.last.isoformat(),
            "query": self.query,
        }


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
    """One album for everyone who is in a photo, one for each trip, and the owner's own."""
    people = [one for one in library.people.all() if one.photos and not one.concept.hidden]
    trips = library.trips.all()
    own = library.albums.all()
    first = library.albums.first_photos()
    covers = {("someone", one.concept.id): one.cover.photo_id for one in people if one.cover}
    covers |= {("trip", one.id): one.cover for one in trips}
    covers |= {
        ("own", one.id): one.cover or first[one.id] for one in own if one.cover or one.id in first
    }
    known = library.photos.many(list(covers.values()))

    def path(kind: str, number: int) -> Path | None:
        photo = known.get(covers.get((kind, number), -1))
        return photo.paths[0] if photo and photo.paths else None

    found = [
        AlbumCard(
            name=one.concept.name,
            made_by="familiar",
            photos=one.photos,
            cover=path("someone", one.concept.id),
            kind="someone",
            id=one.concept.id,
        )
        for one in people
    ]
    found += [
        AlbumCard(
            name=one.title,
            made_by="familiar",
            photos=one.photos,
            cover=path("trip", one.id),
            kind="trip",
            id=one.id,
            first=one.first,
            last=one.last,
        )
        for one in trips
    ]
    found += [
        AlbumCard(
            name=one.name,
            made_by="you",
            photos=one.photos if one.query is None else None,
            cover=path("own", one.id),
            kind="chosen" if one.query is None else "search",
            id=one.id,
            query=one.query,
        )
        for one in own
    ]
    return found


def status(library: Library, pack: str) -> Status:
    """How the library is."""
    out = library.put_away.photos()
    counts = library.stages.counts(besides=out)
    return Status(
        home=library.home,
        pack=pack,
        folders=[(one.path, os.path.exists(one.path)) for one in library.folders.all()],
        photos=library.photos.count(),
        concepts=len(library.concepts.all()),
        stages={stage: (one.done, one.failed) for stage, one in counts.items()},
        captions=library.captions.count(besides=out),
        problems=library.problems.all(),
        jobs=[(one.kind, one.done) for one in library.jobs.running()],
    )
