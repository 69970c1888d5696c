"""Reading files of every awkward kind."""

from __future__ import annotations

import errno
import hashlib
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import PhotoError
from engine.photos import PhotoVanished, content_hash, files, read, read_file
from tests.photos.movies import movie
from tests.photos.pictures import corners, encoded, noise

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")


def test_a_file_is_read_once_and_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(encoded(noise(300, 200)))
    os.utime(path, ns=(5, 1_600_000_000_123_456_789))
    file = read_file(path)
    assert file.data == path.read_bytes()
    assert file.size == path.stat().st_size
    assert file.mtime_ns == path.stat().st_mtime_ns
    expected = hashlib.blake2b(path.read_bytes(), digest_size=32).hexdigest()
    assert file.content_hash == content_hash(file.data) == expected


@pytest.mark.parametrize(("name", "kind"), [("a.jpg", "PNG"), ("b.png", "HEIF"), ("c.gif", "JPEG")])
def test_a_wrong_extension_does_not_matter(tmp_path: Path, name: str, kind: str) -> None:
    (tmp_path / name).write_bytes(encoded(corners(), kind))
    assert read(tmp_path / name, 96).picture.shape == (64, 96, 3)


def test_a_text_file_named_jpg_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("Dear diary")
    with pytest.raises(PhotoError, match="not a picture"):
        read(tmp_path / "a.jpg", 96)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    with pytest.raises(PhotoError, match="zero bytes"):
        read(tmp_path / "a.jpg", 96)


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").mkdir()
    with pytest.raises(PhotoError, match="a folder"):
        read(tmp_path / "a.jpg", 96)


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(PhotoVanished, match="not there any more"):
        read(tmp_path / "a.jpg", 96)
    (tmp_path / "b").touch()
    with pytest.raises(PhotoVanished):
        read(tmp_path / "b" / "a.jpg", 96)


@posix
def test_a_pipe_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg")
    # In a process of its own: were it to wait, only this test would fail.
    script = (
        "import sys; from engine.photos import read\n"
        "try: read(sys.argv[1], 96)\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "a.jpg")],
        capture_output=True,
        timeout=20,
        check=True,
        text=True,
    )
    assert done.stdout.startswith("PhotoError")
    assert "a pipe" in done.stdout


@posix
def test_a_pipe_put_in_its_place_at_the_last_moment_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "a.jpg")
    (tmp_path / "b.jpg").write_bytes(encoded(corners()))
    plain = os.stat(tmp_path / "b.jpg")
    monkeypatch.setattr(os, "stat", lambda *_, **__: plain)
    with pytest.raises(PhotoError, match="a pipe"):
        read_file(tmp_path / "a.jpg")


@posix
def test_sockets_and_devices_are_refused(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "a.jpg"))
        with pytest.raises(PhotoError, match="a pipe, a socket or a device"):
            read(tmp_path / "a.jpg", 96)
    with pytest.raises(PhotoError, match="a pipe, a socket or a device"):
        read("/dev/zero", 96)


@posix
def test_links(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(encoded(corners()))
    (tmp_path / "good.jpg").symlink_to("a.jpg")
    (tmp_path / "dead.jpg").symlink_to("b.jpg")
    (tmp_path / "loop.jpg").symlink_to("loop.jpg")
    assert read(tmp_path / "good.jpg", 96).width == 96
    with pytest.raises(PhotoVanished):
        read(tmp_path / "dead.jpg", 96)
    with pytest.raises(PhotoError, match="back to itself"):
        read(tmp_path / "loop.jpg", 96)


@posix
def test_a_file_one_may_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(encoded(corners()))
    path.chmod(0)
    if os.geteuid() != 0:
        with pytest.raises(PhotoError, match="not allowed"):
            read(path, 96)
        return
    # Permissions do not bind root: be somebody else, in a process of its own.
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
    script = (
        "import os, sys; from engine.photos import read\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "try: read(sys.argv[1], 96)\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, check=True, text=True
    )
    assert done.stdout.startswith("PhotoError")
    assert "not allowed" in done.stdout


@posix
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS takes only UTF-8 names")
def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9 \xff.jpg"
    with open(name, "wb") as file:
        file.write(encoded(corners()))
    assert read(name, 96).width == 96
    assert read(os.fsdecode(name), 96).width == 96
    assert read(Path(os.fsdecode(name)), 96).width == 96


def test_a_name_no_file_can_have() -> None:
    with pytest.raises(PhotoError, match="name"):
        read("a\0b.jpg", 96)
    with pytest.raises(PhotoError, match="cannot be opened"):
        read("a" * 5000, 96)


def test_a_file_too_big_for_a_photo_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(bytes(1001))
    monkeypatch.setattr(files, "MAX_BYTES", 1000)
    with pytest.raises(PhotoError, match="too big"):
        read_file(path)
    path.write_bytes(bytes(1000))
    assert read_file(path).size == 1000


def test_a_file_that_grows_while_it_is_read_is_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(bytes(200_000))
    monkeypatch.setattr(files, "_whole", lambda file, size: whole(file, 10))
    assert read_file(path).size == 200_000
    monkeypatch.setattr(files, "MAX_BYTES", 150_000)
    monkeypatch.setattr(files, "_check", lambda status: None)
    with pytest.raises(PhotoError):
        read_file(path)


whole = files._whole


@pytest.mark.parametrize("name", ["a.jpg", "a.mp4"])
def test_a_disk_that_fails_half_way(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    (tmp_path / name).write_bytes(movie() if name == "a.mp4" else encoded(corners()))
    monkeypatch.setattr(files, "_whole", fails)
    monkeypatch.setattr(files, "_hashed", fails)
    with pytest.raises(PhotoError, match="The disk could not deliver it"):
        read_file(tmp_path / name)
    if name == "a.jpg":
        with pytest.raises(PhotoError, match="The disk could not deliver it"):
            read(tmp_path / name, 96)


def test_photos_are_never_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(encoded(corners()))
    before = path.stat()
    read(path, 32)
    after = path.stat()
    assert (before.st_mtime_ns, before.st_size, before.st_ino) == (
        after.st_mtime_ns,
        after.st_size,
        after.st_ino,
    )
    assert os.listdir(tmp_path) == ["a.jpg"]
