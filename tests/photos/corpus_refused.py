"""Files that are no photos, whatever they are called."""

from __future__ import annotations

import gzip
import io
import zipfile
from functools import partial

import numpy as np

from tests.photos.corpus import Case

_SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><rect width='9' height='9'/></svg>"


def archive() -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "a")
    return out.getvalue()


def no(name: str, data: bytes, words: str) -> Case:
    """A case that is refused for what it is."""
    return Case(name, partial(bytes, data), refused=words)


CASES = [
    Case("empty.jpg", bytes, refused="zero bytes|not a picture|nothing"),
    no("diary.jpg", b"Dear diary, this is not a picture.\n" * 20, "not a picture"),
    no("page.png", b"<!DOCTYPE html><html><body>404</body></html>", "a web page"),
    no("drawing.png", _SVG, "an SVG drawing"),
    no("drawing-in-xml.jpg", b"<?xml version='1.0'?>" + _SVG, "an XML document"),
    no("paper.jpg", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document"),
    Case("archive.heic", archive, refused="a ZIP archive"),
    no("packed.jpg", gzip.compress(b"a" * 100), "a compressed archive"),
    no("layers.tif", b"8BPS\0\1" + bytes(200), "a Photoshop document"),
    no("bitmap.jpg", b"BM" + bytes(300), "a BMP picture"),
    no("newer.jpg", b"\xff\x0a" + bytes(60), "a JPEG XL picture"),
    no("newer-in-a-box.jpg", b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(60), "a JPEG XL picture"),
    no("song.mp4", b"ID3\x04\0\0\0\0\0\0" + bytes(300), "music"),
    no("mac.jpg", b"\x00\x05\x16\x07\x00\x02\0\0" + bytes(60), "a macOS resource file"),
    no("zeros.jpg", bytes(4096), "nothing but zeros"),
    no("random.jpg", np.random.default_rng(5).bytes(3000), "not a picture"),
    no("sound.avi", b"RIFF\x24\0\0\0WAVEfmt " + bytes(40), "not a picture"),
]
