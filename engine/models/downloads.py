"""Downloaded packs on disk: got, checked, removed.

A pack is downloaded into `<name>.partial` beside its final place and moved there when every file
is complete and checked, so what bears a pack's name was whole once.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.errors import PackError, UsageError
from engine.models import manifest
from engine.models.hub import Hub, HubFile, Listing
from engine.models.machine import free_space, in_words
from engine.models.manifest import Manifest, StoredFile, StoredPart
from engine.models.pack import Pack
from engine.progress import Cancel, Meter, Report, silent

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    fcntl = None  # type: ignore[assignment]

VARIABLE = "FAMILIAR_PACKS"

MARGIN = 10**9
"""Bytes that stay free on the disk whatever is downloaded."""

DOWNLOAD = "download"
VERIFY = "verify"
STAGES = {DOWNLOAD: "Downloading (MB)", VERIFY: "Checking files (MB)"}
"""The stages that are reported, counted in megabytes, and how they are called for people."""

_LOCK = "lock"


def packs_folder() -> Path:
    """Where packs lie: FAMILIAR_PACKS, or the system's place for such data.

    Beside the default library, not in it: all libraries share them, and a library can be deleted
    or backed up without them.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return Path(chosen).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("Familiar-packs", appauthor=False)


class Downloads:
    """The packs folder."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        hub: Hub | None = None,
        free: Callable[[Path], int] = free_space,
    ) -> None:
        """free: bytes free on the disk that holds a folder."""
        self.folder = packs_folder() if folder is None else folder
        self._hub = Hub() if hub is None else hub
        self._free = free

    def place(self, pack: Pack) -> Path:
        """Where a pack lies once it is downloaded."""
        return self.folder / pack.name

    def has(self, pack: Pack) -> bool:
        """Whether all of a pack is here, as far as names and sizes tell."""
        if not pack.sources:
            return True
        files = self._stored(pack)
        place = self.place(pack)
        return bool(files) and all(_size(place / one.path, -1) == one.size for one in files)

    def begun(self, pack: Pack) -> int:
        """Bytes of an unfinished download."""
        return manifest.bytes_below(self._partial(pack))

    def get(self, pack: Pack, report: Report = silent, cancel: Cancel | None = None) -> Path:
        """Download what is missing of a pack; the pack's folder.

        Goes on where an earlier download stopped. Raises PackError, with all that came so far
        kept, when the hub cannot be reached, when the disk has no room, or when a file is not what
        the hub announced; Cancelled when asked to stop.
        """
        cancel = Cancel() if cancel is None else cancel
        place, partial = self.place(pack), self._partial(pack)
        if not pack.sources:
            raise UsageError(f"The pack {pack.name} comes with Familiar; there is nothing to get.")
        if self.has(pack):
            return place
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if place.exists() and not partial.exists():
                place.rename(partial)  # something is missing from it; the rest need not come again
            partial.mkdir(exist_ok=True)
            with _alone(partial, pack):
                listings = [self._hub.listing(source) for source in pack.sources]
                wanted = _wanted(partial, listings)
                _tidy(partial, wanted)
                _recheck(wanted, report, cancel)
                self._fetch(pack, wanted, report, cancel)
                _manifest(listings, wanted).write(partial)
            if place.exists():
                shutil.rmtree(place)  # an older one that something is missing from
            partial.rename(place)
        except OSError as error:
            raise PackError(
                f"The pack {pack.name} cannot be stored in {self.folder} "
                f"({error.strerror or error}). What has come so far is kept."
            ) from error
        return place

    def verify(self, pack: Pack, report: Report = silent, cancel: Cancel | None = None) -> None:
        """Compare every file of a pack with its manifest.

        Raises PackError when the pack is not here or a file has changed; that file is then taken
        away, so that `get` brings it again.
        """
        again = f"`familiar packs get {pack.name}` downloads it."
        if not self.has(pack):
            raise PackError(f"The pack {pack.name} is not on this machine. {again}")
        files = self._stored(pack)
        meter = _Megabytes(VERIFY, sum(one.size for one in files), report)
        for one in files:
            path = self.place(pack) / one.path
            if not manifest.matches(path, one.sha256, cancel or Cancel(), meter.advance):
                path.unlink()
                raise PackError(
                    f"The file {path.name} of the pack {pack.name} is damaged, so the pack is not "
                    f"used. {again}"
                )

    def remove(self, pack: Pack) -> int:
        """Delete what was downloaded of a pack, finished or not; the bytes that this freed.

        Raises UsageError when nothing was, PackError when it lies behind a link: what is outside
        the packs folder is not Familiar's to delete.
        """
        folders = [one for one in (self.place(pack), self._partial(pack)) if os.path.lexists(one)]
        if not folders:
            raise UsageError(f"Nothing of the pack {pack.name} was downloaded.")
        for folder in folders:
            if folder.is_symlink() or not folder.is_dir():
                raise PackError(f"{folder} is not a folder of Familiar's own, so it stays.")
        freed = sum(manifest.bytes_below(folder) for folder in folders)
        try:
            for folder in folders:
                # Without it, what an interrupted removal leaves is no pack any more.
                (folder / manifest.NAME).unlink(missing_ok=True)
                shutil.rmtree(folder)
        except OSError as error:
            raise PackError(
                f"The pack {pack.name} cannot be deleted from {self.folder} "
                f"({error.strerror or error})."
            ) from error
        return freed

    def _partial(self, pack: Pack) -> Path:
        return self.folder / f"{pack.name}.partial"

    def _stored(self, pack: Pack) -> list[StoredFile]:
        """The files of a pack's manifest; none when it is not of what the pack consists of now."""
        found = Manifest.read(self.place(pack))
        sources = {source.repository for source in pack.sources}
        if found is None or {part.repository for part in found.parts} != sources:
            return []
        return found.files

    def _fetch(self, pack: Pack, wanted: Sequence[_Wanted], report: Report, cancel: Cancel) -> None:
        missing = [one for one in wanted if not one.path.exists()]
        todo = sum(one.file.size - _size(one.incomplete) for one in missing)
        room = self._free(self.folder)
        if todo + MARGIN > room:
            raise PackError(
                f"The pack {pack.name} needs {in_words(todo + MARGIN)} of free disk, and the disk "
                f"that holds {self.folder} has {in_words(room)}. Nothing more was downloaded."
            )
        meter = _Megabytes(DOWNLOAD, todo, report)
        for one in missing:
            one.path.parent.mkdir(parents=True, exist_ok=True)
            one.incomplete.touch()
            self._hub.fetch(one.listing, one.file, one.incomplete, meter.advance, cancel)
            if not manifest.matches(one.incomplete, one.file.digest, cancel):
                one.incomplete.unlink()
                raise PackError(
                    f"{one.file.path} did not arrive as the hub announced it, so it was thrown "
                    "away. The same command fetches it again."
                )
            one.incomplete.rename(one.path)


