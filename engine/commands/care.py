"""Looking after the library itself: check, backup, restore, and photos that are missing."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.opening import library
from engine.commands.printing import print_json, print_table, say, tell
from engine.errors import FamiliarError, UsageError
from engine.home import home_folder
from engine.terminal import counted

if TYPE_CHECKING:
    from engine.library import Library


def check(options: argparse.Namespace) -> int:
    """Look for damage everywhere, and mend what can be mended."""
    from engine.indexing.lock import only_writer

    with library(options, whole=True) as familiar, only_writer(familiar.library.home):
        mended = bool(familiar.library.mended)
        again = familiar.library.verify()
        photos = familiar.library.photos.count()
        known = len(familiar.library.concepts.all())
        familiar.library.keep_backup(closing=True)
        backups = len(familiar.library.backups())
    say(
        f"{counted(photos, 'photo')} and {counted(known, 'name')}, with "
        f"{counted(backups, 'backup')}. The library is "
        f"{'mended' if mended or again else 'sound'}."
    )
    if again:
        tell(f"{counted(again, 'photo')} will be looked at again.")
    if mended or again:
        tell("`familiar index` makes again what was damaged.")
    return 0


def backup(options: argparse.Namespace) -> int:
    """What only the owner can give, into one file."""
    with library(options) as familiar:
        familiar.library.back_up_to(options.file)
    say(f"Everything you told Familiar is in {options.file}.")
    return 0


def restore(options: argparse.Namespace) -> int:
    """A backup in the library's place; without one, which there are."""
    from engine.indexing.lock import only_writer
    from engine.library import Library
    from engine.library.backups import made_at

    home = home_folder(options.home)
    if options.file is None:
        with library(options) as familiar:
            found = familiar.library.backups()
        dates = [(made_at(one), str(one)) for one in found]
        rows = [[f"{at.astimezone():%Y-%m-%d %H:%M}" if at else "", path] for at, path in dates]
        print_table(["Made", "File"], rows, [], "There are no backups yet.")
        return 0
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with only_writer(home):
        before = Library.restore(home, options.file)
    with library(options) as familiar:
        photos = familiar.library.photos.count()
        known = len(familiar.library.concepts.all())
    say(f"Restored {counted(photos, 'photo')} and {counted(known, 'name')} from {options.file}.")
    if before is not None:
        tell(f"The library as it was before is kept as {before}.")
    tell("`familiar index` finds what has come since.")
    return 0


def missing(options: argparse.Namespace) -> int:
    """Photos whose files are not there; bring some back into the library, or let them go."""
    from engine.library.identity import path_key

    with library(options) as familiar:
        if options.gone or options.restore:
            for folder in options.gone or ():
                gone = familiar.let_go(folder)
                say(f"{counted(gone, 'photo')} of {folder} left the library.")
            if options.restore:
                _bring_back(familiar.library, options.restore)
            return 0
        offline = familiar.library.folders.offline()
        lost = familiar.library.absence.missing()
        trash = familiar.library.trash.all()
    if options.json:
        print_json(
            {
                "offline": [
                    {"path": str(one.path), "since": one.since, "reason": one.reason}
                    for one in offline
                ],
                "missing": [{"path": _shown(one.path), "since": one.since} for one in lost],
                "deleted": [{"path": str(one.path), "since": one.trashed_at} for one in trash],
            }
        )
        return 0
    covers = tuple(path_key(one.path) for one in offline)
    rows = [[str(one.path), one.since[:10], one.reason] for one in offline]
    rows += [
        [_shown(one.path), one.since[:10], "missing"]
        for one in lost
        if not one.path.startswith(covers)
    ]
    rows += [
        [str(one.path), one.trashed_at[:10], "deleted; --restore brings it back"] for one in trash
    ]
    print_table(["File or folder", "Since", "What"], rows, [], "Every photo is where it was.")
    return 0


def _bring_back(library: Library, paths: list[Path]) -> None:
    from engine.indexing.lock import only_writer

    by_path = {one.path: one.photo_id for one in library.trash.all()}
    wanted = [path.absolute() for path in paths]
    for path in wanted:
        if path not in by_path:
            raise UsageError(f"{path} is not among the photos that were deleted lately.")
    with only_writer(library.home):
        count = library.trash.restore([by_path[path] for path in wanted])
    if count < len(wanted):
        raise FamiliarError("Another picture lies in the place of some of them by now.")
    say(f"{counted(count, 'photo')} in the library again; the files themselves are as they are.")


def _shown(path: bytes) -> str:
    return str(Path(path.decode("utf-8", "surrogateescape")))
