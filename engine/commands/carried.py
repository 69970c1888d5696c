"""`people --in-files`: names that other programs wrote beside faces, not answered yet."""

from __future__ import annotations

import argparse

from engine.commands.opening import library
from engine.commands.printing import print_json, print_table


def show(options: argparse.Namespace) -> int:
    """Those names, with how many photos they are in, and for scripts where."""
    with library(options) as familiar:
        names = familiar.household.names_in_files()
        ids = {face.photo_id for one in names for face in one.faces} if options.json else ()
        photos = familiar.library.photos.many(sorted(ids))
    if options.json:
        print_json(
            [
                {
                    "name": one.name,
                    "kind": one.kind,
                    "known_as": one.bearer,
                    "photos": len(one.faces),
                    "faces": [
                        {"path": str(photos[face.photo_id].paths[0]), "box": list(face.box)}
                        for face in one.faces
                    ],
                }
                for one in names
            ]
        )
        return 0
    rows = [[one.name, one.kind, f"{len(one.faces):,}", one.bearer or ""] for one in names]
    empty = "No file carries a name that is not known yet."
    print_table(["Name in files", "Kind", "Photos", "Known as"], rows, [2], empty)
    return 0
