"""The shape of library.db: what only people can give. One function a migration, never edited."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

catalogue = Migrations("familiar.library")


@catalogue()
def m0001_catalogue(db: Database) -> None:
    """Folders, photos and where they lie, concepts, and what the owner said about them."""
    for statement in (
        "CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
        "INSERT INTO about VALUES ('library_id', lower(hex(randomblob(16))))",
        """CREATE TABLE folders (
            id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, added_at TEXT NOT NULL) STRICT""",
        """CREATE TABLE photos (
            id INTEGER PRIMARY KEY, content_hash TEXT NOT NULL, size INTEGER NOT NULL,
            added_at TEXT NOT NULL, favourite INTEGER NOT NULL DEFAULT 0) STRICT""",
        # A photo may lie in several places, and in none for as long as its drive is away.
        """CREATE TABLE places (
            path BLOB PRIMARY KEY, photo_id INTEGER NOT NULL REFERENCES photos (id),
            folder_id INTEGER NOT NULL REFERENCES folders (id), size INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
        "CREATE INDEX places_by_photo ON places (photo_id)",
        "CREATE INDEX places_by_folder ON places (folder_id)",
        # Removing someone only sets removed_at, so that it can be undone and ids stay theirs.
        """CREATE TABLE concepts (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('person', 'pet', 'thing')), noun TEXT NOT NULL,
            created_at TEXT NOT NULL, removed_at TEXT) STRICT""",
        "CREATE UNIQUE INDEX concepts_by_name ON concepts (folded) WHERE removed_at IS NULL",
        # after_decision: the newest decision when the tag was given, so that a later rejection
        # outweighs the tag and a later tag outweighs the rejection, whatever the clock did.
        """CREATE TABLE tags (
            concept_id INTEGER NOT NULL REFERENCES concepts (id),
            photo_id INTEGER NOT NULL REFERENCES photos (id),
            x0 REAL, y0 REAL, x1 REAL, y1 REAL, after_decision INTEGER NOT NULL,
            created_at TEXT NOT NULL, PRIMARY KEY (concept_id, photo_id)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX tags_by_photo ON tags (photo_id)",
        # A log, not a state: undoing a decision brings the one before it back.
        """CREATE TABLE decisions (
            id INTEGER PRIMARY KEY, concept_id INTEGER NOT NULL REFERENCES concepts (id),
            photo_id INTEGER NOT NULL REFERENCES photos (id),
            state TEXT NOT NULL CHECK (state IN ('confirmed', 'rejected')),
            decided_at TEXT NOT NULL, undone_at TEXT) STRICT""",
        "CREATE INDEX decisions_by_concept ON decisions (concept_id, photo_id)",
        "CREATE INDEX decisions_by_photo ON decisions (photo_id)",
        # Also a log; template NULL means that the owner went back to the machine's caption.
        """CREATE TABLE caption_edits (
            id INTEGER PRIMARY KEY, photo_id INTEGER NOT NULL REFERENCES photos (id),
            template TEXT, edited_at TEXT NOT NULL, undone_at TEXT) STRICT""",
        "CREATE INDEX caption_edits_by_photo ON caption_edits (photo_id)",
        """CREATE TABLE albums (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, created_at TEXT NOT NULL) STRICT""",
        """CREATE TABLE album_photos (
            album_id INTEGER NOT NULL REFERENCES albums (id),
            photo_id INTEGER NOT NULL REFERENCES photos (id), added_at TEXT NOT NULL,
            PRIMARY KEY (album_id, photo_id)) STRICT, WITHOUT ROWID""",
    ):
        db.execute(statement)


@catalogue()
def m0003_absence(db: Database) -> None:
    """Files that are not there right now, and those that the owner deleted lately."""
    for statement in (
        # Since when scans have not found it; NULL while it is there. kept: it stays in the
        # library all the same, because the owner took it back out of the trash.
        "ALTER TABLE places ADD COLUMN missing_since TEXT",
        "ALTER TABLE places ADD COLUMN kept INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX places_missing ON places (photo_id) WHERE missing_since IS NOT NULL",
        # known: how many files were known in it when it went away.
        """CREATE TABLE offline (
            path BLOB PRIMARY KEY, since TEXT NOT NULL, reason TEXT NOT NULL,
            known INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
        """CREATE TABLE trash (
            path BLOB PRIMARY KEY, photo_id INTEGER NOT NULL REFERENCES photos (id),
            folder_id INTEGER NOT NULL REFERENCES folders (id), size INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL, trashed_at TEXT NOT NULL) STRICT, WITHOUT ROWID""",
        "CREATE INDEX trash_by_photo ON trash (photo_id)",
    ):
        db.execute(statement)
