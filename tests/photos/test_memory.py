"""How much memory large pictures take."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.photos.pictures import corners, encoded, noise

MEASURE = """
import re, sys
from engine.photos import decode
def highest():
    return int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])
data = sys.stdin.buffer.read()
decode(open(sys.argv[1], 'rb').read(), 512)
before = highest()
decoded = decode(data, 512)
after = highest()
print(decoded.width, decoded.height, *decoded.picture.shape, after - before)
"""


def measured(data: bytes, small: Path) -> list[int]:
    """Width, height, the picture's shape, and how many kB of memory decoding took.

    In a process of its own, as only a new one's highest memory is that of this decoding.
    """
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(small)], input=data, capture_output=True, check=True
    )
    return [int(word) for word in done.stdout.split()]


needs_proc = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="needs Linux's /proc"
)


@needs_proc
def test_a_24_megapixel_jpeg_is_never_decoded_in_full(tmp_path: Path) -> None:
    data = encoded(Image.fromarray(noise(600, 400)).resize((6000, 4000)), "JPEG", quality=80)
    small = tmp_path / "small.jpg"
    small.write_bytes(encoded(corners()))
    *sizes, kilobytes = measured(data, small)
    assert sizes == [6000, 4000, 341, 512, 3]
    # In full it would be 72 MB.
    assert kilobytes < 15_000


@needs_proc
@pytest.mark.parametrize("mode", ["P", "RGBA"])
def test_a_large_picture_that_can_be_seen_through_is_in_memory_once(
    tmp_path: Path, mode: str
) -> None:
    image = Image.new(mode, (8000, 6000), 0)
    image.paste(Image.fromarray(corners()).convert(mode), (100, 100))
    small = tmp_path / "small.png"
    small.write_bytes(encoded(corners(), "PNG"))
    glass = {"transparency": 0} if mode == "P" else {}
    data = encoded(image, "PNG", None, compress_level=1, **glass)
    *sizes, kilobytes = measured(data, small)
    assert sizes == [8000, 6000, 384, 512, 3]
    once = 8000 * 6000 * (1 if mode == "P" else 4) // 1024
    assert kilobytes < once + 60_000
