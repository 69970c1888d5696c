"""The first pass: every photo read once, made small, encoded and searched for faces."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import PackError
from engine.indexing import stages
from engine.indexing.marks import Marks
from engine.indexing.order import First
from engine.indexing.reading import Reader, Reading, Task, picture_side
from engine.indexing.scanner import Scanner, is_utf8
from engine.indexing.trial import WHY, Trial
from engine.library.hints import Hints, Region
from engine.library.info import Info
from engine.library.library import Library
from engine.library.photos import Photo
from engine.models.protocols import Encoding, Face, ImageTextEncoder, Picture
from engine.news import PHOTOS, PROBLEMS, THUMBNAILS, Change, Tell, Trouble, to_nobody
from engine.progress import Cancel, Meter, Report

if TYPE_CHECKING:
    from engine.models.packs import LoadedPack
    from engine.models.vlm.batching import BatchSize

_log = logging.getLogger(__name__)

BATCH = 16
"""Photos to one model call and one transaction: about a second's work, lost at most once."""

PATIENCE = 2.0
"""Seconds after which what is finished is written, however few photos that are."""

AHEAD = 3 * BATCH
"""Photos decoded before the model asks for them; bounds memory to some 100 MB."""

LOOK = "look"

_ASKED = 32
"""Photos whose places are asked for together."""


@dataclass
class Looked:
    """What the first pass did: photos done, files that failed and why, photos that were away."""

    done: int = 0
    troubles: list[tuple[Path, str]] = field(default_factory=list)
    away: int = 0

    def add(self, other: Looked) -> None:
        """Count in what another one did."""
        self.done += other.done
        self.troubles += other.troubles
        self.away += other.away


