"""A photo that ends the program is found out and set aside; others are not blamed for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.indexing import apart, trial
from engine.indexing.pipeline import Indexed, Indexer
from engine.library import Library
from engine.progress import Cancel, Cancelled
from tests.deadly import DeadlyPack
from tests.tiny import TinyPack, paint

ROOT = Path(__file__).parents[2]
REST = ["green", "yellow", "white", "black"]

RUN = """
import sys
from pathlib import Path
from engine.indexing.pipeline import Indexer
from engine.library import Library
from engine.progress import Cancel
from tests.deadly import DeadlyPack

if __name__ == "__main__":
    home, photos, deaths, log = map(Path, sys.argv[1:5])
    with Library.open(home) as library:
        library.folders.add(photos)
        pack = DeadlyPack(deaths, sys.argv[5], log)
        done = Indexer(library, pack, lambda _: None, Cancel(), readers=2).run()
        print(done.looked, done.captioned, [path.name for path, _ in done.troubles])
"""


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for number in range(24):
        paint(tmp_path / "photos" / f"{number:02}.png", [REST[number % 4]], number)
    paint(tmp_path / "photos" / "11x.png", ["red"], 100)
    paint(tmp_path / "photos" / "11y.png", ["blue"], 101)
    return tmp_path / "photos"


def run(place: Path, of: str) -> tuple[int, str]:
    """Index in a process of its own: how that ended, and what it said."""
    arguments = [place / "home", place / "photos", place / "deaths", place / "log", of]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def deaths(place: Path) -> int:
    return len((place / "deaths").read_text().splitlines())


@pytest.mark.parametrize(("of", "name"), [("red", "11x.png"), ("blue", "11y.png")])
def test_a_photo_that_ends_the_program_is_set_aside(
    tmp_path: Path, photos: Path, of: str, name: str
) -> None:
    assert run(tmp_path, of)[0] == 139
    status, said = run(tmp_path, of)
    looked = 26 if of == "blue" else 25
    assert (status, f"[{name!r}]" in said) == (0, True), said
    assert deaths(tmp_path) == 1 + apart.TWICE
    with Library.open(tmp_path / "home") as library:
        counts = library.stages.counts()
        assert (counts["encode"].done, counts["caption"].done) == (looked, 25)
        assert library.in_hand.left("look") == library.in_hand.left("caption") == []
        (bad,) = {one.photo_id: one.reason for one in library.stages.failures()}.items()
        assert bad[1] == trial.WHY
        photo = library.photos.by_path(photos / name)
        assert photo is not None
        assert photo.id == bad[0]
        if of == "red":
            assert [one.path for one in library.problems.all()] == [photos / name]
    again = run(tmp_path, of)
    assert again == (0, "0 0 []\n"), "it is not tried for ever"
    assert deaths(tmp_path) == 1 + apart.TWICE
    # Another version of the model may fare better.
    with Library.open(tmp_path / "home") as library:
        pack = TinyPack()
        pack.encoder.version = "tiny-encoder-2"
        Indexer(library, pack, lambda _: None, Cancel()).run()
        assert library.stages.failures() == []
        assert library.captions.get(bad[0]) is not None


def index(library: Library, pack: TinyPack, cancel: Cancel | None = None) -> Indexed:
    return Indexer(library, pack, lambda _: None, cancel or Cancel(), readers=2).run()


def test_the_innocent_are_not_set_aside(home: Path, photos: Path, tmp_path: Path) -> None:
    """As after a power failure: all that were in hand are tried, once, and are well."""
    log = tmp_path / "log"
    with Library.open(home) as library:
        library.folders.add(photos)
        index(library, TinyPack())
        ids = library.photos.ids()
        library.stages.forget("encode", ids[:5])
        library.stages.forget("caption", ids[3:9])
        library.in_hand.take("look", [*ids[:5], ids[20]])
        library.in_hand.take("caption", ids[3:9])
        pack = TinyPack(log)
        done = index(library, pack)
        assert (done.looked, done.captioned, done.troubles) == (5, 6, [])
        assert pack.encoder.pictures == 0, "another process did that"
        assert len(log.read_text().splitlines()) == 5
        assert library.in_hand.left("look") == library.in_hand.left("caption") == []
        assert library.stages.failures() == []


def test_marks_do_not_outlive_an_orderly_end(home: Path, photos: Path) -> None:
    with Library.open(home) as library:
        library.folders.add(photos)
        for stage in ("look", "caption"):
            cancel = Cancel()
            indexer = Indexer(
                library,
                TinyPack(),
                lambda at, stage=stage, cancel=cancel: (  # type: ignore[misc]
                    cancel.cancel() if at.stage == stage and at.done else None
                ),
                cancel,
                readers=2,
            )
            with pytest.raises(Cancelled):
                indexer.run()
            assert library.in_hand.left(stage) == []
        pack = TinyPack()
        index(library, pack)
        assert pack.vlm.captions > 0


def test_a_process_that_hangs_counts_as_ended(
    home: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "HANGS", 0.0)
    with Library.open(home) as library:
        library.folders.add(photos)
        index(library, TinyPack())
        (first, *_) = library.photos.ids()
        library.stages.forget("encode", [first])
        library.in_hand.take("look", [first])
        done = index(library, TinyPack())
        assert [reason for _, reason in done.troubles] == [trial.WHY]


def test_what_is_no_photos_fault_is_said(home: Path, photos: Path) -> None:
    """A pack that cannot be opened there must not be taken for a photo that kills."""
    with Library.open(home) as library:
        library.folders.add(photos)
        index(library, TinyPack())
        (first, *_) = library.photos.ids()
        library.stages.forget("encode", [first])
        library.in_hand.take("look", [first])
        pack = TinyPack()
        pack.source = no_pack
        with pytest.raises(OSError, match="gone"):
            index(library, pack)
        assert library.stages.failures() == []
        assert library.in_hand.left("look") == [first]
        pack.source = None
        assert index(library, pack).looked == 1


def no_pack() -> DeadlyPack:
    raise OSError("it is gone")
