"""Indexing a library from end to end: found, looked at, recognised, captioned.

What is cheap comes first for the whole library, captions follow. Every stage goes on from where it
was: what is recorded as done for a photo and a model's version is never done again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.albums.gazetteer import locate_photos
from engine.albums.making import make_albums
from engine.concepts.captioning import BATCH, Captioned, caption_photos
from engine.concepts.enrolment import Lessons
from engine.concepts.groups import group_faces
from engine.concepts.learning import learn_embedding
from engine.concepts.recognising import Heads, recognise_photos
from engine.errors import FamiliarError, LibraryError
from engine.indexing import stages
from engine.indexing.lock import only_writer
from engine.indexing.looking import Looking
from engine.indexing.marks import Marks
from engine.indexing.order import First
from engine.indexing.reading import picture_side
from engine.indexing.scanner import Scanner, Touched
from engine.indexing.trial import WHY, Trial
from engine.library.library import Library
from engine.models import threads
from engine.news import ALBUMS, CAPTIONS, SIGHTINGS, Change, Tell, to_nobody
from engine.progress import Cancel, Cancelled, Meter, Report, SetAside

if TYPE_CHECKING:
    from engine.models.packs import LoadedPack

_JOB = "index"
_TOGETHER = 512


@dataclass
class Indexed:
    """What a run of indexing did.

    troubles: files that could not be taken this time, each with its reason; notes: files that
    were, with a remark. away: photos whose files are not there right now; trashed: photos that
    left the library, because their files were deleted. waiting: photos that are to be recognised
    again. scanner: how far the folders were gone through.
    """

    files: int = 0
    added: int = 0
    looked: int = 0
    captioned: int = 0
    away: int = 0
    trashed: int = 0
    troubles: list[tuple[Path, str]] = field(default_factory=list)
    notes: list[tuple[Path, str]] = field(default_factory=list)
    waiting: set[int] = field(default_factory=set, repr=False)
    scanner: Scanner | None = field(default=None, repr=False)


class Indexer:
    """Takes a library's photos through their stages; `first` are those that come before others."""

    def __init__(
        self,
        library: Library,
        pack: LoadedPack,
        report: Report,
        cancel: Cancel,
        *,
        readers: int | None = None,
        tell: Tell = to_nobody,
        first: First | None = None,
    ) -> None:
        self._library = library
        self._pack = pack
        self._report = report
        self.cancel = cancel
        self._readers = readers or min(4, threads.cores())
        self._tell = tell
        self._first = First() if first is None else first

    def run(
        self,
        *,
        captions: bool = True,
        touched: Touched | None = None,
        result: Indexed | None = None,
    ) -> Indexed:
        """Scan every folder and do all that is pending.

        touched: only what is new there, at the cost of what is new, however large the library.
        result: of an earlier run that was set aside, to go on from there and be added to. Raises
        Cancelled when asked to stop, with everything finished so far kept; LibraryError when
        another process is at work on this library.
        """
        result = Indexed() if result is None else result
        with only_writer(self._library.home):
            self._library.jobs.interrupt_running()
            job = self._library.jobs.start(_JOB)
            try:
                if result.scanner is None:
                    result.scanner = self._survey(touched)
                if touched is None or touched.everything:
                    self._everything(result, result.scanner, captions)
                else:
                    self._news(result, result.scanner, captions)
            except SetAside:
                self._library.jobs.forget(job)  # done once more, it will be one job again
                raise
            except (Cancelled, KeyboardInterrupt):
                self._library.jobs.finish(job, "cancelled")
                raise
            except BaseException as error:
                self._library.jobs.finish(job, "failed", type(error).__name__)
                raise
            self._library.jobs.progress(job, result.looked + result.captioned)
            self._library.jobs.finish(job)
            self._library.keep_backup()
        return result

    def _everything(self, result: Indexed, scanner: Scanner, captions: bool) -> None:
        self.look(result, scanner=scanner)
        locate_photos(self._library, self.cancel)
        self.learn_heads()
        self.recognise()
        self.group_faces()
        short = self.learn_embeddings() if captions else None
        if captions:
            self.caption(result)
        self.make_albums()
        if short is not None:
            raise short

    def _news(self, result: Indexed, scanner: Scanner, captions: bool) -> None:
        self.look(result, scanner.result.ids, scanner)
        ids = list(dict.fromkeys(scanner.result.ids))
        self.recognise(ids)
        if captions:
            self.caption(result, ids)

    def look(
        self,
        result: Indexed,
        only: Sequence[int] | None = None,
        scanner: Scanner | None = None,
    ) -> None:
        """The first pass over what is pending, or over those of `only` that are, and over what a
        scanner has found."""
        looking = Looking(
            self._library,
            self._pack,
            self._report,
            self.cancel,
            self._readers,
            tell=self._tell,
            first=self._first,
        )
        try:
            looking.look(only, scanner)
        finally:
            result.looked += looking.result.done
            # They wait, so another run meets them again.
            result.away = looking.result.away + len(self._library.absence.away(only))
            result.troubles += looking.result.troubles
            if scanner is not None:
                _add(result, scanner)

    def recognise(self, only: Sequence[int] | None = None) -> None:
        """Every head over the photos that no head has read yet."""
        version = stages.versions(self._pack).recognise
        ids = self._library.stages.pending(stages.RECOGNISE, version, only)
        # Photos that are not encoded yet wait for it: they would only seem to show nobody.
        ready = self._library.stages.done(stages.ENCODE, self._pack.encoder.version, only)
        ready &= self._library.stages.settled(stages.FACES, self._pack.faces.version, only)
        ids = [one for one in ids if one in ready]
        if not ids:
            return
        heads = Heads.load(self._library, self._pack)
        meter = Meter(stages.RECOGNISE, len(ids), self._report)
        for start in range(0, len(ids), _TOGETHER):
            self.cancel.check()
            batch = ids[start : start + _TOGETHER]
            with self._library.transaction():
                changed = recognise_photos(self._library, self._pack, heads, batch)
                self._library.captions.mark_stale(changed)
                self._library.stages.finish_many(stages.RECOGNISE, version, batch)
            self._tell(Change.of(SIGHTINGS, photos=batch))
            if changed:
                self._tell(Change.of(CAPTIONS, photos=changed))
            meter.advance(len(batch))

    def group_faces(self) -> None:
        """Those that nobody has named, by whom they look like."""
        if group_faces(self._library, self._pack, self._report, self.cancel):
            # Who else is there is different now; no photo looks different for it.
            self._tell(Change.of(SIGHTINGS, photos=()))

    def make_albums(self) -> None:
        """The trips and days among the photos, with titles from their places and captions."""
        if make_albums(self._library, self.cancel):
            self._tell(Change.of(ALBUMS))

    def learn_heads(self) -> None:
        """Heads for those whose photos or features have changed since they were taught."""
        Lessons(self._library, self._pack).learn_rest(self.cancel)

    def learn_embeddings(self) -> FamiliarError | None:
        """Likewise embeddings, so that captions can name everyone who is recognised.

        What kept one from being learned, if anything did, when all others are. Raises LibraryError
        at once: where the library cannot be written, nothing else can be done either.
        """
        fault: FamiliarError | None = None
        for concept in self._library.concepts.all():
            self.cancel.check()
            try:
                learn_embedding(self._library, self._pack, concept, self._report, self.cancel)
            except LibraryError:
                raise
            except FamiliarError as error:
                fault = error
        return fault

    def caption(self, result: Indexed, only: Sequence[int] | None = None) -> None:
        """Captions for what is pending, newest first."""
        version = stages.versions(self._pack).caption
        ids = self._library.stages.pending(stages.CAPTION, version, only)
        ready = self._library.stages.done(stages.ENCODE, self._pack.encoder.version, only)
        ids = [one for one in ids if one in ready]
        captioned = Captioned()
        try:
            with Marks(self._library, stages.CAPTION) as marks:
                ids = self._innocent(marks, ids, version, captioned)
                caption_photos(
                    self._library,
                    self._pack,
                    ids,
                    self._report,
                    self.cancel,
                    result=captioned,
                    tell=self._tell,
                    order=lambda some: marks.through(self._first.order(some), BATCH),
                )
        finally:
            result.captioned += captioned.done
            photos = self._library.photos.many(list(captioned.refused))
            for photo_id, reason in captioned.refused.items():
                result.troubles += [(path, reason) for path in photos[photo_id].paths]

    def _innocent(
        self, marks: Marks, ids: list[int], version: str, captioned: Captioned
    ) -> list[int]:
        """Photos that were not in hand when a program was killed; those that were are tried."""
        suspects = marks.suspects(ids)
        source = self._pack.source
        if not suspects or source is None:
            return ids
        with Trial(self._library, source, self.cancel) as trial:
            for tried in trial.of(stages.CAPTION, suspects):
                if isinstance(tried.result, Captioned):
                    captioned.add(tried.result)
                    self._tell(Change.of(CAPTIONS, photos=[tried.photo_id]))
                    continue
                with self._library.transaction():
                    self._library.stages.fail(tried.photo_id, stages.CAPTION, version, WHY)
                    marks.put_down([tried.photo_id])
                captioned.refused[tried.photo_id] = WHY
        tried_alone = set(suspects)
        return [one for one in ids if one not in tried_alone]

    def _survey(self, touched: Touched | None = None) -> Scanner:
        scanner = Scanner(
            self._library,
            self._report,
            self.cancel,
            self._tell,
            side=lambda: picture_side(self._pack),
        )
        folders = self._library.folders.all()
        if touched is None or touched.everything:
            scanner.survey(folders, touched.busy if touched else ())
        else:
            scanner.survey_within(folders, touched)
        return scanner


def _add(result: Indexed, scanner: Scanner) -> None:
    """Add what a scan has found since it was last added."""
    scan = scanner.result
    result.files, result.added, result.trashed = scan.files, scan.added, scan.trashed
    result.troubles += scan.troubles
    result.notes += scan.notes
    scan.troubles, scan.notes = [], []
