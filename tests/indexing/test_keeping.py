"""`familiar index --watch` as a whole, in a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from engine.commands import watching as watching_command
from engine.commands.watching import Keeper
from engine.errors import NoRoom
from engine.familiar import Familiar
from engine.indexing.lock import only_writer
from engine.indexing.scanner import Touched
from engine.library import Library
from engine.models.protocols import Encoding, Picture
from engine.terminal import ProgressLine
from tests.signals import hear_all
from tests.tiny import COLOURS, TinyPack, paint

ROOT = Path(__file__).parents[2]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for number in range(6):
        paint(tmp_path / "photos" / f"{number}.png", [list(COLOURS)[number]], number)
    return tmp_path / "photos"


@contextmanager
def watching(home: Path, photos: Path, *options: str) -> Iterator[IO[str]]:
    """What a running `familiar index --watch` prints; stopped as one stops it, with Ctrl+C."""
    with Library.open(home) as library:
        library.folders.add(photos)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.familiar_tiny", "--home", str(home), "index", "--watch",
         *options],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=hear_all,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process.stdout
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 130, errors
    assert "Stopped." in errors
    assert "Traceback" not in errors


def caption(home: Path, path: Path) -> str | None:
    with Library.open(home) as library:
        photo = library.photos.by_path(path)
        found = photo and library.captions.get(photo.id)
        return found.template if found else None


def test_photos_are_taken_as_they_come(home: Path, photos: Path) -> None:
    with watching(home, photos) as lines:
        assert lines.readline() == "6 photos found, 6 looked at, 6 captioned.\n"
        paint(photos / "new.png", ["black"], 50)
        assert "1 looked at, 1 captioned" in lines.readline()
        assert "in black" in (caption(home, photos / "new.png") or "")
        paint(photos / "album" / "of" / "two.png", ["white"], 51)
        assert "1 looked at, 1 captioned" in lines.readline()
        assert "in white" in (caption(home, photos / "album" / "of" / "two.png") or "")


def test_without_captions(home: Path, photos: Path) -> None:
    with watching(home, photos, "--no-captions") as lines:
        assert lines.readline() == "6 photos found, 6 looked at, 0 captioned.\n"
        paint(photos / "new.png", ["black"], 50)
        assert "1 looked at, 0 captioned" in lines.readline()


@pytest.fixture
def keeper(home: Path, photos: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keeper]:
    monkeypatch.setattr(watching_command, "SOON", 0.0)
    monkeypatch.setattr(watching_command, "AGAIN", 0.0)
    with Familiar(Library.open(home), TinyPack()) as familiar:
        familiar.add(photos)
        yield Keeper(familiar, True, ProgressLine())


def test_another_familiar_at_work_is_waited_for(
    keeper: Keeper, photos: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keeper.put(Touched({photos: False}))
    with only_writer(home):
        keeper.step()
    assert capsys.readouterr().out == ""
    keeper.step()
    assert capsys.readouterr().out == "6 photos found, 6 looked at, 6 captioned.\n"


def test_a_full_disk_is_waited_for(
    keeper: Keeper,
    photos: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    keeper.put(Touched(everything=True))
    with monkeypatch.context() as patch:
        patch.setattr(Familiar, "index", no_room)
        keeper.step()
    assert "no room" in capsys.readouterr().err
    keeper.step()
    assert capsys.readouterr().out == "6 photos found, 6 looked at, 6 captioned.\n"


def no_room(*_: object, **__: object) -> None:
    raise NoRoom("There is no room left.")


@pytest.mark.parametrize("first", [Touched(everything=True), None])
def test_what_just_came_goes_before_what_came_before(
    first: Touched | None, keeper: Keeper, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Asked in the middle of a scan, of everything or not, which then goes on from where it was."""
    pack = keeper.familiar.pack
    assert isinstance(pack, TinyPack)
    encode = pack.encoder.encode_pictures

    def interrupted(pictures: Sequence[Picture]) -> list[Encoding]:
        if pack.encoder.pictures == 0:
            paint(photos / "other" / "new.png", ["black"], 50)
            keeper.put(Touched({photos / "other": True}))
        return encode(pictures)

    pack.encoder.encode_pictures = interrupted  # type: ignore[method-assign]
    keeper.put(first or Touched({photos: False}))
    keeper.step()
    assert capsys.readouterr().out == "", "it was set aside"
    keeper.step()
    newest, rest = capsys.readouterr().out.splitlines()
    assert newest == "1 photo found, 1 looked at, 1 captioned."
    assert rest == "6 photos found, 6 looked at, 6 captioned."
    assert pack.encoder.pictures == 8, "nothing twice; and an empty one, to be ready for more"
