"""Videos, shown as photos: a frame that is worth looking at, and a few more from other moments.

FFmpeg decodes only frames that stand by themselves, so that a film costs no more than a clip.
Whatever is in the file, it is done with after some `PATIENCE`.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import io
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO

from engine.errors import PhotoError
from engine.photos import embedded
from engine.photos.decoded import Decoded, fitted, is_flat, one_large, refuse_above, sentences
from engine.photos.formats import Format
from engine.photos.hints import Hints, Stored
from engine.photos.metadata import PhotoInfo, camera, moment, place, text
from engine.photos.xmp import MOST_TEXT, keywords

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

    from engine.photos.decoded import Picture

PATIENCE = 3.0
"""Seconds of work; what was decoded by then is what there is. Waiting for a disk does not count."""

MOMENTS = (0.0, 0.1, 0.35, 0.6, 0.85)
"""Where frames are taken from, as fractions of the length."""

FRAMES = 4
"""At most so many pictures of one video, the best one included."""

_READ_ON = 600
"""Frames, one after the other, in which something is looked for where all moments are flat."""

_4K = 9_000_000
"""Pixels. Of anything larger the few frames that a decoder keeps are a lot of memory."""

_LARGEST_PIECE = 160 << 20
"""Bytes that FFmpeg may ask for at once: a frame of the largest kind, and some."""

_APPLE = "com.apple.quicktime."
_ISO_6709 = re.compile(r"([+-]\d+(?:\.\d+)?)([+-]\d+(?:\.\d+)?)")
_UNSET_CLOCK = "1971"


def decode(
    file: BinaryIO | io.FileIO, kind: Format, longest_side: int, sidecars: Sequence[bytes] = ()
) -> Decoded:
    """Decode a video; `file` is read from where FFmpeg wants. Raises PhotoError.

    The picture is the first frame among a few that is neither black nor otherwise flat.
    """
    import av

    _bound_memory()
    clock = _Clock(file)
    with (
        sentences(kind.name),
        av.open(
            clock,
            "r",
            format=kind.decoder,  # no other: some would open further files or the network
            options={"max_pixels": str(kind.megapixels * 1_000_000)},
            metadata_errors="replace",
        ) as container,
    ):
        stream = _picture_stream(container)
        refuse_above(kind.megapixels, stream.width, stream.height)
        # Photos are read in parallel, not parts of one video.
        stream.codec_context.thread_count = 1
        with one_large if stream.width * stream.height > _4K else contextlib.nullcontext():
            pictures, size = _pictures(container, stream, longest_side, clock)
        info = _info(container, stream, kind)
        hints = embedded.gather(sidecars, Stored(1, *size)).or_else(_hints(container.metadata))
    return Decoded(pictures[0], *size, info, hints, tuple(pictures[1:]))


@functools.cache
def _bound_memory() -> None:
    """Set FFmpeg's limit on one piece of memory, which PyAV knows nothing of.

    Without it a few bytes can claim a billion frames, each with its place in an index.
    """
    import av.buffer

    with contextlib.suppress(OSError, AttributeError):
        limit = ctypes.CDLL(av.buffer.__file__).av_max_alloc
        limit.argtypes, limit.restype = [ctypes.c_size_t], None
        limit(_LARGEST_PIECE)


class _Clock:
    """A file that seems to end when the patience with it does, since nothing else stops FFmpeg."""

    def __init__(self, file: BinaryIO | io.FileIO) -> None:
        self._file = file
        self._file.seek(0)
        # Of this thread: what else the machine does is not this video's fault.
        self._until = time.thread_time() + PATIENCE

    @property
    def is_over(self) -> bool:
        return time.thread_time() > self._until

    def read(self, size: int) -> bytes:
        return b"" if self.is_over else self._file.read(size) or b""

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def _picture_stream(container: InputContainer) -> VideoStream:
    """The first stream of moving pictures; a song's cover is none. Raises PhotoError."""
    from av.stream import Disposition

    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    raise PhotoError("The video holds sound but no pictures.")


