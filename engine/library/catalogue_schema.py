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
def m0002_household(db: Database) -> None:
    """Hiding, covers and merging of concepts; saved searches; strangers; names of trips."""
    for statement in (
        "ALTER TABLE concepts ADD COLUMN hidden_at TEXT",
        # Everything said of a merged concept counts for the one it was merged into; that one may
        # be merged in turn. Nothing is rewritten, so that it can be undone.
        "ALTER TABLE concepts ADD COLUMN merged_into INTEGER REFERENCES concepts (id)",
        "ALTER TABLE concepts ADD COLUMN cover_photo_id INTEGER REFERENCES photos (id)",
        "ALTER TABLE concepts ADD COLUMN cover_x0 REAL",
        "ALTER TABLE concepts ADD COLUMN cover_y0 REAL",
        "ALTER TABLE concepts ADD COLUMN cover_x1 REAL",
        "ALTER TABLE concepts ADD COLUMN cover_y1 REAL",
        "CREATE INDEX concepts_merged ON concepts (merged_into) WHERE merged_into IS NOT NULL",
        "DROP INDEX concepts_by_name",
        """CREATE UNIQUE INDEX concepts_by_name ON concepts (folded)
            WHERE removed_at IS NULL AND merged_into IS NULL""",
        # query: a saved search, whose photos are whatever it finds.
        "ALTER TABLE albums ADD COLUMN query TEXT",
        "ALTER TABLE albums ADD COLUMN removed_at TEXT",
        "ALTER TABLE albums ADD COLUMN cover_photo_id INTEGER REFERENCES photos (id)",
        "CREATE INDEX album_photos_by_photo ON album_photos (photo_id)",
        "CREATE INDEX photos_favourite ON photos (id) WHERE favourite",
        # With the time, so that a million photos are put in order without reading the table.
        "CREATE INDEX places_by_time ON places (photo_id, mtime_ns)",
        "DROP INDEX places_by_photo",
        # Faces of nobody the owner knows: by photo and box, since faces are found again and again.
        """CREATE TABLE strangers (
            id INTEGER PRIMARY KEY, photo_id INTEGER NOT NULL REFERENCES photos (id),
            x0 REAL NOT NULL, y0 REAL NOT NULL, x1 REAL NOT NULL, y1 REAL NOT NULL,
            noted_at TEXT NOT NULL) STRICT""",
        "CREATE INDEX strangers_by_photo ON strangers (photo_id)",
        # What the owner says of a trip, held by one of its photos: trips are found by the machine
        # and grow. NULL is the machine's own.
        """CREATE TABLE trip_edits (
            photo_id INTEGER PRIMARY KEY REFERENCES photos (id), title TEXT,
            cover_photo_id INTEGER REFERENCES photos (id), hidden_at TEXT) STRICT""",
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


@catalogue()
def m0004_folders_taken_out(db: Database) -> None:
    """Folders that the owner took out of the library, and their files for when they return."""
    for statement in (
        "ALTER TABLE folders ADD COLUMN removed_at TEXT",
        """CREATE TABLE put_away (
            path BLOB PRIMARY KEY, photo_id INTEGER NOT NULL REFERENCES photos (id),
            folder_id INTEGER NOT NULL REFERENCES folders (id), size INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL, missing_since TEXT,
            kept INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
    ):
        db.execute(statement)


@catalogue()
def m0005_names_in_files(db: Database) -> None:
    """What the owner said of names that other programs wrote into files."""
    for statement in (
        # concept_id: whose name it is, in any photo. NULL: it is not wanted, in one photo or
        # (photo_id NULL) in any, and is not offered again.
        """CREATE TABLE names_in_files (
            id INTEGER PRIMARY KEY, folded TEXT NOT NULL,
            photo_id INTEGER REFERENCES photos (id), concept_id INTEGER REFERENCES concepts (id),
            said_at TEXT NOT NULL) STRICT""",
        """CREATE UNIQUE INDEX names_in_files_once
            ON names_in_files (folded, coalesce(photo_id, -1), concept_id IS NULL)""",
    ):
        db.execute(statement)


@catalogue()
def m0006_rewritten(db: Database) -> None:
    """Files that other programs wrote anew: contents that show a picture known by another."""
    for statement in (
        # Every content of a photo that has more than one, the last recorded with the greatest turn.
        """CREATE TABLE contents (
            content_hash TEXT PRIMARY KEY, photo_id INTEGER NOT NULL REFERENCES photos (id),
            turn INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
        "CREATE INDEX contents_by_photo ON contents (photo_id, turn)",
        # Which photo was in a place before another picture was found in it.
        """CREATE TABLE edits (
            photo_id INTEGER PRIMARY KEY REFERENCES photos (id),
            before_id INTEGER NOT NULL REFERENCES photos (id)) STRICT""",
    ):
        db.execute(statement)
