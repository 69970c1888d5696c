"""Real videos for tests, encoded on the spot in milliseconds."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

from tests.photos.pictures import corners

if TYPE_CHECKING:
    from engine.photos.decoded import Picture


@dataclass(frozen=True)
class Codec:
    """A container as FFmpeg names it, with an encoder and the pixels that it takes."""

    container: str
    encoder: str
    pixels: str = "yuv420p"
    options: Mapping[str, str] = field(default_factory=dict)
    flags: str = "use_metadata_tags"


_QUIET = {"preset": "ultrafast", "threads": "1"}
H264 = Codec("mp4", "libx264", options=_QUIET)
FRAGMENTED = Codec("mp4", "libx264", options=_QUIET, flags="frag_keyframe+empty_moov")
QUICKTIME = Codec("mov", "libx264", options=_QUIET)
HEVC_10_BIT = Codec(
    "mov",
    "libx265",
    "yuv420p10le",
    {"preset": "ultrafast", "x265-params": "log-level=none:pools=1"},
)
MATROSKA = Codec("matroska", "libx264", options=_QUIET)
WEBM = Codec("webm", "libvpx-vp9", options={"deadline": "realtime", "cpu-used": "8"})
AVI = Codec("avi", "mpeg4")
UNCOMPRESSED = Codec("avi", "rawvideo")
MPEG = Codec("mpeg", "mpeg2video")
MPEG_TS = Codec("mpegts", "libx264", options=_QUIET)
WMV = Codec("asf", "wmv2")
PHONE_OF_2005 = Codec("3gp", "h263")
MOTION_JPEG = Codec("mov", "mjpeg", "yuvj420p")


def black(width: int = 96, height: int = 64) -> Picture:
    """A frame that shows nothing."""
    return np.zeros((height, width, 3), np.uint8)


def movie(
    frames: Sequence[Picture] | None = None,
    codec: Codec = H264,
    *,
    rate: int = 25,
    keys: int = 5,
    rotation: int = 0,
    aspect: Fraction | None = None,
    about: Mapping[str, str] | None = None,
) -> bytes:
    """A video of these frames; by default one second of `corners()`.

    keys: every so many frames one stands by itself; rotation: degrees that it is turned
    counter-clockwise to be shown; aspect: of one pixel; about: metadata of the file.
    """
    frames = [corners()] * 25 if frames is None else frames
    out = io.BytesIO()
    options = {"movflags": codec.flags} if codec.container in ("mp4", "mov") else {}
    with av.open(out, "w", format=codec.container, options=options) as container:
        container.metadata.update(about or {})
        stream = container.add_stream(codec.encoder, rate=rate)
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = codec.pixels
        stream.gop_size = keys
        stream.options = dict(codec.options)
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation:
            stream.set_display_rotation(rotation)
        for picture in frames:
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return out.getvalue()


def sound(container: str = "mp4") -> bytes:
    """A file with a second of silence and no picture at all."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream("aac", rate=16_000)
        for at in range(0, 16_000, 1024):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
            frame.sample_rate, frame.pts = 16_000, at
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
    return out.getvalue()
