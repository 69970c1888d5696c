"""Whether the suite would notice what it looks for: it is brought about on purpose, and counted."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from engine.photos import read
from tests.faults import pictures, tasks
from tests.faults.comparing import contents, differences
from tests.faults.ledger import recorded_twice
from tests.faults.owner import forgotten, sayings
from tests.faults.setting import tell
from tests.faults.working import Home, Worker


def unnoticed(place: Path) -> list[str]:
    """What would not be noticed, in words; empty when all is well."""
    painted = pictures.make(place / "photos", 28, 4, taught=False)
    said = sayings(painted)
    home = tell(Home(place, painted))
    calm = contents(home.path)
    wrong = []
    if recorded_twice(home.path) or forgotten(home.path, painted, said):
        wrong.append("something seems to be wrong where nothing is")
    with _changing(home.path / "index.db") as db:
        # As if it had been lost: nobody asked for it again.
        db.execute("DROP TRIGGER ledger_asked")
        db.execute("DELETE FROM stages WHERE photo_id IN (SELECT min(photo_id) FROM stages)")
    home.run(tasks.finish)
    if len(recorded_twice(home.path)) != len(calm["stages"]):
        wrong.append("results that are recorded twice")
    one = painted.first / pictures.name(3)

    def encode_again(worker: Worker) -> None:
        worker.familiar.pack.encoder.encode_pictures([read(one, 512).picture])

    if len(home.run(encode_again).repeated) != 1:
        wrong.append("work that is done twice")
    with _changing(home.path / "library.db") as db:
        db.execute("DELETE FROM caption_edits")
        db.execute("DELETE FROM places WHERE path = ?", (os.fsencode(one),))
    if len(forgotten(home.path, painted, said)) != len([one for one in said if one % 6 == 2]):
        wrong.append("decisions that are lost")
    photos, rest = differences(contents(home.path), calm)
    if not any(str(one) in line for line in photos) or not rest:
        wrong.append("photos that are lost")
    if not home.run(lambda _: os.kill(os.getpid(), signal.SIGKILL)).killed:
        wrong.append("programs that are killed")
    return wrong


@contextlib.contextmanager
def _changing(path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        yield db
