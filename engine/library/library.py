"""The library: two databases in one home folder, and a small object for each kind of row."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

from engine.errors import Damaged, LibraryError, UsageError
from engine.library import backups, mending, opening, restoring
from engine.library.absence import Absence
from engine.library.albums import Albums
from engine.library.captions import Captions
from engine.library.carried import CarriedNames
from engine.library.concepts import Concepts
from engine.library.contents import Contents
from engine.library.decisions import Decisions
from engine.library.encodings import Encodings
from engine.library.faces import Faces
from engine.library.folders import Folders
from engine.library.groups import Groups
from engine.library.hints import PhotoHints
from engine.library.in_hand import InHand
from engine.library.info import Infos
from engine.library.jobs import Jobs
from engine.library.learned import LearnedParts
from engine.library.merges import Merges
from engine.library.people import People
from engine.library.photos import Photos
from engine.library.problems import Problems
from engine.library.put_away import PutAway
from engine.library.review import Review
from engine.library.settings import Settings
from engine.library.sidecars import Sidecars
from engine.library.sightings import Sightings
from engine.library.splits import Splits
from engine.library.spots import Spots
from engine.library.stages import Stages
from engine.library.store import Store
from engine.library.strangers import Strangers
from engine.library.tags import Tags
from engine.library.thumbnails import Thumbnails
from engine.library.timeline import Timelines
from engine.library.trash import Trash
from engine.library.trips import Trips
from engine.library.versions import Versions

_log = logging.getLogger(__name__)


class Library:
    """An open library; made by `Library.open`, used from any thread, closed once.

    Each thread has its own connections. Every method that writes is one transaction, or part of
    the one opened by `transaction()` in the same thread; one thread of a process writes at a time.
    Every error of the files themselves is a `LibraryError` whose text is a sentence for the owner;
    what does not exist or makes no sense is a `UsageError`.
    """

    def __init__(
        self, home: Path, catalogue: Store, index: Store, *, mended: Sequence[str] = ()
    ) -> None:
        """mended: what had to be mended as it was opened, in sentences for the owner."""
        self.home = home
        self.mended = tuple(mended)
        self._catalogue = catalogue
        self._index = index
        self._blueprints = _blueprints()
        versions = Versions(index)
        self.put_away = put_away = PutAway(catalogue)
        self.absence = Absence(catalogue, index, put_away)
        self.folders = Folders(catalogue, self.absence, put_away)
        self.contents = Contents(catalogue)
        self.photos = Photos(catalogue, put_away, self.contents)
        self.trash = Trash(catalogue, put_away)
        self.albums = Albums(catalogue)
        self.settings = Settings(catalogue)
        self.info = Infos(index)
        self.timelines = Timelines(catalogue, index)
        self.hints = PhotoHints(index)
        self.sidecars = Sidecars(index)
        self.stages = Stages(index, versions, self.photos, self.info)
        self.captions = Captions(catalogue, index, versions, self.stages)
        merges = Merges(catalogue)
        self.concepts = Concepts(catalogue, index, merges, self.captions)
        self.tags = Tags(catalogue, merges)
        self.decisions = Decisions(catalogue, merges)
        self.sightings = Sightings(catalogue, index, versions, merges)
        self.people = People(
            index, merges, self.concepts, self.photos, self.tags, self.sightings, put_away
        )
        self.splits = Splits(
            catalogue, index, self.concepts, self.tags, self.decisions, self.sightings
        )
        self.review = Review(index, self.concepts, self.sightings, self.photos, merges)
        self.strangers = Strangers(catalogue)
        self.carried = CarriedNames(
            catalogue,
            index,
            merges,
            self.concepts,
            self.sightings,
            self.strangers,
        )
        self.groups = Groups(catalogue, index, self.strangers)
        self.spots = Spots(index)
        self.trips = Trips(catalogue, index, self.concepts, put_away)
        self.encodings = Encodings(index, versions)
        self.faces = Faces(index, versions)
        self.thumbnails = Thumbnails(index)
        self.problems = Problems(index, put_away)
        self.learned = LearnedParts(index)
        self.jobs = Jobs(index)
        self.in_hand = InHand(index)

    @classmethod
    def open(cls, home: Path, *, create: bool = True, whole: bool = False) -> Library:
        """Open the library in `home`, making, mending or migrating its files as needed.

        whole: look for damage everywhere, however long it takes. Raises LibraryError, with the
        files left as they are, if there is none and `create` is False, if library.db is damaged
        and there is no backup of it, or if a newer version of Familiar made one of them.
        """
        home = Path(home).absolute()
        catalogue, index = blueprints = _blueprints()
        try:
            has_catalogue = (home / catalogue.file_name).exists()
            has_index = (home / index.file_name).exists()
        except OSError as error:
            raise _unusable(home, error) from error
        if not has_catalogue and has_index:
            raise LibraryError(
                f"{home / catalogue.file_name} is missing. Put it back, or a copy from "
                f"{home / 'backups'}; to start anew, delete {index.file_name} beside it."
            )
        if not has_catalogue and not create:
            raise LibraryError(f"There is no library in {home} yet.")
        try:
            # What is in here is nobody else's business.
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise _unusable(home, error) from error
        pending, mended = mending.examine(home, blueprints, whole=whole)
        for blueprint in blueprints:
            if not (home / blueprint.file_name).exists():
                opening.make(home, blueprint)
        lock = threading.RLock()
        with contextlib.ExitStack() as undo:
            stores = []
            for blueprint, names in zip(blueprints, pending, strict=True):
                store = opening.connect(home, blueprint, lock, names)
                undo.callback(store.close)
                stores.append(store)
            _belong_together(*stores)
            undo.pop_all()
        return cls(home, *stores, mended=mended)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing for every write of this thread inside it, in both files; keep it short.

        Both commit at the end, library.db first: if the machine stops between the two, only what
        can be made again is missing.
        """
        with self._index.transaction(), self._catalogue.transaction():
            yield

    def written(self) -> tuple[int, int]:
        """Numbers for library.db and index.db; one differs from what this thread got before once
        another thread or program has written to that file."""
        return self._catalogue.version(), self._index.version()

    def back_up(self) -> Path:
        """Copy library.db, whole and consistent, into the home's backups; the copy's path."""
        return backups.back_up(self._catalogue.path, self.home / "backups")

    @staticmethod
    def restore(home: Path, file: Path) -> Path | None:
        """Put a backup in library.db's place, before it is opened; see `restoring.restore`."""
        return restoring.restore(Path(home).absolute(), _blueprints(), file)

    def verify(self) -> int:
        """Ask for what is missing or damaged in index.db; how many photos (see `verifying`)."""
        from engine.library.verifying import verify

        return verify(self._index, self.stages)

    def backups(self) -> list[Path]:
        """The backups of library.db, oldest first."""
        return backups.backups_of(self._catalogue.path, self.home / "backups")

    def back_up_to(self, file: Path) -> None:
        """Copy library.db, whole and consistent, to a file that must not exist yet.

        Raises UsageError when it does, LibraryError when it cannot be made.
        """
        if file.exists():
            raise UsageError(f"There is already a file {file}.")
        if not file.absolute().parent.is_dir():
            raise LibraryError(f"There is no folder {file.parent}.")
        backups.copy_to(self._catalogue.path, file.absolute())

    def keep_backup(self, *, closing: bool = False) -> Path | None:
        """Back library.db up if it has changed and some time has gone by since that was last done,
        or if this is the end of work; the copy, if any.

        Never raises: a disk that is full must not stop what the owner is doing.
        """
        path, folder = self._catalogue.path, self.home / "backups"
        try:
            return backups.keep_up(path, folder, time.time(), closing=closing)
        except Damaged:
            _log.warning("library.db is damaged and was not backed up")
            opening.suspect(self.home, self._blueprints[0])
            return None
        except LibraryError as error:
            _log.warning("library.db was not backed up (%s)", type(error.__cause__).__name__)
            return None

    def close(self) -> None:
        """Close both files, after a backup of what was written. Threads that still use the
        library must have ended before."""
        stores = (self._catalogue, self._index)
        for store in stores:
            store.close()
        sound = [b for b, one in zip(self._blueprints, stores, strict=True) if not one.damaged]
        opening.mark_clean(self.home, sound)
        if self._catalogue.written and not self._catalogue.damaged:
            self.keep_backup(closing=True)

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _unusable(home: Path, error: OSError) -> LibraryError:
    return LibraryError(f"The library's folder {home} cannot be used ({error.strerror}).")


