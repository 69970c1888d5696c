"""Videos as photos: which frame, how turned, what they say about themselves, and in what time."""

from __future__ import annotations

import io
import time
from pathlib import Path

import numpy as np
import pytest

from engine.errors import PhotoError
from engine.photos import PhotoVanished, decode, decode_file, files, read, read_file, videos
from engine.photos.formats import AVI
from tests.photos import movies
from tests.photos.movies import black, movie
from tests.photos.pictures import GREEN, RED, close_to, corners

APPLE = {
    "com.apple.quicktime.creationdate": "2023-07-01T18:30:05+0200",
    "com.apple.quicktime.location.ISO6709": "-33.8568+151.2153+012.0/",
    "com.apple.quicktime.make": "Apple",
    "com.apple.quicktime.model": "iPhone 15",
    "com.apple.quicktime.content.identifier": "9F6B1F5C-0000-4000-8000-0123456789AB",
    "title": "At the opera",
    "comment": "A short walk",
    "keywords": "Sydney, opera;harbour",
}


def of_one_colour(colour: tuple[int, int, int]) -> np.ndarray:
    """A frame of one colour but for a white corner, so that it shows something."""
    frame = np.full((64, 96, 3), colour, np.uint8)
    frame[:24, :24] = 255
    return frame


def test_what_an_iphone_says() -> None:
    decoded = decode(movie(codec=movies.QUICKTIME, about=APPLE), 96)
    info = decoded.info
    assert (info.format, info.camera) == ("video", "Apple iPhone 15")
    assert info.taken_at == "2023-07-01T18:30:05+02:00"
    assert (info.latitude, info.longitude) == (-33.8568, 151.2153)
    assert info.duration == pytest.approx(1.0)
    assert info.pair == "9F6B1F5C-0000-4000-8000-0123456789AB"
    assert (decoded.hints.title, decoded.hints.description) == ("At the opera", "A short walk")
    assert decoded.hints.keywords == ("Sydney", "opera", "harbour")


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2023-07-01T16:30:05Z", "2023-07-01T16:30:05+00:00"),
        ("1904-01-01T00:00:00Z", None),
        ("1970-01-01T00:00:00Z", None),
    ],
)
def test_when_a_container_was_made(written: str, read_as: str | None) -> None:
    data = movie(codec=movies.QUICKTIME, about={"creation_time": written})
    assert decode(data, 96).info.taken_at == read_as


def test_the_first_frame_that_shows_something_stands_for_the_video() -> None:
    frames = [*[black()] * 20, *[of_one_colour(RED)] * 20, *[of_one_colour(GREEN)] * 60]
    decoded = decode(movie(frames), 96)
    assert close_to(decoded.picture[40, 60], RED) or close_to(decoded.picture[40, 60], GREEN)
    assert all(frame.mean() > 20 for frame in decoded.frames), "a black frame helps nobody"


def test_further_frames_come_from_other_moments() -> None:
    colours = [(220, 30, 30), (30, 200, 30), (30, 30, 220), (220, 220, 30)]
    decoded = decode(movie([of_one_colour(one) for one in colours for _ in range(25)]), 96)
    assert len(decoded.frames) == videos.FRAMES - 1
    seen = [picture[40, 60] for picture in (decoded.picture, *decoded.frames)]
    shown = {number for number, one in enumerate(colours) if any(close_to(p, one) for p in seen)}
    assert len(shown) >= 3
    assert {frame.shape for frame in decoded.frames} == {decoded.picture.shape}


def test_no_larger_than_asked_for() -> None:
    decoded = decode(movie([corners(640, 360)] * 5), 128)
    assert decoded.picture.shape == (72, 128, 3)
    assert (decoded.width, decoded.height) == (640, 360)


class Laborious(io.BytesIO):
    """A file that is work to read, as a demuxer's search for something that is not there."""

    def read(self, size: int | None = -1) -> bytes:
        until = time.thread_time() + 0.02
        while time.thread_time() < until:
            pass
        return super().read(size)


@pytest.mark.parametrize("patience", [0.0, 0.3])
def test_a_video_is_done_with_when_the_patience_for_it_is_over(
    monkeypatch: pytest.MonkeyPatch, patience: float
) -> None:
    data = movie([np.full((240, 320, 3), 100, np.uint8)] * 60, movies.UNCOMPRESSED)
    assert len(data) > 100 * 32768, "all of it would take two seconds"
    monkeypatch.setattr(videos, "PATIENCE", patience)
    started = time.thread_time()
    try:
        assert videos.decode(Laborious(data), AVI, 96).picture.shape == (72, 96, 3)
    except PhotoError as error:
        assert "too long" in str(error) or not patience  # noqa: PT017 - or a first picture
    assert time.thread_time() - started < 1


def test_a_video_is_hashed_and_decoded_piece_by_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(movie() + bytes(3 << 20))
    monkeypatch.setattr(files, "MAX_BYTES", 1000)  # which holds for pictures alone
    file = read_file(path)
    assert (file.size, len(file.data)) == (path.stat().st_size, 4096)
    assert file.content_hash == files.content_hash(path.read_bytes())
    assert decode_file(file, 96).picture.shape == (64, 96, 3)
    assert read(path, 96).picture.shape == (64, 96, 3)


def test_a_video_that_changes_while_it_is_read_is_not_condemned(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(movie())
    file = read_file(path)
    path.write_bytes(movie() + bytes(10))
    with pytest.raises(PhotoVanished, match="being changed"):
        decode_file(file, 96)


def test_a_video_cannot_lead_to_other_files(tmp_path: Path) -> None:
    """Playlists are text, and text is no video, whatever FFmpeg would make of it."""
    (tmp_path / "other.ts").write_bytes(movie(codec=movies.MPEG_TS))
    lists = tmp_path / "a.mp4"
    lists.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{tmp_path}/other.ts\n")
    with pytest.raises(PhotoError, match="not a picture"):
        read(lists, 96)
