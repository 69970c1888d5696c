"""How one picture becomes several views: cropped, mirrored, turned, relit, cut out, pasted."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps


def crop(picture: Image.Image, x0: float, y0: float, x1: float, y1: float) -> Image.Image:
    """The part between two corners, given as fractions of width and height."""
    w, h = picture.size
    return picture.crop((round(x0 * w), round(y0 * h), round(x1 * w), round(y1 * h)))


def mirror(picture: Image.Image) -> Image.Image:
    """Left and right exchanged."""
    return ImageOps.mirror(picture)


def turn(picture: Image.Image, degrees: float) -> Image.Image:
    """Turned counter-clockwise and cropped so that no corner is empty."""
    w, h = picture.size
    angle = math.radians(abs(degrees))
    sine, cosine = math.sin(angle), math.cos(angle)
    # The largest scale of the same shape that fits inside the turned picture.
    scale = min(w / (w * cosine + h * sine), h / (w * sine + h * cosine))
    turned = picture.rotate(degrees, Image.Resampling.BICUBIC)
    dx, dy = w * (1 - scale) / 2, h * (1 - scale) / 2
    return turned.crop((math.ceil(dx), math.ceil(dy), math.floor(w - dx), math.floor(h - dy)))


def light(picture: Image.Image, brightness: float, contrast: float, warmth: float) -> Image.Image:
    """Other light: 1.0 leaves as it is; warmth above 1 is an evening, below 1 a cloudy noon."""
    picture = ImageEnhance.Brightness(picture).enhance(brightness)
    picture = ImageEnhance.Contrast(picture).enhance(contrast)
    red, green, blue = picture.split()
    return Image.merge(
        "RGB",
        (
            red.point([min(255, round(v * warmth)) for v in range(256)]),
            green,
            blue.point([min(255, round(v / warmth)) for v in range(256)]),
        ),
    )


def grey(picture: Image.Image) -> Image.Image:
    """Black and white."""
    return ImageOps.grayscale(picture).convert("RGB")


def tint(picture: Image.Image, dark: str, bright: str) -> Image.Image:
    """A black-and-white picture coloured between two colours."""
    stretched = ImageOps.autocontrast(ImageOps.grayscale(picture), cutoff=1)
    return ImageOps.colorize(stretched, dark, bright)


def canvas(picture: Image.Image, width: int, height: int) -> Image.Image:
    """Scaled and cropped around its middle to exactly width x height pixels."""
    return ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)


def cut_out(picture: Image.Image, outline: Sequence[Sequence[int]]) -> Image.Image:
    """What lies inside the hand-drawn `outline` ([x, y] pixels), with soft edges, as RGBA."""
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).polygon([(x, y) for x, y in outline], fill=255)
    # Soft along the outline, full where the subject reaches the picture's own border.
    margin = 8
    padded = Image.fromarray(np.pad(np.asarray(mask), margin, mode="edge"))
    soft = padded.filter(ImageFilter.GaussianBlur(1.5))
    cut = picture.convert("RGBA")
    cut.putalpha(soft.crop((margin, margin, margin + picture.width, margin + picture.height)))
    return cut.crop(mask.getbbox())


def place(
    picture: Image.Image, cut: Image.Image, along: float, height: float, *, mirrored: bool
) -> Image.Image:
    """`cut` standing on the picture's lower edge.

    along: 0 at the left edge, 1 at the right. height: as a fraction of the picture's.
    """
    if mirrored:
        cut = ImageOps.mirror(cut)
    tall = round(height * picture.height)
    cut = cut.resize((round(cut.width * tall / cut.height), tall), Image.Resampling.LANCZOS)
    pasted = picture.copy()
    pasted.paste(cut, (round(along * (picture.width - cut.width)), picture.height - tall), cut)
    return pasted


STEPS: dict[str, Callable[..., Image.Image]] = {
    "crop": crop,
    "mirror": mirror,
    "turn": turn,
    "light": light,
    "grey": grey,
    "tint": tint,
    "canvas": canvas,
}