def _blueprints() -> tuple[opening.Blueprint, opening.Blueprint]:
    # sqlite-utils takes a quarter of a second to import: only when a library is opened.
    from engine.library import catalogue_schema, index_schema

    return (
        opening.Blueprint(
            file_name="library.db",
            migrations=catalogue_schema.catalogue,
            advice="Familiar left it untouched; put back a copy of it if you have one.",
            pragmas=(
                "synchronous=FULL",
                "fullfsync=ON",  # what FULL means on macOS
                "foreign_keys=ON",
                "cache_size=-16384",
            ),
        ),
        opening.Blueprint(
            file_name="index.db",
            migrations=index_schema.index,
            advice="Deleting it is safe: Familiar makes it again from the photos.",
            pragmas=(
                "journal_mode=WAL",
                "synchronous=NORMAL",
                "cache_size=-16384",
                "journal_size_limit=67108864",
            ),
            page_size=8192,
            heavy=index_schema.HEAVY,
            precious=False,
        ),
    )


def _belong_together(catalogue: Store, index: Store) -> None:
    """Refuse an index made for another library: its concept numbers mean other people."""
    question = "SELECT value FROM about WHERE key = 'library_id'"
    ours = catalogue.row(question)
    theirs = index.row(question)
    if ours is None:
        raise LibraryError(f"{catalogue.path} is damaged: it does not say which library it is.")
    if theirs is None:
        index.run("INSERT OR IGNORE INTO about VALUES ('library_id', ?)", (ours[0],))
    elif theirs != ours:
        raise LibraryError(
            f"{index.path} belongs to another library. "
            "Deleting it is safe: Familiar makes it again from the photos."
        )
