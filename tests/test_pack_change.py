"""A library that changes its pack: old results serve until there are new ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.errors import PackError, UsageError
from engine.familiar import Familiar
from engine.indexing import looking
from engine.library.learned import HEAD, VIEWS
from engine.progress import Cancel, Cancelled, Progress
from tests.tiny_packs import Shelf, fill, momo_taught


@pytest.fixture(autouse=True)
def shelf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shelf:
    return fill(monkeypatch, tmp_path / "packs")


@pytest.fixture
def familiar(home: Path, tmp_path: Path) -> Iterator[Familiar]:
    with momo_taught(home, tmp_path / "photos") as one:
        yield one


def known(one: Familiar) -> dict[str, Any]:
    """Of every photo: its caption, who wrote it, and who is in it."""
    return {
        card.path.name: (card.caption, card.model, [(s.name, s.state) for s in card.sightings])
        for card in one.export()
    }


def test_a_choice_lasts_and_is_the_librarys_own(home: Path, tmp_path: Path) -> None:
    with Familiar.open(home) as one:
        assert one.pack_name == "starter"
        assert one.use_pack("tiny")
        assert one.pack.name == "tiny"
        assert not one.use_pack("tiny")
    (home / "index.db").unlink()  # what can be made again
    with Familiar.open(home) as one:
        assert one.pack_name == one.pack.name == "tiny"
    with Familiar.open(tmp_path / "another") as one:
        assert one.pack_name == "starter"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("tiny-large", PackError),
        ("tiny-far", PackError),
        ("tiny-later", PackError),
        ("none", UsageError),
    ],
)
def test_a_refused_pack_leaves_the_old_one(home: Path, name: str, kind: type[Exception]) -> None:
    with Familiar.open(home) as one:
        one.use_pack("tiny")
        with pytest.raises(kind):
            one.use_pack(name)
        assert one.pack_name == one.pack.name == "tiny"


def test_other_words_alone(home: Path, familiar: Familiar, shelf: Shelf) -> None:
    """Another captioner: captions are written again, and no picture is looked at again."""
    with familiar:
        before = known(familiar)
        heads = {name: sightings for name, (_, _, sightings) in before.items()}
        found = [one.path.name for one in familiar.search("Momo")]
        yellow = {one.path.name for one in familiar.search("yellow", limit=3)}
        assert familiar.use_pack("tiny-words")
        assert known(familiar) == before, "what was written is shown until there is something new"
        assert [one.path.name for one in familiar.search("Momo")] == found != []
        assert {one.path.name for one in familiar.search("yellow", limit=3)} == yellow != set()
        done = familiar.index()
        assert (done.looked, shelf.opened["tiny-words"].faces.pictures) == (0, 0)
        assert done.captioned == 12
        after = known(familiar)
        assert all("seen anew" in caption for caption, _, _ in after.values())
        assert {name: sightings for name, (_, _, sightings) in after.items()} == heads
        assert any("Momo" in caption for caption, _, _ in after.values())


def test_other_eyes(home: Path, familiar: Familiar, shelf: Shelf) -> None:
    """Another encoder: photos are encoded again, faces and thumbnails are kept."""
    with familiar:
        before = known(familiar)
        familiar.use_pack("tiny-eyes")
        assert known(familiar) == before
        assert [one.path.name for one in familiar.search("Momo")] != [], "names are still found"
        familiar.index(captions=False)
        pack = shelf.opened["tiny-eyes"]
        altered = 2 * 3  # of the two photos that the thing's head was taught from
        assert (pack.encoder.pictures, pack.faces.pictures) == (12 + altered, 0)
        assert {name: caption for name, (caption, _, _) in known(familiar).items()} == {
            name: caption for name, (caption, _, _) in before.items()
        }, "captions of the old version stay until new ones are written"
        assert known(familiar) == before, "the same eyes under another version see the same"
        assert familiar.index().captioned == 12
        assert familiar.index().captioned == 0


def test_going_back_before_indexing_costs_nothing(home: Path, familiar: Familiar) -> None:
    with familiar:
        before = known(familiar)
        familiar.use_pack("tiny-eyes")
        familiar.use_pack("tiny")
        done = familiar.index()
        assert (done.looked, done.captioned) == (0, 0)
        assert known(familiar) == before


def test_an_interrupted_change_shows_both(home: Path, familiar: Familiar, shelf: Shelf) -> None:
    """Stopped halfway, every photo still has a caption and its people, old or new."""
    cancel = Cancel()

    def stop(progress: Progress) -> None:
        if progress.stage == "look" and progress.done:
            cancel.cancel()

    with familiar:
        before = known(familiar)
        familiar.use_pack("tiny-eyes")
        with pytest.raises(Cancelled):
            familiar.index(progress=stop, cancel=cancel)
        assert known(familiar) == before
        familiar.index()
        assert {name: who for name, (_, _, who) in known(familiar).items()} == {
            name: who for name, (_, _, who) in before.items()
        }


def half_looked_at(familiar: Familiar) -> list[str]:
    """Change the encoder and stop its first look at the photos: those it has looked at."""
    cancel = Cancel()

    def stop(progress: Progress) -> None:
        if progress.stage == "look" and progress.done:
            cancel.cancel()

    familiar.use_pack("tiny-eyes")
    with pytest.raises(Cancelled):
        familiar.index(progress=stop, cancel=cancel)
    ids = familiar.library.encodings.ids(familiar.pack.encoder.version)
    seen = [photo.paths[0].name for photo in familiar.library.photos.many(ids).values()]
    assert 0 < len(seen) < 12, "half of them"
    return seen


def test_deciding_about_one_takes_nobody_else_away(
    familiar: Familiar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Momo's recogniser is of the old eyes until `index`; what it saw stays until then."""
    monkeypatch.setattr(looking, "BATCH", 4)
    photos = tmp_path / "photos"
    with familiar:
        familiar.teach("Ada", "person", [photos / "01.png"])
        before = known(familiar)
        seen = half_looked_at(familiar)
        assert {name for name in seen if ("Momo", "recognised") in before[name][2]} != set()
        where = next(name for name in seen if ("Ada", "recognised") in before[name][2])
        familiar.decide(photos / where, "Ada", "confirmed")
        before[where][2][before[where][2].index(("Ada", "recognised"))] = ("Ada", "confirmed")
        assert {name: who for name, (_, _, who) in known(familiar).items()} == {
            name: who for name, (_, _, who) in before.items()
        }


