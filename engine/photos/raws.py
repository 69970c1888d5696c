"""What cameras write that leave developing to others: the preview inside first, else LibRaw.

The preview is the camera's own picture, and reading it takes milliseconds. LibRaw knows where each
maker puts it, and adds an EXIF header that says how to turn it where the camera wrote none.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PIL import Image

from engine.errors import PhotoError
from engine.photos import embedded, formats, stills, tiff
from engine.photos.decoded import Decoded, fitted, refuse_above, sentences, taking_turns
from engine.photos.hints import Stored
from engine.photos.metadata import PhotoInfo, read_info

if TYPE_CHECKING:
    import rawpy

    from engine.photos.decoded import Picture

_FLIPS = {0: 1, 1: 2, 2: 4, 3: 3, 4: 5, 5: 8, 6: 6, 7: 7}
"""LibRaw's `flip` to EXIF orientation."""
_XMP = 700


def decode(data: bytes, longest_side: int, sidecars: Sequence[bytes] = ()) -> Decoded:
    """Decode a raw, developed at half its size where the preview is too small.

    width, height are those of the sensor's picture, upright. Raises PhotoError.
    """
    import rawpy

    with sentences(formats.RAW.name), rawpy.imread(io.BytesIO(data)) as raw:
        sizes = raw.sizes
        refuse_above(formats.RAW.megapixels, sizes.raw_width, sizes.raw_height)
        stored = Stored(_FLIPS.get(sizes.flip, 1), sizes.width, sizes.height)
        preview = _preview(raw, longest_side)
        enough = min(longest_side, max(sizes.width, sizes.height) // 2)
        if preview is not None and max(preview.picture.shape) >= enough:
            picture = preview.picture
        else:
            try:
                with taking_turns(sizes.raw_width * sizes.raw_height):
                    picture = _developed(raw, longest_side)
            except rawpy.LibRawError:
                if preview is None:
                    raise
                picture = preview.picture
        info, packet = _about(data, preview)
    width, height = stored.width, stored.height
    if stored.orientation >= 5:
        width, height = height, width
    return Decoded(picture, width, height, info, embedded.gather([*sidecars, packet], stored))


def _preview(raw: rawpy.RawPy, longest_side: int) -> Decoded | None:
    """The largest picture that the camera put beside the sensor's values, if it can be decoded."""
    import rawpy

    try:
        found = raw.extract_thumb()
        if found.format == rawpy.ThumbFormat.JPEG and isinstance(found.data, bytes):
            return stills.decode(found.data, formats.JPEG, longest_side)
    except (rawpy.LibRawError, PhotoError, NotImplementedError):
        pass
    return None


def _developed(raw: rawpy.RawPy, longest_side: int) -> Picture:
    """Four sensor values to one pixel: nothing has to be guessed between them, and it is fast."""
    import numpy as np

    developed = raw.postprocess(half_size=True, use_camera_wb=True)
    height, width = developed.shape[:2]
    target = fitted(width, height, longest_side)
    if target == (width, height):
        return np.array(developed)
    image = Image.fromarray(developed)
    return np.array(image.resize(target, Image.Resampling.BICUBIC, reducing_gap=2.0))


def _about(data: bytes, preview: Decoded | None) -> tuple[PhotoInfo, bytes]:
    """What the file says, and its XMP: from its own tags, else from those of the preview."""
    exif = Image.Exif()
    if tiff.begins_like_one(data):
        try:
            exif.load_from_fp(io.BytesIO(data))
        except Exception:  # damaged tags count as missing, as in other pictures
            exif = Image.Exif()
    elif preview is not None:
        return replace(preview.info, format=formats.RAW.name), b""
    info, _ = read_info(lambda: exif, formats.RAW)
    packet: Any = exif.get(_XMP)
    return info, packet if isinstance(packet, bytes) else b""
