"""Files that cannot be indexed: each is reported by name with a reason, all others are taken."""

from __future__ import annotations

import io
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from engine.errors import PhotoError
from engine.indexing import reading
from engine.indexing.pipeline import Indexed, Indexer
from engine.library import Library
from engine.photos import PhotoFile
from engine.progress import Cancel
from tests.tiny import COLOURS, TinyPack, paint

NAMES = list(COLOURS)


def whole(kind: str) -> bytes:
    """A good file of some format."""
    out = io.BytesIO()
    noise = Image.effect_noise((64, 48), 60).convert("RGB")
    noise.save(out, kind)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that claims to be immense."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


BAD_CONTENT: dict[str, bytes] = {
    "cut.jpg": whole("JPEG")[:700],
    "cut.png": whole("PNG")[:900],
    "cut.webp": whole("WEBP")[:400],
    "cut.tiff": whole("TIFF")[:500],
    "cut.gif": whole("GIF")[:60],
    "header-only.jpg": whole("JPEG")[:20],
    "empty.jpg": b"",
    "empty.png": b"",
    "empty.heic": b"",
    "text.jpg": b"Dear diary, this is not a picture.\n" * 20,
    "page.png": b"<html><body>404</body></html>",
    "document.jpeg": b"%PDF-1.7\n%...",
    "archive.jpg": b"PK\x03\x04" + bytes(200),
    "video.heic": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(300),
    "bitmap.jpg": b"BM" + bytes(300),
    "zeros.jpg": bytes(4096),
    "random.jpg": b"\xff\xd8\xff" + bytes(range(256)) * 4,
    "random.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
    "random.webp": b"RIFF\x00\x10\0\0WEBP" + bytes(range(256)),
    "random.avif": b"\0\0\0\x18ftypavif\0\0\0\0avifmif1" + bytes(300),
    "random.tif": b"II*\0" + bytes(range(256)),
    "bomb.png": bomb(60_000, 60_000),
    "wide-bomb.png": bomb(2_000_000, 200),
    "no-width.png": bomb(0, 10),
}
"""File names and what is in them; each must be refused for its content."""


