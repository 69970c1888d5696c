"""Teaching and correcting, from photo files to captions."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.concepts.enrolment import Lessons, Taught, find_or_add
from engine.errors import FamiliarError, UsageError
from engine.indexing.lock import Busy, only_writer
from engine.indexing.pipeline import Indexed, Indexer
from engine.library.concepts import Concept
from engine.library.folders import Folder
from engine.library.library import Library
from engine.photos import read_file

if TYPE_CHECKING:
    from engine.models.packs import LoadedPack

AT_ONCE = 16
"""Heads of others that are trained anew with the new one's photos as known strangers; in a library
with more, the rest follow when it is next indexed."""


def teach(
    library: Library,
    pack: LoadedPack,
    indexer: Indexer,
    name: str,
    kind: str,
    photos: Sequence[Path],
) -> Taught:
    """Learn `name` from photos and find it everywhere; see `Familiar.teach`.

    Raises FamiliarError, with nothing learned, when a photo cannot be read or shows nothing to
    learn from.
    """
    if not photos:
        raise UsageError("Teaching takes at least one photo.")
    if library.concepts.named(name) is not None:
        find_or_add(library, name, kind)  # refuses another kind before any work is done
    with only_writer(library.home):
        ids = list(dict.fromkeys(_take(library, photos)))
        indexer.look(Indexed(), ids)
        _refuse_unread(library, pack, ids)
        with library.transaction():  # a name that nothing can be learned of leaves no trace
            concept = find_or_add(library, name, kind)
            _tag(library, concept, ids)
            lessons = Lessons(library, pack)
            lessons.learn(concept)
        lessons.learn_rest(AT_ONCE)
        indexer.recognise()
        indexer.group_faces()
        captioned = Indexed()
        indexer.learn_embeddings()
        indexer.caption(captioned, _out_of_date(library, ids))
    tagged = {one.photo_id for one in library.tags.of_concept(concept.id)}
    found = [
        one.state for one in library.sightings.of_concept(concept.id) if one.photo_id not in tagged
    ]
    return Taught(
        concept=library.concepts.get(concept.id) or concept,
        tagged=len(tagged),
        recognised=found.count("recognised") + found.count("confirmed"),
        suggested=found.count("suggested"),
        captioned=captioned.captioned,
    )


def learn_from_decision(
    library: Library, pack: LoadedPack, indexer: Indexer, concept: Concept, photo_id: int
) -> None:
    """After the owner confirmed or rejected a sighting: recogniser and captions follow.

    While another process is at work that is left to the next indexing.
    """
    library.captions.mark_stale([photo_id])
    with contextlib.suppress(Busy), only_writer(library.home):
        try:
            Lessons(library, pack).learn(concept)
        except UsageError:
            return  # the decision holds; there is only nothing to learn from it
        indexer.recognise()
        indexer.group_faces()
        indexer.caption(Indexed(), _out_of_date(library, [photo_id]))


def _take(library: Library, photos: Sequence[Path]) -> list[int]:
    """Ids of photos given by path; those that are not in the library yet are added to it."""
    folders = library.folders.all()
    ids = []
    for path in photos:
        place = path.absolute()
        known = library.photos.by_path(place)
        if known is not None:
            ids.append(known.id)
            continue
        if not path.exists():
            raise FamiliarError(f"There is no file {path}.")
        try:
            file = read_file(place)
        except FamiliarError as error:
            raise FamiliarError(f"{path}: {error}") from error
        folder = _folder_of(place, folders) or library.folders.add(place)
        ids.append(
            library.photos.record(place, file.content_hash, file.size, file.mtime_ns, folder.id)
        )
    return ids


def _folder_of(path: Path, folders: Sequence[Folder]) -> Folder | None:
    """The innermost of the library's folders that holds a file."""
    holding = [one for one in folders if one.path in path.parents]
    return max(holding, key=lambda one: len(os.fsencode(one.path)), default=None)


def _refuse_unread(library: Library, pack: LoadedPack, ids: Sequence[int]) -> None:
    """Raise FamiliarError for a photo that could not be looked at."""
    done = library.stages.done("encode", pack.encoder.version)
    reasons = {one.photo_id: one.reason for one in library.stages.failures()}
    for photo in library.photos.many([one for one in ids if one not in done]).values():
        reason = reasons.get(photo.id, "It cannot be reached right now.")
        raise FamiliarError(f"{photo.paths[0]}: {reason}")


def _tag(library: Library, concept: Concept, ids: Sequence[int]) -> None:
    """Tag photos; a tag with a box stays as it is, unless the photo was rejected since."""
    tagged = {one.photo_id for one in library.tags.of_concept(concept.id)}
    for one in ids:
        if one not in tagged or library.decisions.current(concept.id, one) == "rejected":
            library.tags.add(concept.id, one)
    library.captions.mark_stale(ids)


def _out_of_date(library: Library, ids: Sequence[int]) -> list[int]:
    """Photos to caption now: these, and those whose caption no longer says who is there.

    A library that was never captioned is not captioned on the way.
    """
    stale = [photo_id for photo_id, one in library.captions.all().items() if one.stale]
    return [*ids, *stale]