def test_teaching_waits_for_the_others_to_be_looked_at(familiar: Familiar, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    with familiar:
        familiar.use_pack("tiny-eyes")
        with pytest.raises(UsageError, match="Run `familiar index` first"):
            familiar.teach("Rex", "pet", [photos / "03.png"])
        assert [one.concept.name for one in familiar.people()] == ["Momo"]
        familiar.index()
        assert familiar.teach("Rex", "pet", [photos / "03.png"]).tagged == 1


def test_teaching_halfway_leaves_out_what_was_not_looked_at(
    familiar: Familiar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Momo's own photos, known not to show Rex, are among those that wait."""
    monkeypatch.setattr(looking, "BATCH", 4)
    with familiar:
        seen = half_looked_at(familiar)
        assert not {"00.png", "04.png"} & set(seen)
        assert familiar.teach("Rex", "pet", [tmp_path / "photos" / seen[0]]).tagged == 1


def test_damaged_views_of_tagged_photos_are_made_again(familiar: Familiar) -> None:
    with familiar:
        learned = familiar.library.learned
        momo = familiar.people()[0].concept.id
        version = familiar.pack.encoder.version
        whole = learned.get(momo, VIEWS, version)
        assert whole is not None
        for damaged in (whole.data[:-3], whole.data[:-32], b""):
            learned.put(momo, VIEWS, version, damaged, whole.trained_on)
            learned.remove(momo, HEAD)
            familiar.index()
            again = learned.get(momo, VIEWS, version)
            assert again is not None
            assert again.data == whole.data
            assert learned.get(momo, HEAD, version) is not None