def _pictures(
    container: InputContainer, stream: VideoStream, longest_side: int, clock: _Clock
) -> tuple[list[Picture], tuple[int, int]]:
    """Pictures, the best first, and width and height of an upright frame in full."""
    good: list[Picture] = []
    flat: list[Picture] = []
    size = (0, 0)
    for frames in (_at_moments(container, stream), _one_by_one(container, stream)):
        for frame in frames:
            picture, size = _upright(frame, stream, longest_side)
            (flat if frame.is_corrupt or is_flat(picture) else good).append(picture)
            if len(good) == FRAMES or clock.is_over:
                break
        if good or clock.is_over:
            break
    if not good and not flat:
        if clock.is_over:
            raise PhotoError("It takes too long to find a picture in this video.")
        raise PhotoError("The video is damaged or cut short; no picture of it can be decoded.")
    return good or flat[:1], size


def _at_moments(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Frames that stand by themselves near each of `MOMENTS`, each once."""
    stream.codec_context.skip_frame = "NONKEY"
    seen = set()
    for fraction in MOMENTS if container.duration else MOMENTS[:1]:
        with _leniently():
            if fraction:
                start = container.start_time or 0
                container.seek(start + int(fraction * (container.duration or 0)))
            frame = next(container.decode(stream), None)
            if frame is not None and frame.pts not in seen:
                seen.add(frame.pts)
                yield frame


def _one_by_one(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """The frames from the start on, up to the first that shows something."""
    stream.codec_context.skip_frame = "DEFAULT"
    with _leniently():
        container.seek(container.start_time or 0)
        for number, frame in enumerate(container.decode(stream)):
            yield frame
            if number == _READ_ON:
                break


@contextlib.contextmanager
def _leniently() -> Iterator[None]:
    """What cannot be decoded ends here; what could be before counts."""
    from av.error import FFmpegError

    with contextlib.suppress(FFmpegError, OSError, EOFError):
        yield


def _upright(
    frame: VideoFrame, stream: VideoStream, longest_side: int
) -> tuple[Picture, tuple[int, int]]:
    """A frame as it is shown, [h, w, 3], and its width and height in full."""
    import numpy as np

    # Camcorders squeeze wide pictures into narrower frames.
    ratio = float(stream.sample_aspect_ratio or 1)
    width, height = frame.width, frame.height
    if 0.25 <= ratio <= 4:
        width = max(1, round(width * ratio))
    target = fitted(width, height, longest_side)
    small = frame.reformat(*target, format="rgb24", interpolation="BICUBIC", threads=1)
    quarters = round(frame.rotation / 90) % 4
    picture = np.ascontiguousarray(np.rot90(small.to_ndarray(), quarters), np.uint8)
    return picture, (height, width) if quarters % 2 else (width, height)


def _info(container: InputContainer, stream: VideoStream, kind: Format) -> PhotoInfo:
    said = _lower(stream.metadata) | _lower(container.metadata)
    dates = (moment(said.get(key)) for key in (_APPLE + "creationdate", "creation_time", "date"))
    location = said.get(_APPLE + "location.iso6709") or said.get("location") or ""
    match = _ISO_6709.match(location)
    latitude, longitude = place(float(match[1]), float(match[2])) if match else (None, None)
    return PhotoInfo(
        taken_at=next((one for one in dates if one and one >= _UNSET_CLOCK), None),
        latitude=latitude,
        longitude=longitude,
        camera=camera(
            said.get(_APPLE + "make", said.get("make")),
            said.get(_APPLE + "model", said.get("model")),
        ),
        format=kind.name,
        duration=container.duration / 1_000_000 if container.duration else None,
        pair=text(said.get(_APPLE + "content.identifier"))[:200] or None,
    )


def _hints(metadata: Mapping[str, str]) -> Hints:
    said = _lower(metadata)
    return Hints(
        title=text(said.get("title"))[:MOST_TEXT] or None,
        description=text(said.get("description") or said.get("comment"))[:MOST_TEXT] or None,
        keywords=keywords(re.split("[,;]", said.get("keywords", ""))),
    )


def _lower(metadata: Mapping[str, str]) -> dict[str, str]:
    return {key.lower(): value for key, value in metadata.items()}
