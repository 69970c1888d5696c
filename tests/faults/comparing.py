"""Whether a library is the one that an undisturbed run has made of the same photos."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.cards import Seen
from engine.familiar import Familiar
from engine.library.library import Library
from tests.faults.working import apart
from tests.tiny import TinyPack

Contents = dict[str, Any]
"""What a library says, by what it is about: a photo's path, or one of the words below."""


class Close(float):
    """A score, equal to one that differs in its last bits."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, float) and abs(self - other) < _LEAST

    __hash__ = float.__hash__


_LEAST = 1e-3

QUERIES = ("a red picture", "Ada", "photos of Rex in orange", "what I said")


def contents(home: Path) -> Contents:
    """Everything a library says, with nothing in it that differs between two alike.

    Raises RuntimeError when it cannot be read.
    """
    found: Contents = apart(lambda: _contents(home))
    return found


def _contents(home: Path) -> Contents:
    with Familiar(Library.open(home, create=False), TinyPack()) as familiar:
        library = familiar.library
        ids = sorted(library.photos.ids())
        photos = library.photos.many(ids)
        paths = {one: sorted(map(str, photo.paths)) for one, photo in photos.items()}
        said: Contents = {}
        features = _features(library, ids)
        for card in familiar.export():
            one = card.photo_id
            for path in paths[one]:
                said[path] = {
                    "hash": card.content_hash, "paths": paths[one], "taken": card.taken_at,
                    "size": (card.width, card.height), "caption": card.caption,
                    "template": card.template, "edited": card.edited,
                    "sightings": sorted(map(_sighting, card.sightings), key=str),
                    "problems": card.problems,
                    "favourite": one in library.photos.favourites(),
                    "albums": [album.name for album in library.albums.of_photo(one)],
                    "decisions": library.decisions.of_photo(one),
                    "tags": sorted((tag.concept_id, tag.box) for tag in library.tags.of_photo(one)),
                    **{name: part.get(one) for name, part in features.items()},
                }  # fmt: skip
        said["people"] = [(one.name, one.kind) for one in library.concepts.all()]
        said["albums"] = [
            (one.name, sorted(paths.get(photo, []) for photo in library.albums.photos(one.id)))
            for one in library.albums.all()
        ]
        said["trips"] = sorted(
            (one.title, sorted(paths.get(photo, []) for photo in library.trips.photos(one.id)))
            for one in library.trips.all()
        )
        said["groups"] = sorted(
            sorted(
                (paths.get(face.photo_id, []), face.box) for face in library.groups.faces(group.id)
            )
            for group in library.groups.largest()
        )
        said["stages"] = library.stages.counts()
        said["problems"] = [(str(one.path), one.reason) for one in library.problems.all()]
        said["in hand"] = [library.in_hand.left(stage) for stage in ("look", "caption")]
        for query in QUERIES:
            found = familiar.search(query, 500)
            said[f"search {query}"] = {str(one.path): Close(one.score) for one in found}
    return said


def _sighting(one: Seen) -> tuple[object, ...]:
    """Learned anew, a recogniser is the same but for the last bits."""
    return one.name, one.state, one.box, Close(one.score)


def _features(library: Library, ids: list[int]) -> dict[str, dict[int, Any]]:
    """What the models made of the photos, by photo id."""
    version = TinyPack().encoder.version
    vectors = library.encodings.embeddings(version, ids)
    heads = library.encodings.heads(version, ids)
    return {
        "info": dict(library.info.many(ids)),
        "thumbnail": dict(library.thumbnails.many(ids)),
        "vector": _bytes(dict(zip(vectors[0].tolist(), vectors[1], strict=True))),
        "heads": _bytes(dict(zip(heads[0].tolist(), heads[1], strict=True))),
        "rows": _bytes(library.encodings.rows(version, ids)),
        "faces": {
            one: sorted((face.box, face.score) for face in library.faces.of_photo(one))
            for one in ids
        },
    }


def _bytes(arrays: Mapping[int, Any]) -> dict[int, bytes]:
    return {one: array.tobytes() for one, array in arrays.items()}


def differences(found: Contents, expected: Contents) -> tuple[list[str], list[str]]:
    """Photos that are not as they should be, and what else is not, each with what differs."""
    photos, rest = [], []
    for about in sorted(found.keys() | expected.keys()):
        ours, theirs = found.get(about), expected.get(about)
        if ours == theirs:
            continue
        if Path(about).is_absolute():
            photos.append(f"{about}: {_how(ours, theirs)}")
        else:
            rest.append(f"{about}: {str(ours)[:300]} instead of {str(theirs)[:300]}")
    return photos, rest


def _how(ours: Any, theirs: Any) -> str:
    if ours is None or theirs is None:
        return "it is not in the library" if ours is None else "it should not be in the library"
    parts = [part for part in ours if ours[part] != theirs.get(part)]
    return ", ".join(f"{one} is {ours[one]!s:.80}, not {theirs.get(one)!s:.80}" for one in parts)
