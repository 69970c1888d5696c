"""People and pets, albums, one photo, activity, settings, and the welcome."""

from __future__ import annotations

from desktop import navigation
from desktop.pages.people.page import PeoplePage
from desktop.process.messages import Job
from engine.library import Library
from engine.library.trips import FoundTrip
from tests.screenshots.studio import Studio, shot


@shot("people")
def people(studio: Studio) -> None:
    with Library.open(studio.context.home) as library:
        _unsure(library)
    studio.go(navigation.PEOPLE)
    studio.settle()


@shot("people-teaching")
def teaching(studio: Studio) -> None:
    page = studio.go(navigation.PEOPLE)
    assert isinstance(page, PeoplePage)
    with Library.open(studio.context.home) as library:
        ids = _called(library, "Grace 01.jpg", "Grace 02.jpg")
    page.teaching.begin(tuple((one, None) for one in ids))
    page.teaching.name.setText("Grace")
    page.teaching.name.returnPressed.emit()
    (request,) = studio.engine.waiting("teach")
    assert request.job is not None
    looking = Job(request.job, "teach", "Grace", "running", "recognise", 18, 30, 210.0, 0.1)
    studio.engine.set_job(looking)
    studio.settle()


@shot("people-nobody")
def nobody(studio: Studio) -> None:
    with Library.open(studio.context.home) as library:
        for concept in library.concepts.all():
            library.concepts.remove(concept.id)
    studio.go(navigation.PEOPLE)
    studio.settle()


@shot("someone")
def someone(studio: Studio) -> None:
    studio.go(navigation.PEOPLE, concept_id=1)
    studio.settle()


@shot("albums")
def albums(studio: Studio) -> None:
    with Library.open(studio.context.home) as library:
        ids = library.timelines.read().ids.tolist()
        album = library.albums.create("Best of the best")
        library.albums.add(album.id, ids[4:9])
        library.albums.save_search("Chelsea outdoors", "Chelsea outdoors")
        trips = [
            FoundTrip(ids[2:8], 1_687_000_000, 1_687_180_000, "A weekend in Houston", ids[4]),
            FoundTrip(ids[12:20], 1_655_000_000, 1_655_000_000, "A day with Chelsea", ids[14]),
        ]
        library.trips.replace(trips, "made up")
        (outdoors,) = _called(library, "Chelsea 05.jpg")
    studio.go(navigation.ALBUMS)
    studio.settle()
    studio.engine.answer("search", {"hits": [{"photo_id": str(outdoors)}]})
    studio.settle()


@shot("photo")
def photo(studio: Studio) -> None:
    with Library.open(studio.context.home) as library:
        ids = library.timelines.read().ids.tolist()
        (chosen,) = _called(library, "Eileen 02.jpg")
    studio.go(navigation.PHOTO, photo_id=chosen, among=tuple(ids))
    studio.settle()


@shot("activity")
def activity(studio: Studio) -> None:
    with Library.open(studio.context.home) as library:
        folder = library.folders.all()[0].path
        for name in ("IMG_2041.JPG", "holiday.mov"):
            library.problems.put(folder / name, "It ends too early: it was not copied completely.")
    studio.engine.set_job(Job("0", "teach", "Eileen", "done", result={"recognised": 9}))
    studio.engine.set_job(
        Job("1", "index", None, "running", "caption", 18, 30, rate=2.1, seconds_left=6)
    )
    studio.engine.set_job(Job("2", "teach", "Grace", "queued"))
    studio.go(navigation.ACTIVITY)
    studio.settle()


@shot("settings")
def settings(studio: Studio) -> None:
    studio.go(navigation.SETTINGS)
    studio.settle()


@shot("welcome")
def welcome(studio: Studio) -> None:
    studio.go(navigation.WELCOME)
    studio.settle()


def _called(library: Library, *names: str) -> list[int]:
    """The photos whose files are called so."""
    folder = library.folders.all()[0].path
    found = [library.photos.by_path(folder / name) for name in names]
    return [one.id for one in found if one is not None]


def _unsure(library: Library) -> None:
    """One photo of the first one taught is a question again."""
    rows = [
        (one.photo_id, one.score, one.state, one.box) for one in library.sightings.of_concept(1)
    ]
    unsure = next(row for row in rows if row[2] == "recognised")
    rest = [
        (photo, score, "recognised", box) for photo, score, _, box in rows if photo != unsure[0]
    ]
    library.sightings.put_scores(1, "made up", [*rest, (unsure[0], 0.44, "suggested", unsure[3])])
