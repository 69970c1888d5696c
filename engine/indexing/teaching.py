"""Teaching and correcting, from photo files to captions."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.concepts.enrolment import Lessons, Taught, find_or_add
from engine.errors import FamiliarError, UsageError
from engine.indexing.lock import Busy, only_writer
from engine.indexing.pipeline import Indexed, Indexer
from engine.library.concepts import Concept
from engine.library.folders import Folder
from engine.library.library import Library
from engine.library.stages import ENCODE
from engine.library.tags import Box
from engine.news import ALBUMS, CONCEPTS, SIGHTINGS, Change, Tell, to_nobody
from engine.photos import read_file
from engine.progress import Cancelled

if TYPE_CHECKING:
    from engine.models.packs import LoadedPack

AT_ONCE = 16
"""Heads of others that are trained anew with the new one's photos as known strangers; in a library
with more, the rest follow when it is next indexed."""


@dataclass(frozen=True)
class Example:
    """A photo that shows someone: its file or its id, and where in it, if that was said."""

    photo: Path | int
    box: Box | None = None


@dataclass
class Learning(Indexed):
    """What a run of learning did. asked: whether the photos' captions were asked for again."""

    asked: bool = False


@dataclass
class Teaching(Learning):
    """What a run of teaching did. tagged: whether the photos are tagged; if so, what the owner
    said of them since then stays as it is. concept_id: who is taught, whatever they are called by
    now; None while that is whoever has the name, or somebody new."""

    tagged: bool = False
    concept_id: int | None = None


def teach(
    library: Library,
    pack: LoadedPack,
    indexer: Indexer,
    name: str,
    kind: str,
    photos: Sequence[Path | Example],
    *,
    tell: Tell = to_nobody,
    result: Teaching | None = None,
) -> Taught:
    """Learn `name` from photos and find it everywhere; see `Familiar.teach`.

    result: of an earlier run that was set aside, to go on from there and be added to. Raises
    FamiliarError, with nothing learned, when a photo cannot be read or shows nothing to learn from;
    Cancelled when who is taught was removed meanwhile.
    """
    if not photos:
        raise UsageError("Teaching takes at least one photo.")
    result = Teaching() if result is None else result
    if result.concept_id is not None or library.concepts.named(name) is not None:
        _concept(library, name, kind, result)  # refuses another kind before any work is done
    with only_writer(library.home):
        examples = [one if isinstance(one, Example) else Example(one) for one in photos]
        with _adding(library) as added:
            boxes = _take(library, examples, added)
            ids = list(boxes)
            indexer.look(Indexed(), ids)
            _refuse_unread(library, pack, ids)
            with library.transaction():  # a name that nothing can be learned of leaves no trace
                concept = _concept(library, name, kind, result)
                _tag(library, concept, boxes, again=result.tagged)
                _ask_for_captions(library, boxes, result)
                lessons = Lessons(library, pack)
                lessons.learn(concept)
        result.tagged, result.concept_id = True, concept.id
        tell(Change.of(CONCEPTS, SIGHTINGS, ALBUMS, photos=ids))
        lessons.learn_rest(indexer.cancel, AT_ONCE)
        indexer.recognise()
        indexer.group_faces()
        short = indexer.learn_embeddings()
        indexer.caption(result, _out_of_date(library, ids))
        library.keep_backup()
    concept = _concept(library, name, kind, result)
    if short is not None:
        raise short
    tagged = {one.photo_id for one in library.tags.of_concept(concept.id)}
    seen = library.sightings.of_concept(concept.id)
    here = library.photos.present(one.photo_id for one in seen)
    found = [one for one in seen if one.photo_id in here.difference(tagged)]
    states = [one.state for one in found]
    return Taught(
        concept=concept,
        tagged=len(tagged),
        recognised=states.count("recognised") + states.count("confirmed"),
        suggested=states.count("suggested"),
        captioned=result.captioned,
    )


def learn_from_decisions(
    library: Library,
    pack: LoadedPack,
    indexer: Indexer,
    decided: Mapping[int, Collection[int]],
    *,
    result: Learning | None = None,
) -> bool:
    """After the owner said who is in which photos: recognisers and captions follow.

    decided: photo ids by concept id. result: of an earlier run that was set aside, to go on from
    there and be added to. False when another process is at work: then all of it is left to the
    next indexing.
    """
    result = Learning() if result is None else result
    photos = sorted({one for ids in decided.values() for one in ids})
    _ask_for_captions(library, photos, result)
    try:
        with only_writer(library.home):
            lessons, learned_before = Lessons(library, pack), False
            for concept_id in decided:
                indexer.cancel.check()
                concept = library.concepts.get(concept_id)
                if concept is not None:
                    with contextlib.suppress(UsageError):  # the decision holds all the same
                        again = lessons.learn(concept)
                        learned_before |= again is None
                        result.waiting.update(again or ())
            # Who learned it before may not have come to recognise: it gave way, or was ended.
            indexer.recognise(None if learned_before else sorted(result.waiting))
            indexer.group_faces()
            indexer.caption(result, _out_of_date(library, photos))
            library.keep_backup()
    except Busy:
        return False
    return True