@dataclass(frozen=True)
class _Wanted:
    """A file to be had, and where it goes."""

    listing: Listing
    file: HubFile
    path: Path

    @property
    def incomplete(self) -> Path:
        """Where it grows; named after its content, so that only the same file goes on there."""
        return self.path.with_name(f"{self.path.name}.{self.file.digest[:16]}.incomplete")


class _Megabytes:
    """Counts bytes, reports megabytes."""

    def __init__(self, stage: str, total: int, report: Report) -> None:
        self._meter = Meter(stage, total // 10**6, report)
        self._bytes = 0

    def advance(self, count: int) -> None:
        """`count` more bytes are done."""
        before = self._bytes // 10**6
        self._bytes += count
        if self._bytes // 10**6 > before:
            self._meter.advance(self._bytes // 10**6 - before)


@contextmanager
def _alone(partial: Path, pack: Pack) -> Iterator[None]:
    """One process downloads a pack at a time; the system lets go of the lock when it ends."""
    with (partial / _LOCK).open("w") as file:
        try:
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise PackError(
                f"Another Familiar is downloading the pack {pack.name} right now."
            ) from error
        yield
    (partial / _LOCK).unlink()


def _wanted(partial: Path, listings: Sequence[Listing]) -> list[_Wanted]:
    return [
        _Wanted(listing, file, partial / listing.source.folder / file.path)
        for listing in listings
        for file in listing.files
    ]


def _tidy(partial: Path, wanted: Sequence[_Wanted]) -> None:
    """Delete what an earlier attempt left and nobody wants now, and links that lead elsewhere."""
    for link in manifest.links_below(partial):
        link.unlink()
    keep = {path for one in wanted for path in (one.path, one.incomplete)} | {partial / _LOCK}
    for top, _, names in os.walk(partial):
        for path in (Path(top) / name for name in names):
            if path not in keep:
                path.unlink()


def _recheck(wanted: Sequence[_Wanted], report: Report, cancel: Cancel) -> None:
    """What came in an earlier attempt must still be what the hub has today."""
    there = [one for one in wanted if one.path.exists()]
    meter = _Megabytes(VERIFY, sum(_size(one.path) for one in there), report)
    for one in there:
        if not manifest.matches(one.path, one.file.digest, cancel, meter.advance):
            one.path.unlink()


def _manifest(listings: Sequence[Listing], wanted: Sequence[_Wanted]) -> Manifest:
    """Of files that are complete and checked."""
    return Manifest(
        tuple(
            StoredPart(
                listing.source.repository,
                listing.source.revision,
                listing.commit,
                tuple(
                    StoredFile(
                        f"{listing.source.folder}/{one.file.path}",
                        one.file.size,
                        manifest.sha256_of(one.path, one.file.digest),
                    )
                    for one in wanted
                    if one.listing is listing
                ),
            )
            for listing in listings
        )
    )


def _size(path: Path, missing: int = 0) -> int:
    return path.stat().st_size if path.is_file() else missing
