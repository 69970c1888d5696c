"""Bytes to upright RGB."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from engine.errors import PhotoError
from engine.photos import decode, decoded
from engine.photos.decoded import refuse_above
from tests.photos.corpus_jpeg import swapping_profile
from tests.photos.pictures import (
    CORNERS,
    HOW,
    RED,
    WHITE,
    close_to,
    corners,
    encoded,
    exif,
    noise,
    png_bomb,
)
from tests.photos.raws import dng

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.photos.decoded import Picture

KINDS = ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "HEIF", "AVIF"]


def corner_pixels(picture: np.ndarray) -> list[np.ndarray]:
    height, width = picture.shape[:2]
    near = (height // 4, width // 4)
    far = (height - 1 - height // 4, width - 1 - width // 4)
    return [picture[y, x] for y in (near[0], far[0]) for x in (near[1], far[1])]


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_is_read(kind: str) -> None:
    decoded = decode(encoded(corners(), kind), 512)
    assert decoded.picture.shape == (64, 96, 3)
    assert decoded.picture.dtype == np.uint8
    assert decoded.picture.flags.writeable
    assert (decoded.width, decoded.height) == (96, 64)
    for pixel, colour in zip(corner_pixels(decoded.picture), CORNERS, strict=True):
        assert close_to(pixel, colour)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("side", [512, 48])
def test_the_picture_is_upright_however_the_camera_was_held(
    kind: str, orientation: int, side: int
) -> None:
    stored = np.ascontiguousarray(HOW[orientation](corners()))
    decoded = decode(encoded(stored, kind, exif(orientation=orientation)), side)
    assert (decoded.width, decoded.height) == (96, 64)
    assert decoded.picture.shape == ((64, 96, 3) if side == 512 else (32, 48, 3))
    for pixel, colour in zip(corner_pixels(decoded.picture), CORNERS, strict=True):
        assert close_to(pixel, colour)


@pytest.mark.parametrize("orientation", [0, 9, 255])
def test_an_absurd_orientation_turns_nothing(orientation: int) -> None:
    decoded = decode(encoded(corners(), "JPEG", exif(orientation=orientation)), 512)
    assert close_to(decoded.picture[5, 5], RED)
    assert (decoded.width, decoded.height) == (96, 64)


@pytest.mark.parametrize(
    ("size", "side", "shape"),
    [
        ((1000, 500), 512, (256, 512, 3)),
        ((500, 1000), 512, (512, 256, 3)),
        ((512, 512), 512, (512, 512, 3)),
        ((513, 10), 512, (10, 512, 3)),
        ((40, 30), 512, (30, 40, 3)),
        ((1, 1), 512, (1, 1, 3)),
        ((6000, 1), 512, (1, 512, 3)),
        ((1, 6000), 64, (64, 1, 3)),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_it_is_as_long_as_asked_for_and_never_enlarged(
    kind: str, size: tuple[int, int], side: int, shape: tuple[int, int, int]
) -> None:
    decoded = decode(encoded(Image.new("RGB", size, RED), kind), side)
    assert decoded.picture.shape == shape
    assert (decoded.width, decoded.height) == size
    assert close_to(decoded.picture[0, 0], RED)


@pytest.mark.parametrize(
    "mode", ["1", "L", "P", "CMYK", "YCbCr", "I;16", "I;16B", "I", "F", "RGBA", "LA"]
)
@pytest.mark.parametrize("side", [512, 48, 20])
def test_every_kind_of_pixel_becomes_rgb(mode: str, side: int) -> None:
    grey = np.repeat(np.linspace(0, 255, 96)[None].astype(np.uint8), 64, axis=0)
    if mode == "I;16":
        image = Image.fromarray(grey.astype(np.uint16) * 257)
    elif mode == "I;16B":
        image = Image.frombytes(mode, (96, 64), (grey.astype(">u2") * 257).astype(">u2").tobytes())
    elif mode == "I":
        image = Image.fromarray(grey.astype(np.int32) * 257)
    elif mode == "F":
        image = Image.fromarray(grey.astype(np.float32) / 255)
    else:
        image = Image.fromarray(grey).convert("RGB").convert(mode)
    kind = "TIFF" if mode in ("CMYK", "YCbCr", "I;16B", "I", "F") else "PNG"
    picture = decode(encoded(image, kind), side).picture
    assert picture.shape[2] == 3
    row = picture[picture.shape[0] // 2].astype(int).mean(axis=1)
    tenth = max(1, len(row) // 10)
    assert row[:tenth].mean() < 30
    assert row[-tenth:].mean() > 225
    middle = slice(len(row) // 2 - tenth, len(row) // 2 + tenth)
    assert 110 < row[middle].mean() < 145


def test_sixteen_bit_colour() -> None:
    array = corners().astype(np.uint16) * 257
    tiff = io.BytesIO()
    # Pillow writes no 16-bit RGB, so the file is put together by hand: one strip, no compression.
    body = array.astype("<u2").tobytes()
    tags = [
        (256, 4, 1, 96), (257, 4, 1, 64), (258, 3, 3, 8 + 2 + 10 * 12 + 4), (259, 3, 1, 1),
        (262, 3, 1, 2), (273, 4, 1, 8 + 2 + 10 * 12 + 4 + 6), (277, 3, 1, 3), (278, 4, 1, 64),
        (279, 4, 1, len(body)), (284, 3, 1, 1),
    ]  # fmt: skip
    tiff.write(b"II*\0" + (8).to_bytes(4, "little") + len(tags).to_bytes(2, "little"))
    for tag, kind, count, value in tags:
        tiff.write(tag.to_bytes(2, "little") + kind.to_bytes(2, "little"))
        tiff.write(count.to_bytes(4, "little") + value.to_bytes(4, "little"))
    tiff.write(bytes(4) + (16).to_bytes(2, "little") * 3 + body)
    picture = decode(tiff.getvalue(), 512).picture
    for pixel, colour in zip(corner_pixels(picture), CORNERS, strict=True):
        assert close_to(pixel, colour, by=2)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
@pytest.mark.parametrize("side", [512, 32])
def test_what_can_be_seen_through_lies_on_white(kind: str, side: int) -> None:
    image = Image.new("RGBA", (64, 64), (*RED, 255))
    # Hidden behind full transparency is black, which must not shine through at the border.
    image.paste((0, 0, 0, 0), (32, 0, 64, 64))
    picture = decode(encoded(image, kind), side).picture
    assert close_to(picture[side // 64, side // 64], RED)
    assert close_to(picture[1, -2], WHITE)
    assert picture[:, 3 * picture.shape[1] // 4].min() > 200


@pytest.mark.parametrize("side", [512, 32])
def test_a_transparent_colour_or_palette_entry_lies_on_white(side: int) -> None:
    palette = Image.new("P", (64, 64), 0)
    palette.putpalette([0, 0, 0, *RED])
    palette.paste(1, (0, 0, 32, 64))
    rgb = palette.convert("RGB")
    for data in (
        encoded(palette, "PNG", transparency=0),
        encoded(palette, "GIF", transparency=0),
        encoded(rgb, "PNG", transparency=(0, 0, 0)),
    ):
        picture = decode(data, side).picture
        assert close_to(picture[5, 5], RED)
        assert close_to(picture[5, -5], WHITE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
@pytest.mark.parametrize("side", [512, 48])
def test_colours_are_as_the_files_profile_means_them(kind: str, side: int) -> None:
    plain = decode(encoded(corners(), kind), side).picture.astype(int)
    odd = decode(encoded(corners(), kind, icc_profile=swapping_profile()), side).picture
    assert np.abs(plain[..., [1, 0, 2]] - odd).max() <= 8


@pytest.mark.parametrize("profile", [b"nonsense", b"x" * 16 + b"RGB " + b"x" * 200, b""])
def test_a_profile_that_makes_no_sense_changes_nothing(profile: bytes) -> None:
    picture = decode(encoded(corners(), "PNG", icc_profile=profile), 512).picture
    np.testing.assert_array_equal(picture, corners())


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_a_profile_for_other_pixels_changes_nothing(mode: str) -> None:
    image = Image.fromarray(corners()).convert(mode)
    plain = decode(encoded(image, "JPEG"), 512).picture
    odd = decode(encoded(image, "JPEG", icc_profile=swapping_profile()), 512).picture
    if mode == "CMYK":
        np.testing.assert_array_equal(plain, odd)
    else:
        # Grey stays grey, whatever red and green are.
        assert np.abs(plain.astype(int) - odd).max() <= 8


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_of_several_frames_the_first_counts(kind: str) -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in CORNERS]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    decoded = decode(data, 512)
    assert (decoded.width, decoded.height) == (40, 30)
    assert close_to(decoded.picture[10, 10], RED)


def test_two_pictures_in_one_jpeg_are_read_as_the_first() -> None:
    frames = [Image.new("RGB", (800, 600), colour) for colour in CORNERS[:2]]
    out = io.BytesIO()
    frames[0].save(out, "MPO", save_all=True, append_images=frames[1:])
    decoded = decode(out.getvalue(), 256)
    assert decoded.picture.shape == (192, 256, 3)
    assert close_to(decoded.picture[10, 10], RED)
    assert decoded.info.format == "JPEG"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("kept", [0.9, 0.5, 0.1])
def test_a_file_that_is_cut_short_is_refused(kind: str, kept: float) -> None:
    data = encoded(noise(200, 150), kind)
    with pytest.raises(PhotoError, match=r"cut short|damaged"):
        decode(data[: int(len(data) * kept)], 512)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", KINDS)
def test_a_header_alone_is_refused(kind: str) -> None:
    with pytest.raises(PhotoError, match=r"cut short|damaged"):
        decode(encoded(corners(), kind)[:24], 512)


def test_a_png_damaged_within_is_refused_and_not_black() -> None:
    data = bytearray(encoded(corners(), "PNG"))
    start = data.index(b"IDAT") + 10
    data[start : start + 20] = bytes(20)
    with pytest.raises(PhotoError, match="damaged"):
        decode(bytes(data), 64)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", KINDS)
def test_damaged_bytes_are_a_picture_or_a_reason_and_nothing_else(kind: str) -> None:
    random = np.random.default_rng(7)
    data = np.frombuffer(encoded(noise(64, 48), kind), np.uint8)
    for _ in range(60):
        broken = data.copy()
        at = random.integers(4, min(len(broken), 600), 12)
        broken[at] = random.integers(0, 256, len(at), np.uint8)
        try:
            picture = decode(broken.tobytes(), 64).picture
        except PhotoError as error:
            assert str(error).endswith(".")  # noqa: PT017 - either outcome is right
        else:
            assert picture.ndim == 3


@pytest.mark.parametrize("size", [(50_000, 50_000), (20_000, 12_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_by_its_header(size: tuple[int, int]) -> None:
    with pytest.raises(PhotoError, match=r"claims|damaged") as caught:
        decode(png_bomb(*size), 512)
    assert "Traceback" not in str(caught.value)


def test_a_tiff_and_a_gif_bomb_are_refused() -> None:
    gif = bytearray(encoded(Image.new("P", (16, 16)), "GIF"))
    gif[6:10] = b"\xff\xff\xff\xff"
    with pytest.raises(PhotoError, match=r"claims .* pixels"):
        decode(bytes(gif), 512)
    tiff = encoded(Image.new("L", (16, 16)), "TIFF")
    image = Image.open(io.BytesIO(tiff))
    assert image.size == (16, 16)
    at = tiff.index((256).to_bytes(2, "little")) + 8
    huge = tiff[:at] + (60_000).to_bytes(4, "little") + tiff[at + 4 :]
    at = huge.index((257).to_bytes(2, "little")) + 8
    huge = huge[:at] + (60_000).to_bytes(4, "little") + huge[at + 4 :]
    with pytest.raises(PhotoError, match=r"claims|damaged|cut short"):
        decode(huge, 512)


def test_the_bound_holds_at_its_edge() -> None:
    refuse_above(6, 3000, 2000)
    with pytest.raises(PhotoError, match="claims 3000 x 2001 pixels, more than the 6 megapixels"):
        refuse_above(6, 3000, 2001)


@pytest.mark.parametrize("data", [b"", b"hello", b"\0" * 100, b"%PDF-1.4", b"BM" + b"\0" * 100])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PhotoError, match="not a picture in a format"):
        decode(data, 512)


def test_nothing_a_decoder_says_reaches_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(encoded(corners(), "TIFF")[:24])
    (tmp_path / "b.png").write_bytes(png_bomb(30_000, 30_000))
    (tmp_path / "c.heic").write_bytes(encoded(noise(64, 64), "HEIF")[:-50])
    script = (
        "import sys; from engine.photos import read\n"
        "for path in sys.argv[1:]:\n"
        "    try: read(path, 96)\n"
        "    except Exception as error: print(type(error).__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.split() == ["PhotoError"] * 3
    assert done.stderr == ""


@pytest.mark.parametrize("make", [encoded, dng], ids=["still", "raw"])
def test_large_pictures_take_turns(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[Picture], bytes]
) -> None:
    monkeypatch.setattr(decoded, "LARGE", 10)
    data = make(corners())
    results: list[int] = []
    with decoded.one_large:
        thread = threading.Thread(target=lambda: results.append(decode(data, 64).width))
        thread.start()
        thread.join(0.2)
        assert thread.is_alive()
        assert not results
    thread.join(10)
    assert results == [96]


def test_many_threads_read_at_once() -> None:
    files = [encoded(corners(), kind) for kind in KINDS] * 4
    failed: list[object] = []

    def work(data: bytes) -> None:
        picture = decode(data, 96).picture
        if not all(
            close_to(pixel, colour)
            for pixel, colour in zip(corner_pixels(picture), CORNERS, strict=True)
        ):
            failed.append(data[:8])

    threads = [threading.Thread(target=work, args=(data,)) for data in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
