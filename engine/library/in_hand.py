"""Photos that are being worked on right now, so that one that ends the program is found out."""

from __future__ import annotations

from collections.abc import Iterable

from engine.library.store import Store, id_list


class InHand:
    """Table of marks in index.db: set before a stage begins with a photo, gone when it is over.

    A mark that is found when nothing is at work was left by a program that was killed, perhaps by
    that photo.
    """

    def __init__(self, index: Store) -> None:
        self._index = index

    def take(self, stage: str, photo_ids: Iterable[int]) -> None:
        """Work on these photos begins."""
        self._index.many(
            "INSERT OR IGNORE INTO in_hand (stage, photo_id) VALUES (?, ?)",
            [(stage, photo) for photo in photo_ids],
        )

    def put_down(self, stage: str, photo_ids: Iterable[int]) -> None:
        """It is over, well or not; best in one transaction with what came of it."""
        self._index.run(
            "DELETE FROM in_hand WHERE stage = ? AND photo_id IN (SELECT value FROM json_each(?))",
            (stage, id_list(photo_ids)),
        )

    def left(self, stage: str) -> list[int]:
        """Photos with a mark."""
        rows = self._index.rows("SELECT photo_id FROM in_hand WHERE stage = ?", (stage,))
        return [row[0] for row in rows]

    def died(self, stage: str, photo_id: int) -> int:
        """A process ended by itself with this photo alone in hand; how often that is so by now."""
        with self._index.transaction():
            self._index.run(
                "UPDATE in_hand SET deaths = deaths + 1 WHERE stage = ? AND photo_id = ?",
                (stage, photo_id),
            )
            row = self._index.row(
                "SELECT deaths FROM in_hand WHERE stage = ? AND photo_id = ?", (stage, photo_id)
            )
        return 0 if row is None else int(row[0])