def _concept(library: Library, name: str, kind: str, result: Teaching) -> Concept:
    """Who is taught. Once that is known, their name may become another, or that of another."""
    if result.concept_id is None:
        return find_or_add(library, name, kind)
    concept = library.concepts.get(result.concept_id)
    if concept is None:
        raise Cancelled
    return concept


@contextlib.contextmanager
def _adding(library: Library) -> Iterator[list[Folder]]:
    """For what is added to the library on the way; it is taken out again if nothing is learned."""
    added: list[Folder] = []
    try:
        yield added
    except FamiliarError:
        with contextlib.suppress(FamiliarError):  # what went wrong before says more
            for one in added:
                library.folders.remove(one.id)
        raise


def _take(
    library: Library, examples: Sequence[Example], added: list[Folder]
) -> dict[int, Box | None]:
    """Photo ids, and the boxes said of them; photos not in the library yet are added to it, those
    that are in none of its folders as if each were one, noted in `added`."""
    folders = library.folders.all()
    boxes: dict[int, Box | None] = {}
    for example in examples:
        photo_id = _photo(library, example.photo, folders, added)
        boxes[photo_id] = example.box or boxes.get(photo_id)
    return boxes


def _photo(
    library: Library, photo: Path | int, folders: Sequence[Folder], added: list[Folder]
) -> int:
    if isinstance(photo, int):
        if library.photos.get(photo) is None:
            raise UsageError("There is no such photo in the library.")
        return photo
    place = photo.absolute()
    known = library.photos.by_path(place)
    if known is not None:
        return known.id
    if not os.path.exists(photo):
        raise FamiliarError(f"There is no file {photo}.")
    try:
        file = read_file(place)
    except FamiliarError as error:
        raise FamiliarError(f"{photo}: {error}") from error
    folder = _folder_of(place, folders)
    if folder is None:
        folder = library.folders.add(place)
        if folder not in folders:
            added.append(folder)
    return library.photos.record(place, file.content_hash, file.size, file.mtime_ns, folder.id)


def _folder_of(path: Path, folders: Sequence[Folder]) -> Folder | None:
    """The innermost of the library's folders that holds a file."""
    holding = [one for one in folders if one.path in path.parents]
    return max(holding, key=lambda one: len(os.fsencode(one.path)), default=None)


def _refuse_unread(library: Library, pack: LoadedPack, ids: Sequence[int]) -> None:
    """Raise FamiliarError for a photo that could not be looked at."""
    done = library.stages.done(ENCODE, pack.encoder.version, ids)
    for photo in library.photos.many([one for one in ids if one not in done]).values():
        if not photo.paths:  # its file was deleted since it was chosen
            raise FamiliarError("One of these photos is not in the library any more.")
        reasons = {one.photo_id: one.reason for one in library.stages.failures()}
        reason = reasons.get(photo.id, "It cannot be reached right now.")
        raise FamiliarError(f"{photo.paths[0]}: {reason}")


def _tag(
    library: Library, concept: Concept, boxes: Mapping[int, Box | None], *, again: bool
) -> None:
    """Tag photos; a tag with a box stays as it is unless another box is said, or the photo was
    rejected since. When the same is done `again`, every tag stays as it is."""
    tagged = {one.photo_id: one.box for one in library.tags.of_concept(concept.id)}
    for one, box in boxes.items():
        if one in tagged:
            rejected = library.decisions.current(concept.id, one) == "rejected"
            if again or not (rejected or box not in (None, tagged[one])):
                continue
        library.tags.add(concept.id, one, box)


def _ask_for_captions(library: Library, ids: Iterable[int], result: Learning) -> None:
    """Captions of these photos are out of date; once, so that what goes on writes none twice."""
    if not result.asked:
        library.captions.mark_stale(ids)
        result.asked = True


def _out_of_date(library: Library, ids: Sequence[int]) -> list[int]:
    """Photos to caption now: these, and those whose caption no longer says who is there.

    A library that was never captioned is not captioned on the way.
    """
    return list(dict.fromkeys([*ids, *library.captions.stale()]))
