"""`familiar packs`: which models there are, and getting, using and removing them."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from engine.commands.printing import print_json, say, tell
from engine.errors import LibraryError, UsageError
from engine.terminal import ProgressLine

if TYPE_CHECKING:
    from engine.models.downloads import Downloads
    from engine.models.machine import Machine
    from engine.models.pack import Pack


def show(options: argparse.Namespace) -> int:
    """Every pack: what it is, how large, its licences, and what this machine makes of it."""
    from engine.models.downloads import Downloads
    from engine.models.machine import Machine, free_space, in_words
    from engine.models.packs import PACKS

    downloads, machine, used = Downloads(), Machine.look(), _in_use(options)
    if options.json:
        print_json([as_json(one, downloads, machine, used) for one in PACKS.values()])
        return 0
    memory = "an unknown amount" if machine.memory is None else in_words(machine.memory)
    card = "no graphics card that it can use"
    if machine.graphics:
        card = f"a graphics card with {in_words(machine.graphics)}"
    say(f"This machine has {memory} of memory and {card}.")
    say(
        f"Packs are kept in {downloads.folder}, with {in_words(free_space(downloads.folder))} free."
    )
    for one in PACKS.values():
        say("")
        _show_one(one, downloads, machine, used)
    return 0


def get(options: argparse.Namespace) -> int:
    """Download a pack, after its licences and size were shown and accepted."""
    from engine.models.downloads import STAGES, Downloads
    from engine.models.machine import Machine, in_words
    from engine.models.manifest import bytes_below
    from engine.models.packs import find

    pack, downloads = find(options.name), Downloads()
    if downloads.has(pack):
        say(f"The pack {pack.name} is here already.")
        return 0
    _show_one(pack, downloads, Machine.look(), None)
    if not options.yes and not _agreed(pack):
        tell("Nothing was downloaded.")
        return 1
    with ProgressLine(STAGES) as line:
        place = downloads.get(pack, line.show)
    size = in_words(bytes_below(place))
    say(f"The pack {pack.name} is in {place}, complete and checked ({size}).")
    if pack.available:
        tell(f"`familiar packs use {pack.name}` makes it the one for this library.")
    else:
        tell("This version of Familiar cannot open it yet; a later one will.")
    return 0


def use(options: argparse.Namespace) -> int:
    """Make a pack the one that works on this library."""
    from engine.familiar import Familiar
    from engine.models.downloads import STAGES

    with Familiar.open(options.home) as familiar, ProgressLine(STAGES) as line:
        changed = familiar.use_pack(options.name, progress=line.show)
    if not changed:
        say(f"The pack {options.name} is in use already.")
        return 0
    say(f"The pack {options.name} is in use from now on.")
    tell(
        "`familiar index` looks at your photos with it; until it has, what was seen and written "
        "before is shown."
    )
    return 0


def remove(options: argparse.Namespace) -> int:
    """Delete what was downloaded of a pack."""
    from engine.models.machine import in_words

    freed = discard(options.name, _in_use(options))
    say(f"The pack {options.name} is removed; {in_words(freed)} are free again.")
    return 0


def discard(name: str, used: str | None) -> int:
    """Delete what was downloaded of a pack that is not the one `used`; the bytes that this freed.

    Raises UsageError when there is nothing to delete or it is in use.
    """
    from engine.models.downloads import Downloads
    from engine.models.packs import DEFAULT, find

    pack = find(name)
    if not pack.sources:
        raise UsageError(f"The pack {name} comes with Familiar and stays.")
    if name == used:
        raise UsageError(
            f"The pack {name} is in use. `familiar packs use {DEFAULT}`, or another one, "
            "then remove it."
        )
    return Downloads().remove(pack)


def _in_use(options: argparse.Namespace) -> str | None:
    """The pack of the library; None where there is no library, or none that can be read."""
    from engine.familiar import Familiar

    try:
        with Familiar.open(options.home, create=False) as familiar:
            return familiar.pack_name
    except LibraryError:
        return None


def _state(pack: Pack, downloads: Downloads, used: str | None) -> str:
    from engine.models.machine import in_words

    states = []
    if pack.name == used:
        states.append("in use")
    if not pack.sources:
        states.append("ready")
    elif downloads.has(pack):
        states.append("downloaded")
    elif begun := downloads.begun(pack):
        states.append(f"{in_words(begun)} of it downloaded")
    else:
        states.append("not downloaded")
    if not pack.available:
        states.append("cannot be opened by this version yet")
    return ", ".join(states)


def _show_one(pack: Pack, downloads: Downloads, machine: Machine, used: str | None) -> None:
    from engine.models.machine import in_words, judge

    say(f"{pack.name}: {pack.title} ({_state(pack, downloads, used)})")
    size = f"about {in_words(pack.download_megabytes * 10**6)} to download"
    say(f"  {size if pack.sources else in_words(pack.megabytes * 10**6)}; needs {pack.needs.words}")
    say(f"  On this machine: {judge(pack, machine).sentence}.")
    for part in pack.parts:
        source = f" ({part.hub.repository})" if part.hub is not None else ""
        say(f"  {part.does}: {part.what}{source}, {part.licence}")
    say(f"  {pack.note}")


def as_json(pack: Pack, downloads: Downloads, machine: Machine, used: str | None) -> dict[str, Any]:
    """What `packs --json` says of a pack; used: the name of the one in use."""
    from engine.models.machine import judge

    verdict = judge(pack, machine)
    return {
        "name": pack.name,
        "title": pack.title,
        "available": pack.available,
        "downloaded": downloads.has(pack),
        "in_use": pack.name == used,
        "megabytes": pack.megabytes,
        "download_megabytes": pack.download_megabytes,
        "needs": pack.needs.words,
        "runs": verdict.runs,
        "verdict": verdict.sentence,
        "parts": [
            {
                "does": part.does,
                "what": part.what,
                "licence": part.licence,
                "commercial": part.commercial,
                "repository": None if part.hub is None else part.hub.repository,
            }
            for part in pack.parts
        ],
        "commercial": pack.commercial,
        "note": pack.note,
    }


def _agreed(pack: Pack) -> bool:
    """Ask; raises UsageError where nobody can answer."""
    if not sys.stdin.isatty():
        raise UsageError(
            f"Read the licences of {pack.name} above, then say yes to them and to the download: "
            f"`familiar packs get {pack.name} --yes`."
        )
    sys.stderr.write("Do you accept these licences, and shall it be downloaded? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