def make_broken(folder: Path) -> set[Path]:
    """Thirty things that look like photos and are none."""
    folder.mkdir(parents=True, exist_ok=True)
    broken = set()
    for name, content in BAD_CONTENT.items():
        (folder / name).write_bytes(content)
        broken.add(folder / name)
    (folder / "folder.jpg").mkdir()
    (folder / "nowhere.jpg").symlink_to(folder / "missing.jpg")
    (folder / "loop.png").symlink_to(folder / "loop.png")
    os.mkfifo(folder / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(folder)  # a socket's path may not be long
        listener.bind("socket.jpg")
        os.chdir(here)
    (folder / "copy-of-cut.jpg").write_bytes(BAD_CONTENT["cut.jpg"])
    names = ("folder.jpg", "nowhere.jpg", "loop.png", "pipe.jpg", "socket.jpg", "copy-of-cut.jpg")
    broken |= {folder / name for name in names}
    assert len(broken) == 30
    return broken


def run(library: Library, pack: TinyPack) -> Indexed:
    return Indexer(library, pack, lambda _: None, Cancel(), readers=2).run()


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    with Library.open(home) as library:
        yield library


def test_thirty_broken_files_among_good_ones(library: Library, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    broken = make_broken(photos)
    good = {}
    # Between the broken ones in the order of names, so that any shift would show.
    for number, name in enumerate(sorted({path.stem for path in broken})):
        colour = NAMES[number % len(NAMES)]
        good[paint(photos / f"{name}~good.png", [colour], number)] = colour
    good[paint(photos / "folder.jpg" / "inside.png", ["red"], 500)] = "red"
    wrong_name = paint(photos / "really-a-png.png", ["blue"], 501).rename(photos / "png-inside.jpg")
    good[wrong_name] = "blue"
    odd_name = photos / os.fsdecode(b"caf\xe9.png")
    paint(photos / "cafe.png", ["orange"], 502).rename(odd_name)
    good[odd_name] = "orange"
    library.folders.add(photos)
    result = run(library, TinyPack())

    reported = dict(result.troubles)
    assert set(reported) == broken
    for path, reason in reported.items():
        assert reason.endswith("."), f"{path.name}: {reason}"
        assert path.name not in reason
    recorded = {problem.path: problem.reason for problem in library.problems.all()}
    assert {path: recorded[path] for path in broken} == reported
    assert [path for path, _ in result.notes] == [odd_name]
    assert "UTF-8" in recorded[odd_name]

    assert result.captioned == len(good)
    for path, colour in good.items():
        photo = library.photos.by_path(path)
        assert photo is not None
        caption = library.captions.get(photo.id)
        assert caption is not None
        assert f" in {colour}" in caption.template, path.name

    pack = TinyPack()
    again = run(library, pack)
    assert (again.troubles, again.notes, again.looked, pack.encoder.pictures) == ([], [], 0, 0)
    assert {problem.path for problem in library.problems.all()} == broken | {odd_name}


def test_a_repaired_file_is_taken_and_its_problem_forgotten(
    library: Library, tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    broken = make_broken(photos)
    library.folders.add(photos)
    run(library, TinyPack())
    for path in broken:
        if path.name not in ("folder.jpg", "pipe.jpg", "socket.jpg"):
            path.unlink()
            (photos / "new.png").unlink(missing_ok=True)
            paint(photos / "new.png", ["green", "red"], zlib.crc32(path.name.encode())).rename(path)
    (photos / "pipe.jpg").unlink()
    result = run(library, TinyPack())
    assert result.troubles == []
    assert result.looked == 27
    left = {problem.path.name for problem in library.problems.all()}
    assert left == {"folder.jpg", "socket.jpg"}


AS_NOBODY = """
import os, sys
from pathlib import Path
from engine.indexing.pipeline import Indexer
from engine.library import Library
from engine.progress import Cancel
from tests.tiny import TinyPack, paint

def run(home, photos):
    with Library.open(home) as library:
        library.folders.add(photos)
        return Indexer(library, TinyPack(), lambda _: None, Cancel(), readers=1).run()

place = Path(sys.argv[1])
paint(place / "first" / "one.png", ["red"], 1)
run(place / "first-home", place / "first")  # imports all there is while that is still allowed
if os.geteuid() == 0:
    os.setgroups([])
    os.setuid(65534)
for _ in range(2):
    done = run(place / "home", place / "photos")
    print(done.looked, sorted(path.name for path, _ in done.troubles))
"""


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
def test_files_and_folders_that_may_not_be_read() -> None:
    """As an ordinary user, since permissions do not hold root back."""
    place = Path(tempfile.mkdtemp(prefix="familiar-", dir="/tmp"))
    try:
        photos = place / "photos"
        paint(photos / "good.png", ["red"], 1)
        paint(photos / "closed.png", ["red"], 2).chmod(0)
        paint(photos / "shut" / "inside.png", ["red"], 3)
        (photos / "shut").chmod(0)
        place.chmod(0o777)
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, str(place)],
            capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert done.stdout.splitlines() == ["1 ['closed.png', 'shut']", "0 []"], done.stderr
    finally:
        (place / "photos" / "shut").chmod(0o700)
        shutil.rmtree(place)


def test_links_that_lead_round_in_circles(library: Library, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    paint(photos / "a" / "one.png", ["red"], 1)
    (photos / "a" / "back").symlink_to(photos)
    (photos / "b").symlink_to(photos / "a")
    paint(photos / ".hidden" / "no.png", ["red"], 2)
    paint(photos / ".hidden.png", ["red"], 3)
    paint(photos / "@eaDir" / "no.png", ["red"], 4)
    library.folders.add(photos)
    library.folders.add(photos / "a")
    assert run(library, TinyPack()).files == 1


def test_familiars_own_home_is_no_photo_folder(tmp_path: Path) -> None:
    paint(tmp_path / "one.png", ["red"], 1)
    with Library.open(tmp_path / "home") as library:
        paint(tmp_path / "home" / "two.png", ["blue"], 2)
        library.folders.add(tmp_path)
        assert run(library, TinyPack()).files == 1


def test_what_could_not_be_read_and_can_be_again(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not allowed to when it was to be decoded, although it was when it was scanned."""
    photo = paint(tmp_path / "photos" / "one.png", ["red"], 1)

    def refuse(path: Path) -> PhotoFile:
        raise PhotoError("Familiar is not allowed to read it.")

    with Library.open(home) as library:
        library.folders.add(tmp_path / "photos")
        with monkeypatch.context() as patched:
            patched.setattr(reading, "read_file", refuse)
            done = Indexer(library, TinyPack(), lambda _: None, Cancel()).run()
        assert [path for path, _ in done.troubles] == [photo]
        assert [one.path for one in library.problems.all()] == [photo]
        done = Indexer(library, TinyPack(), lambda _: None, Cancel()).run()
        assert (done.looked, done.troubles) == (1, [])
        assert library.problems.all() == []
