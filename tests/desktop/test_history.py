"""Decisions are written at once, told to the engine, undone and redone."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.context import Context
from desktop.decisions import people
from desktop.decisions.albums import added, album_of, saved_search
from desktop.decisions.decision import Decision
from desktop.decisions.photos import favourite
from desktop.notices import Notice
from engine.errors import UsageError
from engine.library import Library
from engine.news import Change
from tests.desktop.conftest import MakeContext
from tests.desktop.engine_fake import FakeEngine
from tests.desktop.test_reader import Lanes


@pytest.fixture
def told(context: Context) -> list[Change]:
    heard: list[Change] = []
    context.changes.changed.connect(heard.append)
    return heard


@pytest.fixture
def notices(context: Context) -> list[Notice]:
    said: list[Notice] = []
    context.notices.said.connect(said.append)
    return said


def favourites(context: Context) -> set[int]:
    return set(context.reader._shelf.library().photos.favourites())


def names(context: Context) -> tuple[str | None, str | None]:
    """What can be undone, and what redone."""
    return context.history.undoable, context.history.redoable


def test_favourites_come_and_go(
    context: Context, photo_ids: list[int], told: list[Change], notices: list[Notice]
) -> None:
    first, *rest = photo_ids[:3]
    context.history.decide(favourite([first], True))
    assert notices == []  # it is seen where it was decided
    context.history.decide(favourite([first, *rest], True))
    assert favourites(context) == {first, *rest}
    assert notices[-1].text == "3 photos among your favourites"
    assert context.history.undoable == "3 photos among your favourites"
    assert notices[-1].act is not None
    notices[-1].act()
    assert favourites(context) == {first}  # it was one before
    context.history.undo()
    assert favourites(context) == set()
    assert names(context) == (None, "1 photo among your favourites")
    context.history.redo()
    context.history.redo()
    assert favourites(context) == {first, *rest}
    assert {word for change in told for word in change.what} == {"favourites"}
    assert told[0].photo_ids == frozenset([first])


def test_the_toasts_undo_takes_back_its_own_decision_and_only_once(
    context: Context, photo_ids: list[int], notices: list[Notice]
) -> None:
    context.history.decide(favourite(photo_ids[:2], True))
    act = notices[-1].act
    context.history.decide(favourite(photo_ids[2:4], True))
    assert act is not None
    act()
    act()
    assert favourites(context) == set(photo_ids[2:4])


def test_a_new_decision_leaves_nothing_to_redo(context: Context, photo_ids: list[int]) -> None:
    context.history.decide(favourite(photo_ids[:1], True))
    context.history.undo()
    context.history.decide(favourite(photo_ids[1:2], True))
    context.history.redo()
    assert favourites(context) == set(photo_ids[1:2])


def test_what_recognisers_should_learn_is_told_to_the_engine(
    context: Context, engine: FakeEngine, photo_ids: list[int]
) -> None:
    ids = frozenset(photo_ids[:2])

    def confirm(library: Library) -> Change:
        for one in ids:
            library.decisions.decide(1, one, "confirmed")
        return Change.of("sightings", photos=ids)

    def undo(library: Library) -> Change:
        for one in ids:
            library.decisions.undo(1, one)
        return Change.of("sightings", photos=ids)

    context.history.decide(Decision("Biscuit is in 2 photos", confirm, undo, {1: ids}))
    context.history.undo()
    asked = [one for one in engine.asked if one.method == "learn"]
    assert [one.params for one in asked] == [{"concept_id": 1, "photo_ids": sorted(ids)}] * 2


def test_what_cannot_be_written_is_said_and_can_be_tried_again(
    context: Context, notices: list[Notice], told: list[Change]
) -> None:
    refusing = True

    def do(_: Library) -> Change:
        return Change.of("albums")

    def undo(_: Library) -> Change:
        if refusing:
            raise UsageError("It cannot be undone right now.")
        return Change.of("albums")

    heard: list[str] = []
    context.history.decide(Decision("x", undo, do), failed=heard.append)
    assert heard == ["It cannot be undone right now."]
    assert names(context) == (None, None)
    context.history.decide(Decision("Done", do, undo))
    context.history.undo()
    assert notices[-1].text == "It cannot be undone right now."
    assert names(context) == ("Done", None)
    refusing = False
    context.history.undo()
    assert names(context) == (None, "Done")
    assert len(told) == 2


def test_what_is_still_being_written_is_what_undo_takes_back(
    make_context: MakeContext, filled: Path, photo_ids: list[int]
) -> None:
    lanes = Lanes()
    context = make_context(filled, lanes)
    history, write = context.history, lanes.made["write"].run
    history.decide(favourite(photo_ids[:1], True))
    write()
    history.decide(favourite(photo_ids[1:2], True))
    history.undo()
    write()
    assert favourites(context) == {photo_ids[0]}
    history.redo()
    history.undo()
    history.redo()
    write()
    assert favourites(context) == set(photo_ids[:2])
    history.undo()
    history.undo()
    write()
    assert favourites(context) == set()


def test_undoing_what_then_cannot_be_written_changes_nothing(
    make_context: MakeContext, filled: Path, photo_ids: list[int]
) -> None:
    def refuse(_: Library) -> Change:
        raise UsageError("It cannot be written.")

    lanes = Lanes()
    context = make_context(filled, lanes)
    said: list[str] = []
    context.notices.said.connect(lambda notice: said.append(notice.text))
    decision = Decision("x", refuse, refuse)
    context.history.decide(favourite(photo_ids[:1], True))
    context.history.undo()
    lanes.made["write"].run()
    said.clear()
    context.history.decide(decision)
    context.history.undo()
    lanes.made["write"].run()
    assert said == ["It cannot be written."]
    assert names(context) == (None, None)
    context.history.undo()
    context.history.redo()
    assert not lanes.made["write"].waiting


def test_what_could_not_be_undone_is_undone_after_what_stood_in_its_way(
    context: Context, notices: list[Notice]
) -> None:
    library, history = context.reader._shelf.library(), context.history
    history.decide(people.rename(2, "Ada", "Eve"))
    renamed = notices[-1]
    history.decide(people.remove(2, "Eve"))
    assert renamed.act is not None
    renamed.act()
    assert "nobody" in notices[-1].text
    history.undo()
    history.undo()
    assert library.concepts.names()[2] == "Ada"
    history.redo()
    history.redo()
    assert 2 not in library.concepts.names()


def test_what_cannot_be_undone_does_not_keep_what_was_before_from_it(
    context: Context, photo_ids: list[int], notices: list[Notice]
) -> None:
    library, history = context.reader._shelf.library(), context.history
    history.decide(favourite(photo_ids[:2], True))
    history.decide(people.rename(2, "Ada", "Eve"))
    library.concepts.add("Ada", "person")
    history.undo()
    assert "already" in notices[-1].text
    assert favourites(context) == set(photo_ids[:2])
    history.undo()
    assert favourites(context) == set()
    ada = library.concepts.named("Ada")
    assert ada is not None
    library.concepts.rename(ada.id, "Zoe")
    history.undo()
    assert library.concepts.names()[2] == "Ada"


def test_a_decision_outlives_a_window_that_closes(
    make_context: MakeContext, filled: Path, photo_ids: list[int]
) -> None:
    lanes = Lanes()
    context = make_context(filled, lanes)
    context.history.decide(favourite(photo_ids[:1], True))
    assert lanes.made["write"].waiting
    context.close()
    with Library.open(filled) as library:
        assert library.photos.favourites() == photo_ids[:1]


def test_albums_are_made_filled_and_taken_back(context: Context, photo_ids: list[int]) -> None:
    library = context.reader._shelf.library()
    context.history.decide(saved_search("Biscuit in the snow"))
    context.history.decide(album_of("Summer", photo_ids[:3]))
    found, summer = library.albums.all()
    assert (found.name, found.query) == ("Biscuit in the snow", "Biscuit in the snow")
    assert library.albums.photos(summer.id) == sorted(photo_ids[:3])
    context.history.decide(added(summer.id, "Summer", photo_ids[2:5]))
    assert set(library.albums.photos(summer.id)) == set(photo_ids[:5])
    context.history.undo()
    assert set(library.albums.photos(summer.id)) == set(photo_ids[:3])
    context.history.undo()
    context.history.undo()
    assert library.albums.all() == []
    context.history.redo()
    context.history.redo()
    assert {one.id for one in library.albums.all()} == {found.id, summer.id}