class Looking:
    """The first pass over some photos of a library; `result` is what it did so far."""

    def __init__(
        self,
        library: Library,
        pack: LoadedPack,
        report: Report,
        cancel: Cancel,
        threads: int,
        *,
        tell: Tell = to_nobody,
        first: First | None = None,
        alone: bool = False,
    ) -> None:
        """alone: in a process that tries one photo, where no others are suspected."""
        self._library = library
        self._pack = pack
        self._report = report
        self._cancel = cancel
        self._threads = threads
        self._tell = tell
        self._first = First() if first is None else first
        self._versions = stages.versions(pack)
        self._pending: dict[str, set[int]] = {}
        self._alone = alone
        self._size: BatchSize | None = None
        self._marks = Marks(library, LOOK)
        self.result = Looked()

    def look(self, only: Sequence[int] | None = None, scanner: Scanner | None = None) -> Looked:
        """Do whatever is pending, newest photos first; loads no model when nothing is.

        only: these photos alone. scanner: what it found is read on the way and looked at too, so
        that the first photos are done long before the last are known. Raises Cancelled between
        batches; what was done by then is kept.
        """
        with self._marks:
            waiting = self._waiting(only)
            if not self._alone:
                waiting = self._innocent(waiting)
            meter = Meter(LOOK, len(waiting) + (scanner.left if scanner else 0), self._report)
            encoder = self._pack.encoder
            reader = Reader(
                picture_side(self._pack),
                self._pack.faces,
                threads=self._threads,
                ahead=AHEAD,
            )
            for batch in reader.batches(self._tasks(waiting, scanner, meter), BATCH, PATIENCE):
                self._write(batch, encoder)
                meter.advance(len(batch))
                self._cancel.check()
        return self.result

    def _innocent(self, waiting: list[int]) -> list[int]:
        """Those that were not in hand when a program was killed; those that were are tried."""
        suspects = self._marks.suspects(waiting)
        source = self._pack.source
        if not suspects or source is None:
            return waiting
        meter = Meter(LOOK, len(suspects), self._report)
        with Trial(self._library, source, self._cancel) as trial:
            for tried in trial.of(LOOK, suspects):
                if isinstance(tried.result, Looked):
                    self.result.add(tried.result)
                else:
                    self._set_aside(tried.photo_id)
                meter.advance(1)
                self._tell(Change.of(PHOTOS, THUMBNAILS, photos=[tried.photo_id]))
        tried_alone = set(suspects)
        return [one for one in waiting if one not in tried_alone]

    def _set_aside(self, photo_id: int) -> None:
        with self._library.transaction():
            self._fail(photo_id, stages.ALL, WHY)
            self._marks.put_down([photo_id])

    def _waiting(self, only: Sequence[int] | None) -> list[int]:
        """Photos that a stage of the first pass waits for, each once."""
        order: dict[int, None] = {}
        for stage in stages.LOOK:
            version = self._versions.of(stage)
            pending = self._library.stages.pending(stage, version, only, there=only is None)
            self._pending.setdefault(stage, set()).update(pending)
            order.update(dict.fromkeys(pending))
        # Something has changed for these, so whatever failed of them before is tried again too.
        if again := self._library.stages.failed(order):
            self._library.stages.retry(again)
            for stage in stages.LOOK:
                pending = self._library.stages.pending(stage, self._versions.of(stage), again)
                self._pending[stage].update(pending)
        return list(order)

    def _tasks(self, ids: Sequence[int], scanner: Scanner | None, meter: Meter) -> Iterator[Task]:
        upcoming = self._first.order(ids)
        while some := list(islice(upcoming, _ASKED)):
            yield from self._some(some, meter)
        while scanner is not None and (found := scanner.take(_ASKED)) is not None:
            # Of one that lies in two places, the first may be in hand just now.
            waiting = [one for one in self._waiting(found) if one not in self._marks]
            meter.advance(len(found) - len(waiting))  # known by its content, or there twice
            yield from self._some(waiting, meter)

    def _some(self, ids: Sequence[int], meter: Meter) -> Iterator[Task]:
        # Those that lie nowhere left the library while they waited.
        photos = [one for one in self._library.photos.many(ids).values() if one.paths]
        meter.advance(len(ids) - len(photos))
        self._marks.take([one.id for one in photos])
        for photo in photos:
            yield Task(
                photo_id=photo.id,
                contents={photo.content_hash, *photo.others},
                paths=self._paths(photo),
                thumbnail=photo.id in self._pending[stages.THUMBNAIL],
                picture=photo.id in self._pending[stages.ENCODE],
                faces=photo.id in self._pending[stages.FACES],
            )

    def _paths(self, photo: Photo) -> Sequence[Path]:
        """Where to look for a photo: of files that hold different words, at the newest first."""
        if not photo.others:
            return photo.paths
        places = {path: self._library.photos.place(path) for path in photo.paths}
        times = {path: place.mtime_ns for path, place in places.items() if place is not None}
        return sorted(times, key=lambda path: -times[path])

    def _write(self, batch: Sequence[Reading], encoder: ImageTextEncoder) -> None:
        """Encode a batch and store all that came of it, in one transaction."""
        good = [reading for reading in batch if not reading.away and reading.error is None]
        encodings, refused = self._encode(encoder, [one for one in good if one.picture is not None])
        library, versions = self._library, self._versions
        known = len(self.result.troubles)
        with library.transaction():
            library.info.put_many({one.photo_id: _info(one) for one in good})
            library.hints.put_many({one.photo_id: _hints(one) for one in good})
            library.thumbnails.put_many(
                {one.photo_id: one.thumbnail for one in good if one.thumbnail is not None}
            )
            library.encodings.put_many(versions.encode, encodings)
            faces: dict[int, list[Face]] = {
                one.photo_id: one.faces for one in good if one.faces is not None
            }
            library.faces.put_many(versions.faces, faces)
            done = {one.photo_id for one in good}
            finished = {
                stages.READ: done & self._pending[stages.READ],
                stages.THUMBNAIL: {one.photo_id for one in good if one.thumbnail is not None},
                stages.ENCODE: set(encodings),
                stages.FACES: set(faces),
            }
            for stage, ids in finished.items():
                library.stages.finish_many(stage, versions.of(stage), sorted(ids))
            cleared = self._clear_problems(good)
            for photo_id, reason in refused.items():
                self._fail(photo_id, (stages.ENCODE, stages.RECOGNISE, stages.CAPTION), reason)
            for one in good:
                if one.face_error is not None:
                    self._fail(one.photo_id, (stages.FACES,), one.face_error)
            for one in batch:
                self._settle(one)
            self._marks.put_down([one.photo_id for one in batch])
        self.result.done += len(good)
        self._tell(Change.of(PHOTOS, THUMBNAILS, photos=done))
        for path, reason in self.result.troubles[known:]:
            self._tell(Trouble(path, reason))
        if cleared or self.result.troubles[known:]:
            self._tell(Change.of(PROBLEMS))

    def _encode(
        self, encoder: ImageTextEncoder, readings: Sequence[Reading]
    ) -> tuple[dict[int, Encoding], dict[int, str]]:
        """Encodings by photo id, and for those the model refused, why.

        A batch for which there is no memory is halved, for good. When one fails for another reason
        its photos are tried one by one, so that one cannot take others with it.
        """
        pictures = [picture for one in readings for picture in one.moments]
        if not pictures:
            return {}, {}
        try:
            encoded = self._in_parts(pictures, encoder)
        except PackError:
            raise  # no photo's fault
        except Exception as error:
            if len(readings) == 1:
                _log.warning("A photo could not be encoded (%s).", type(error).__name__)
                reason = f"It could not be looked at ({type(error).__name__})."
                return {}, {readings[0].photo_id: reason}
            good: dict[int, Encoding] = {}
            bad: dict[int, str] = {}
            for reading in readings:
                some, refused = self._encode(encoder, [reading])
                good.update(some)
                bad.update(refused)
            return good, bad
        upcoming = iter(encoded)
        return {
            one.photo_id: _together(list(islice(upcoming, len(one.moments)))) for one in readings
        }, {}

    def _in_parts(self, pictures: Sequence[Picture], encoder: ImageTextEncoder) -> list[Encoding]:
        if self._size is None:
            try:
                return encoder.encode_pictures(pictures)
            except (RuntimeError, MemoryError) as error:
                from engine.models.vlm.batching import BatchSize, ran_out_of_memory

                if len(pictures) == 1 or not ran_out_of_memory(error):
                    raise
                self._size = BatchSize(len(pictures) // 2)
        return self._size.run(pictures, encoder.encode_pictures)

    def _settle(self, reading: Reading) -> None:
        """Record what is wrong with a photo's files."""
        if reading.away:
            self.result.away += 1
        bad = dict(reading.bad_places)
        if reading.error is not None:
            for stage in stages.ALL:
                version = self._versions.of(stage)
                self._library.stages.fail(reading.photo_id, stage, version, reading.error)
            photo = self._library.photos.get(reading.photo_id)
            for path in photo.paths if photo else ():
                bad.setdefault(path, reading.error)  # one that was found meanwhile is as bad
        for path, reason in bad.items():
            self._problem(path, reason)

    def _clear_problems(self, readings: Sequence[Reading]) -> bool:
        """What kept photos from being read before is over; whether anything did."""
        places = [path for one in readings for path in one.good_places]
        # What is to say about a name is still true.
        over = [one for one in self._library.problems.for_paths(places) if is_utf8(one)]
        self._library.problems.clear_many(over)
        return bool(over)

    def _fail(self, photo_id: int, names: Sequence[str], reason: str) -> None:
        for stage in names:
            self._library.stages.fail(photo_id, stage, self._versions.of(stage), reason)
        photo = self._library.photos.get(photo_id)
        for path in photo.paths if photo else ():
            self._problem(path, reason)

    def _problem(self, path: Path, reason: str) -> None:
        place = self._library.photos.place(path)
        size, mtime_ns = (place.size, place.mtime_ns) if place else (None, None)
        self._library.problems.put(path, reason, size, mtime_ns)
        self.result.troubles.append((path, reason))


def _info(reading: Reading) -> Info:
    info, said = reading.info, reading.hints
    assert info is not None
    latitude, longitude = info.latitude, info.longitude
    if latitude is None or longitude is None:
        # What others wrote of when and where counts where the camera did not say.
        latitude, longitude = said.place or (None, None)
    return Info(
        width=reading.width,
        height=reading.height,
        taken_at=info.taken_at or said.taken_at,
        latitude=latitude,
        longitude=longitude,
        camera=info.camera,
        format=info.format,
        duration=info.duration,
        pair=info.pair,
    )


def _hints(reading: Reading) -> Hints:
    said = reading.hints
    return Hints(
        title=said.title,
        description=said.description,
        keywords=said.keywords,
        rating=said.rating,
        regions=tuple(Region(one.box, one.name, one.kind) for one in said.regions),
        taken_at=said.taken_at,
        place=said.place,
    )


def _together(moments: Sequence[Encoding]) -> Encoding:
    """A video's encoding: searched for by what all its moments show, read by the first."""
    if len(moments) == 1:
        return moments[0]
    import numpy as np

    mean = np.mean([one.embedding.astype(np.float32) for one in moments], axis=0)
    unit = mean / max(float(np.linalg.norm(mean)), 1e-6)
    return replace(moments[0], embedding=unit.astype(np.float16))
