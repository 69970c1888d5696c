"""Everything known about one photo on one card: what `show` and `export` give out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.library.captions import Caption
from engine.library.library import Library
from engine.library.photos import Photo
from engine.library.problems import Problem
from engine.library.sightings import Sighting
from engine.library.tags import Box
from engine.library.templates import render

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


def cards(library: Library, ids: Sequence[int]) -> Iterator[Card]:
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
