"""All kinds of faults, each tried in a process of its own, and the table of what they cost."""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.faults import pictures
from tests.faults.bursts import bursts
from tests.faults.disks import full_disks
from tests.faults.drives import drives
from tests.faults.files import changing_files
from tests.faults.kills import kills
from tests.faults.noticing import unnoticed
from tests.faults.pages import damaged_pages
from tests.faults.pairs import pairs
from tests.faults.permissions import permissions
from tests.faults.rewriting import rewritten_files
from tests.faults.rows import Row, remarks, table
from tests.faults.setting import Setting

KINDS: dict[str, Callable[[Setting], list[Row]]] = {
    "kills": kills,
    "disks": full_disks,
    "files": changing_files,
    "rewritten": rewritten_files,
    "drives": drives,
    "permissions": permissions,
    "bursts": bursts,
    "pages": damaged_pages,
    "pairs": pairs,
}
"""Kinds of faults by name; each says in one row or several what it cost."""


def run(place: Path, count: int, only: str | None, seed: int, *, short: bool) -> int:
    """Try all kinds, or `only` one, and print the table; the exit status.

    First of all it is seen to it that losses would be noticed.
    """
    load_all(taught=not short)
    began = time.monotonic()
    if blind := unnoticed(place / "noticing"):
        print("The suite would not notice", "; nor ".join(blind))
        return 2
    first, later = (48, 18) if short else (pictures.FIRST, pictures.LATER)
    painted = pictures.make(place / "photos", first, later, taught=not short)
    rows: list[Row] = []
    for name, kind in KINDS.items():
        if only in (None, name):
            since = time.monotonic()
            setting = Setting(place / name, place / "calm", painted, seed, count, short)
            try:
                rows += kind(setting)
            except Exception:
                rows.append(Row(name, wrong=[f"it could not be tried: {traceback.format_exc()}"]))
            print(f"{name}: {time.monotonic() - since:.0f} s", file=sys.stderr, flush=True)
    print(table(rows))
    print(f"seed {seed}, {time.monotonic() - began:.0f} s")
    if said := remarks(rows):
        print(said)
    return 0 if rows and all(row.green for row in rows) else 1


def load_all(*, taught: bool) -> None:
    """Import what indexing imports on its way, so that the processes forked off need not."""
    import faiss

    import engine.albums.gazetteer
    import engine.indexing.pipeline
    import engine.search.searching

    faiss.omp_set_num_threads(1)
    if taught:
        import torch

        import engine.concepts.embedding  # noqa: F401

        torch.set_num_threads(1)
    logging.getLogger().addHandler(logging.NullHandler())  # warnings are what is brought about
