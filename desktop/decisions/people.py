"""Decisions about people, pets and things: who is in a photo, what they are called, who is who."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from desktop import words
from desktop.decisions.decision import Decision
from desktop.process.messages import Change

if TYPE_CHECKING:
    from engine.library import Library
    from engine.library.concepts import Concept, Cover
    from engine.library.groups import GroupedFace, Ignored
    from engine.library.splits import Split

CONFIRMED, REJECTED = "confirmed", "rejected"


def confirm(
    concept_id: int, name: str, photo_ids: Sequence[int], *, quiet: bool = False
) -> Decision:
    """`name` is in these photos."""
    text = words.tr("{} is in {}").format(name, _these(photo_ids))
    return _decide(concept_id, photo_ids, CONFIRMED, text, quiet)


def reject(
    concept_id: int, name: str, photo_ids: Sequence[int], *, quiet: bool = False
) -> Decision:
    """`name` is not in these photos, and that is never asked again."""
    text = words.tr("{} is not in {}").format(name, _these(photo_ids))
    return _decide(concept_id, photo_ids, REJECTED, text, quiet)


def rename(concept_id: int, old: str, new: str) -> Decision:
    """Another name; every caption shows it from now on."""

    def call(name: str) -> Callable[[Library], Change]:
        def write(library: Library) -> Change:
            library.concepts.rename(concept_id, name)
            return Change.of("concepts", "captions")

        return write

    return Decision(words.tr("{} is called {} now").format(old, new), call(new), call(old))


def hide(concept_id: int, name: str) -> Decision:
    """Shown no more among people and pets; photos and captions keep the name."""
    return Decision(
        words.tr("{} is hidden").format(name),
        lambda library: _about(library.concepts.hide(concept_id)),
        lambda library: _about(library.concepts.unhide(concept_id)),
    )


def unhide(concept_id: int, name: str) -> Decision:
    """Shown again."""
    return Decision(
        words.tr("{} is shown again").format(name),
        lambda library: _about(library.concepts.unhide(concept_id)),
        lambda library: _about(library.concepts.hide(concept_id)),
    )


def remove(concept_id: int, name: str) -> Decision:
    """Out of the library, with everything said about it, until it is undone."""
    learn: dict[int, frozenset[int]] = {}

    def do(library: Library) -> Change:
        library.concepts.remove(concept_id)
        return _everywhere()

    def undo(library: Library) -> Change:
        library.concepts.restore(concept_id)
        learn[concept_id] = frozenset()  # they may not have been learned before they went
        return _everywhere()

    return Decision(words.tr("{} was removed").format(name), do, undo, learn=learn)


def merge(into: int, into_name: str, other: int, other_name: str) -> Decision:
    """Two names for one: all that was said of `other` counts for `into`."""

    def do(library: Library) -> Change:
        library.concepts.merge(into, other)
        return _everywhere()

    def undo(library: Library) -> Change:
        library.concepts.unmerge(other)
        return _everywhere()

    text = words.tr("{} and {} are one now").format(other_name, into_name)
    return Decision(text, do, undo, learn={into: frozenset()})


def split(
    concept_id: int, name: str, photo_ids: Sequence[int], new_name: str, other: int | None = None
) -> Decision:
    """These photos show somebody else; other: their number, where they are known."""
    done: list[Split] = []
    learn = {concept_id: frozenset(photo_ids)}

    def do(library: Library) -> Change:
        if done:
            done[:] = [library.splits.again(done[0])]
        elif other is not None:
            done[:] = [library.splits.move(concept_id, photo_ids, other)]
        else:
            done[:] = [library.splits.split(concept_id, photo_ids, new_name)]
        learn[done[0].new.id] = frozenset(photo_ids)
        return _everywhere()

    def undo(library: Library) -> Change:
        library.splits.undo(done[0])
        return _everywhere()

    show = words.tr("{} of {} shows {}") if len(photo_ids) == 1 else words.tr("{} of {} show {}")
    text = show.format(words.photos(len(photo_ids)), name, new_name)
    return Decision(text, do, undo, learn=learn)


def cover(concept: Concept, chosen: Cover) -> Decision:
    """The photo that stands for someone."""
    before = concept.cover
    return Decision(
        words.tr("This photo stands for {} now").format(concept.name),
        lambda library: _about(library.concepts.set_cover(concept.id, chosen)),
        lambda library: _about(library.concepts.set_cover(concept.id, before)),
    )


def ignore(faces: Sequence[GroupedFace]) -> Decision:
    """These faces are nobody the owner knows; they are not asked about again."""
    done: list[Ignored] = []

    def do(library: Library) -> Change:
        done[:] = [library.groups.ignore(faces)]
        return Change.of("sightings")

    def undo(library: Library) -> Change:
        library.groups.notice(done[0])
        return Change.of("sightings")

    return Decision(words.tr("Nobody you know; that will not be asked again"), do, undo)


def _decide(
    concept_id: int, photo_ids: Sequence[int], state: str, text: str, quiet: bool
) -> Decision:
    ids = frozenset(photo_ids)
    new: list[int] = []

    def do(library: Library) -> Change:
        new[:] = library.decisions.decide_many(concept_id, photo_ids, state)
        return Change(frozenset(("sightings", "captions")), ids)

    def undo(library: Library) -> Change:
        library.decisions.undo_many(concept_id, new)
        return Change(frozenset(("sightings", "captions")), ids)

    return Decision(text, do, undo, learn={concept_id: ids}, quiet=quiet)


def _these(photo_ids: Sequence[int]) -> str:
    return words.tr("this photo") if len(photo_ids) == 1 else words.photos(len(photo_ids))


def _about(_: Concept) -> Change:
    return Change.of("concepts")


def _everywhere() -> Change:
    return Change.of("concepts", "sightings", "captions")
