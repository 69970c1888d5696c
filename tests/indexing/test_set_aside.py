"""Set aside at every batch there is, work comes to the same, and does nothing twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.familiar import Familiar
from engine.indexing.lock import only_writer
from engine.indexing.order import First
from engine.indexing.pipeline import Indexed
from engine.indexing.teaching import Example, Learning, Teaching
from engine.library import Library
from engine.news import Change, Trouble
from engine.progress import Cancel, Cancelled, Progress, SetAside
from tests.tiny import TinyPack, paint

ADA = (250, 30, 30)


class Restless(Cancel):
    """Sets the work aside at its n-th check, and then lets one more check pass each time."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.left = at

    def check(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise SetAside

    def check_within(self) -> None:
        """Giving way to others waits until what is in hand is done."""


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    rest = ["red", "green", "blue", "yellow", "white", "black", "grey"]
    for number in range(40):
        background = rest[number % 7]
        colours = ["orange", background] if number % 6 == 0 else [background, rest[number % 5]]
        paint(folder / f"{number:02}.png", colours, number, [ADA] if number % 5 == 0 else [])
    return folder


def opened(home: Path, photos: Path) -> Familiar:
    familiar = Familiar(Library.open(home), TinyPack())
    familiar.add(photos)
    return familiar


def known(familiar: Familiar) -> dict[str, Any]:
    return {card.path.name: card.as_json() for card in familiar.export()}


def shown(familiar: Familiar) -> dict[str, Any]:
    """Captions, and who is in which photo, but not how sure."""
    return {
        card.path.name: (card.caption, [(one.name, one.state) for one in card.sightings])
        for card in familiar.export()
    }


def test_indexing(home: Path, photos: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "calm", photos) as calm, opened(home, photos) as familiar:
        whole = calm.index()
        done, times = Indexed(), 0
        while True:
            try:
                familiar.index(cancel=Restless(1), result=done)
                break
            except SetAside:
                times += 1
            with only_writer(home), familiar.library.transaction():
                assert familiar.library.jobs.running() == []
        assert times >= 5, "among batches of looking and of captioning"
        assert (done.files, done.looked, done.captioned) == (40, 40, 40)
        assert (whole.looked, whole.captioned) == (40, 40)
        assert isinstance(familiar.pack, TinyPack)
        assert familiar.pack.encoder.pictures == 40, "nothing is done twice"
        assert familiar.pack.vlm.captions == 40
        assert [job.state for job in familiar.library.jobs.recent()] == ["done"]
        assert known(familiar) == known(calm)


def test_teaching_in_the_middle_of_indexing(home: Path, photos: Path, tmp_path: Path) -> None:
    """Wherever indexing gave way, it then goes on with what was learned meanwhile."""
    lesson = [photos / "00.png", photos / "06.png"]
    with opened(tmp_path / "calm", photos) as calm:
        calm.index()
        calm.teach("Biscuit", "pet", lesson)
        expected = shown(calm)
    for at in (2, 4, 5, 7):
        with opened(home.with_name(f"home{at}"), photos) as familiar:
            done = Indexed()
            with pytest.raises(SetAside):
                familiar.index(cancel=Restless(at), result=done)
            familiar.teach("Biscuit", "pet", lesson)
            familiar.index(result=done)
            assert shown(familiar) == expected, f"set aside at check {at}"


def test_teaching(home: Path, photos: Path, tmp_path: Path) -> None:
    lesson = [photos / "00.png", photos / "06.png"]
    with opened(tmp_path / "calm", photos) as calm, opened(home, photos) as familiar:
        calm.index()
        familiar.index()
        taught = calm.teach("Biscuit", "pet", lesson)
        done, at = Teaching(), 0
        while True:
            try:
                again = familiar.teach("Biscuit", "pet", lesson, cancel=Restless(at), result=done)
                break
            except SetAside:
                at += 1
        assert at >= 3
        assert (again.tagged, again.recognised, again.captioned) == (2, 5, taught.captioned)
        assert {n: c["caption"] for n, c in known(familiar).items()} == {
            n: c["caption"] for n, c in known(calm).items()
        }


def test_lessons_of_many_photos(home: Path, photos: Path, tmp_path: Path) -> None:
    """Set aside among captions, those that are written by then are not written again."""
    lesson = [photos / f"{number:02}.png" for number in range(30)]
    with opened(tmp_path / "calm", photos) as calm, opened(home, photos) as familiar:
        calm.index()
        expected = calm.teach("Biscuit", "pet", lesson).captioned
        familiar.index()
        taught, at = Teaching(), 0
        while True:
            try:
                familiar.teach("Biscuit", "pet", lesson, cancel=Restless(at), result=taught)
                break
            except SetAside:
                at += 1
        assert at >= 3
        assert taught.captioned == expected
        biscuit = familiar.people()[0].concept.id
        ids = [familiar.show(path).photo_id for path in lesson if int(path.stem) % 6]
        for one in (calm, familiar):
            one.library.decisions.decide_many(one.people()[0].concept.id, ids, "rejected")
        assert isinstance(calm.pack, TinyPack)
        assert isinstance(familiar.pack, TinyPack)
        before = calm.pack.vlm.captions
        calm.learn({calm.people()[0].concept.id: ids})
        expected = calm.pack.vlm.captions - before
        before, answers, restless = familiar.pack.vlm.captions, Learning(), Restless(1000)

        def stop(progress: Progress) -> None:
            if (progress.stage, progress.done) == ("caption", 16):
                restless.left = 0

        with pytest.raises(SetAside):
            familiar.learn({biscuit: ids}, cancel=restless, progress=stop, result=answers)
        assert answers.captioned == 16
        assert familiar.learn({biscuit: ids}, result=answers)
        assert answers.captioned == familiar.pack.vlm.captions - before == expected
        assert shown(familiar) == shown(calm)


@pytest.mark.parametrize("at", range(3))
def test_learning_from_a_decision_that_whoever_began_it_never_ended(
    at: int, home: Path, photos: Path, tmp_path: Path
) -> None:
    """It gave way to a newer decision about the same one, or its engine was killed."""

    def decided(familiar: Familiar) -> dict[int, list[int]]:
        familiar.index()
        biscuit = familiar.library.concepts.add("Biscuit", "pet").id
        ids = [familiar.show(photos / f"{number:02}.png").photo_id for number in (0, 6, 12)]
        for one in ids:
            familiar.library.decisions.decide(biscuit, one, "confirmed")
        return {biscuit: ids}

    with opened(tmp_path / "calm", photos) as calm, opened(home, photos) as familiar:
        calm.learn(decided(calm))
        said = decided(familiar)
        with pytest.raises(SetAside):
            familiar.learn(said, cancel=Restless(at))
        familiar.learn(said)
        states = [one.state for one in familiar.library.sightings.of_concept(next(iter(said)))]
        assert sorted(states) == ["confirmed"] * 3 + ["recognised"] * 4
        assert shown(familiar) == shown(calm)


@pytest.mark.parametrize("what", ["renamed", "merged", "removed"])
def test_nobody_is_taught_twice_who_is_called_otherwise_while_teaching_rests(
    home: Path, photos: Path, what: str
) -> None:
    with opened(home, photos) as familiar:
        familiar.index(captions=False)
        done, concepts = Teaching(), familiar.library.concepts
        lesson = [photos / "00.png", photos / "06.png"]
        other = concepts.add("Rex", "pet")
        with pytest.raises(SetAside):
            familiar.teach("Biscuit", "pet", lesson, cancel=Restless(0), result=done)
        biscuit = concepts.named("Biscuit")
        assert biscuit is not None
        if what == "removed":
            concepts.remove(biscuit.id)
            with pytest.raises(Cancelled):
                familiar.teach("Biscuit", "pet", lesson, result=done)
            assert concepts.all() == [other]
            return
        if what == "renamed":
            concepts.rename(biscuit.id, "Momo")
        else:
            concepts.merge(other.id, biscuit.id)
        taught = familiar.teach("Biscuit", "pet", lesson, result=done)
        assert taught.concept.name == {"renamed": "Momo", "merged": "Rex"}[what]
        assert {one.name for one in concepts.all()} == {"Rex", taught.concept.name}
        assert taught.tagged == 2


def test_what_is_rejected_while_teaching_rests_stays_rejected(home: Path, photos: Path) -> None:
    with opened(home, photos) as familiar:
        familiar.index(captions=False)
        done = Teaching()
        lesson = [photos / "00.png", photos / "06.png"]
        with pytest.raises(SetAside):
            familiar.teach("Biscuit", "pet", lesson, cancel=Restless(0), result=done)
        assert done.tagged
        biscuit = familiar.people()[0].concept
        photo = familiar.show(lesson[0]).photo_id
        familiar.library.decisions.decide(biscuit.id, photo, "rejected")
        familiar.teach("Biscuit", "pet", lesson, result=done)
        assert [one.state for one in familiar.show(photo).sightings] == ["rejected"]
        familiar.teach("Biscuit", "pet", lesson)
        assert [one.state for one in familiar.show(photo).sightings] == ["confirmed"], "said anew"


def test_boxes_go_with_tags(home: Path, photos: Path) -> None:
    with opened(home, photos) as familiar:
        familiar.index(captions=False)
        first, second = (familiar.show(photos / f"{n:02}.png").photo_id for n in (5, 10))
        box, other = (0.05, 0.05, 0.4, 0.4), (0.05, 0.06, 0.4, 0.4)
        concept = familiar.teach(
            "Ada", "person", [Example(first, box), Example(photos / "10.png")]
        ).concept

        def boxes() -> dict[int, Any]:
            return {one.photo_id: one.box for one in familiar.library.tags.of_concept(concept.id)}

        assert boxes() == {first: box, second: None}
        familiar.teach("Ada", "person", [Example(first)])
        assert boxes()[first] == box, "saying less takes nothing away"
        familiar.teach("Ada", "person", [Example(first, other), Example(second, box)])
        assert boxes() == {first: other, second: box}


def test_a_pause_comes_within_a_lesson_and_giving_way_after_it(home: Path, photos: Path) -> None:
    """Training one embedding is not begun anew for every decision that comes in between."""

    class Watched(Restless):
        within = 0

        def check_within(self) -> None:
            self.within += 1
            Cancel.check(self)

    with opened(home, photos) as familiar:
        familiar.index(captions=False)
        watched = Watched(1000)

        def stop(progress: Progress) -> None:
            if progress.stage == "learn":
                watched.left = 0
                if progress.done == 5:
                    watched.cancel()

        with pytest.raises(Cancelled) as stopped:
            familiar.teach("Biscuit", "pet", [photos / "00.png"], cancel=watched, progress=stop)
        assert stopped.type is Cancelled
        assert watched.within == 7, "after the captions it learns from, and before each step"


def test_news_comes_after_what_it_tells(home: Path, photos: Path) -> None:
    """Whoever hears of a change finds it, from another connection."""
    (photos / "bad.png").write_bytes(b"nothing")
    with opened(home, photos) as familiar, Library.open(home) as window:
        heard: dict[str, set[int] | None] = {}
        troubles: list[Path] = []

        def listen(news: Change | Trouble) -> None:
            if isinstance(news, Trouble):
                troubles.append(news.path)
                assert window.problems.for_paths([news.path])
                return
            for what in news.what:
                before, photos_told = heard.get(what, set()), news.photo_ids
                anywhere = before is None or photos_told is None
                heard[what] = None if anywhere else (before or set()) | (photos_told or set())
            ids = sorted(news.photo_ids or ())
            if "thumbnails" in news.what:
                assert set(window.thumbnails.many(ids)) == set(ids)
            elif "photos" in news.what:
                assert list(window.photos.many(ids)) == ids
            if "captions" in news.what:
                assert set(window.captions.many(ids)) == set(ids)

        familiar.tell = listen
        familiar.index()
        assert troubles == [photos / "bad.png"]
        for what in ("problems", "albums"):
            assert heard.pop(what) is None, "these are of no photos"
        assert {what: len(ids or ()) for what, ids in heard.items()} == {
            "photos": 41, "thumbnails": 40, "sightings": 40, "captions": 40,
        }  # fmt: skip
        heard.clear()
        familiar.teach("Biscuit", "pet", [photos / "00.png"])
        assert set(heard) == {"concepts", "albums", "sightings", "captions"}


def test_what_is_named_comes_first_at_every_step() -> None:
    first = First()
    order = first.order([1, 2, 3, 4, 5, 6, 7])
    assert next(order) == 1
    first.put([6, 99, 1, 5])
    assert [next(order), next(order), next(order)] == [6, 5, 2]
    first.put([7])
    assert next(order) == 7
    first.put([])
    assert list(order) == [3, 4]
    assert list(First().order([])) == []
    assert list(First().order([3, 3, 2])) == [3, 2]


def test_photos_on_the_screen_are_looked_at_first(home: Path, photos: Path) -> None:
    with opened(home, photos) as familiar:
        familiar.index(captions=False)
        last = familiar.library.stages.pending("look", "whatever")[-3:]
        familiar.library.stages.forget("encode", familiar.library.photos.ids())
        familiar.first = First()
        familiar.first.put(last)
        looked: list[frozenset[int] | None] = []

        def listen(news: Change | Trouble) -> None:
            if isinstance(news, Change):
                looked.append(news.photo_ids)

        familiar.tell = listen
        familiar.index(captions=False)
        assert set(last) <= (looked[0] or set())
        assert len(looked[0] or ()) == 16
