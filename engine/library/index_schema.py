"""The shape of index.db: what the machine can make again. One function a migration, never edited.

Big values have tables of their own with a running id, so that they are written by appending and
read from the disk in order; photo ids are as good as random.
"""

from __future__ import annotations

import json

from sqlite_utils import Database, Migrations

from engine.library.names import fold

index = Migrations("familiar.index")


@index()
def m0001_index(db: Database) -> None:
    """Everything the stages make, their results, and jobs."""
    for statement in (
        "CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
        # Model versions are long and repeated a million times: rows hold their number.
        "CREATE TABLE versions (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT",
        """CREATE TABLE stages (
            stage TEXT NOT NULL, photo_id INTEGER NOT NULL, version_id INTEGER NOT NULL,
            failed INTEGER NOT NULL, reason TEXT, at INTEGER NOT NULL,
            PRIMARY KEY (stage, photo_id)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX stages_failed ON stages (photo_id) WHERE failed",
        """CREATE TABLE problems (
            path BLOB PRIMARY KEY, reason TEXT NOT NULL, size INTEGER, mtime_ns INTEGER,
            noticed_at TEXT NOT NULL) STRICT, WITHOUT ROWID""",
        """CREATE TABLE info (
            photo_id INTEGER PRIMARY KEY, width INTEGER NOT NULL, height INTEGER NOT NULL,
            taken_at TEXT, latitude REAL, longitude REAL, camera TEXT,
            format TEXT NOT NULL) STRICT""",
        """CREATE TABLE thumbnails (
            id INTEGER PRIMARY KEY, photo_id INTEGER NOT NULL UNIQUE, jpeg BLOB NOT NULL) STRICT""",
        """CREATE TABLE embeddings (
            id INTEGER PRIMARY KEY, photo_id INTEGER NOT NULL UNIQUE, version_id INTEGER NOT NULL,
            vector BLOB NOT NULL) STRICT""",
        """CREATE TABLE head_views (
            id INTEGER PRIMARY KEY, photo_id INTEGER NOT NULL UNIQUE, version_id INTEGER NOT NULL,
            views INTEGER NOT NULL, vectors BLOB NOT NULL) STRICT""",
        """CREATE TABLE visual_rows (
            id INTEGER PRIMARY KEY, photo_id INTEGER NOT NULL UNIQUE, version_id INTEGER NOT NULL,
            positions INTEGER NOT NULL, vectors BLOB NOT NULL) STRICT""",
        """CREATE TABLE faces (
            id INTEGER PRIMARY KEY, photo_id INTEGER NOT NULL, version_id INTEGER NOT NULL,
            x0 REAL NOT NULL, y0 REAL NOT NULL, x1 REAL NOT NULL, y1 REAL NOT NULL,
            score REAL NOT NULL, embedding BLOB NOT NULL) STRICT""",
        "CREATE INDEX faces_by_photo ON faces (photo_id)",
        """CREATE TABLE scores (
            concept_id INTEGER NOT NULL, photo_id INTEGER NOT NULL, version_id INTEGER NOT NULL,
            score REAL NOT NULL, state TEXT NOT NULL CHECK (state IN ('recognised', 'suggested')),
            x0 REAL, y0 REAL, x1 REAL, y1 REAL,
            PRIMARY KEY (concept_id, photo_id)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX scores_by_photo ON scores (photo_id)",
        """CREATE TABLE captions (
            photo_id INTEGER PRIMARY KEY, template TEXT NOT NULL, version_id INTEGER NOT NULL,
            stale INTEGER NOT NULL DEFAULT 0) STRICT""",
        # edit_id 0 is the machine's caption, otherwise the owner's edit that the vector is of.
        """CREATE TABLE caption_vectors (
            id INTEGER PRIMARY KEY, photo_id INTEGER NOT NULL, edit_id INTEGER NOT NULL,
            version_id INTEGER NOT NULL, vector BLOB NOT NULL,
            UNIQUE (photo_id, edit_id)) STRICT""",
        """CREATE TABLE learned (
            concept_id INTEGER NOT NULL, part TEXT NOT NULL, version TEXT NOT NULL,
            data BLOB NOT NULL, trained_on TEXT NOT NULL, trained_at TEXT NOT NULL,
            PRIMARY KEY (concept_id, part, version)) STRICT""",
        """CREATE TABLE jobs (
            id INTEGER PRIMARY KEY, kind TEXT NOT NULL, total INTEGER, done INTEGER NOT NULL,
            state TEXT NOT NULL, message TEXT, started_at TEXT NOT NULL,
            finished_at TEXT) STRICT""",
    ):
        db.execute(statement)


@index()
def m0002_timeline(db: Database) -> None:
    """Orders kept ready: photos by when they were taken, sightings by how sure they are."""
    for statement in (
        # When, as seconds since 1970 on the camera's own clock; NULL where no date makes sense.
        "ALTER TABLE info ADD COLUMN moment INTEGER",
        "UPDATE info SET moment = CAST(strftime('%s', substr(taken_at, 1, 19)) AS INTEGER)",
        "CREATE INDEX info_moments ON info (photo_id, moment) WHERE moment IS NOT NULL",
        "CREATE INDEX scores_by_state ON scores (concept_id, state, score)",
    ):
        db.execute(statement)


@index()
def m0003_groups(db: Database) -> None:
    """Faces of nobody known, those that look alike in one group; group 0 is of those alone."""
    for statement in (
        # What is shown of a face stands here too, so that its embedding need not be read over.
        """CREATE TABLE face_groups (
            face_id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL, photo_id INTEGER NOT NULL,
            x0 REAL NOT NULL, y0 REAL NOT NULL, x1 REAL NOT NULL, y1 REAL NOT NULL,
            clarity REAL NOT NULL) STRICT""",
        "CREATE INDEX face_groups_by_group ON face_groups (group_id)",
        "CREATE INDEX face_groups_by_photo ON face_groups (photo_id)",
    ):
        db.execute(statement)


@index()
def m0004_albums(db: Database) -> None:
    """Where photos were taken, in words, and the trips found among them."""
    for statement in (
        """CREATE TABLE spots (
            id INTEGER PRIMARY KEY, city TEXT NOT NULL, region TEXT NOT NULL,
            country TEXT NOT NULL, country_code TEXT NOT NULL,
            UNIQUE (city, region, country_code)) STRICT""",
        # spot_id NULL: looked up, and nothing is near.
        "CREATE TABLE located (photo_id INTEGER PRIMARY KEY, spot_id INTEGER) STRICT",
        "CREATE INDEX located_by_spot ON located (spot_id)",
        "CREATE INDEX info_placed ON info (photo_id) WHERE latitude IS NOT NULL",
        "CREATE INDEX info_by_format ON info (format)",
        # first, last: moments as in info; title: a template, as captions are.
        """CREATE TABLE trips (
            id INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL,
            title TEXT NOT NULL, cover INTEGER NOT NULL) STRICT""",
        """CREATE TABLE trip_photos (
            photo_id INTEGER PRIMARY KEY, trip_id INTEGER NOT NULL) STRICT""",
        "CREATE INDEX trip_photos_by_trip ON trip_photos (trip_id)",
    ):
        db.execute(statement)


@index()
def m0005_hints(db: Database) -> None:
    """What other programs wrote about the pictures, and what videos say about themselves."""
    for statement in (
        # keywords: JSON texts; regions: JSON objects with name, kind, and box as four fractions.
        """CREATE TABLE hints (
            photo_id INTEGER PRIMARY KEY, title TEXT, description TEXT, keywords TEXT NOT NULL,
            rating INTEGER, regions TEXT NOT NULL, taken_at TEXT, latitude REAL,
            longitude REAL) STRICT""",
        "ALTER TABLE info ADD COLUMN duration REAL",
        # The same in the still and in the movie of a Live Photo.
        "ALTER TABLE info ADD COLUMN pair TEXT",
    ):
        db.execute(statement)


@index()
def m0006_in_hand(db: Database) -> None:
    """Photos that were being worked on when the program ended; captions that are out of date."""
    for statement in (
        """CREATE TABLE in_hand (
            stage TEXT NOT NULL, photo_id INTEGER NOT NULL, deaths INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (stage, photo_id)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX captions_stale ON captions (photo_id) WHERE stale",
    ):
        db.execute(statement)


@index()
def m0007_named_regions(db: Database) -> None:
    """The names in regions that other programs drew, to be counted without reading all hints."""
    db.execute(
        # One of a name and photo, the largest.
        """CREATE TABLE named_regions (
            folded TEXT NOT NULL, photo_id INTEGER NOT NULL, name TEXT NOT NULL,
            kind TEXT NOT NULL, x0 REAL NOT NULL, y0 REAL NOT NULL, x1 REAL NOT NULL,
            y1 REAL NOT NULL, PRIMARY KEY (folded, photo_id)) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX named_regions_by_photo ON named_regions (photo_id)")
    rows = db.execute("SELECT photo_id, regions FROM hints WHERE regions != '[]'").fetchall()
    known = [
        (fold(one["name"]), photo_id, one["name"], one["kind"], *one["box"])
        for photo_id, regions in rows
        for one in json.loads(regions)
        if one["name"] and fold(one["name"])
    ]
    db.conn.executemany(
        "INSERT OR IGNORE INTO named_regions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", known
    )


@index()
def m0008_hints_used(db: Database) -> None:
    """When and where photos were taken by what others wrote, where their files do not say."""
    for statement in (
        """UPDATE info SET taken_at = hints.taken_at,
            moment = CAST(strftime('%s', substr(hints.taken_at, 1, 19)) AS INTEGER)
            FROM hints WHERE hints.photo_id = info.photo_id
            AND info.taken_at IS NULL AND hints.taken_at IS NOT NULL""",
        """DELETE FROM located WHERE photo_id IN (
            SELECT photo_id FROM hints JOIN info USING (photo_id)
            WHERE hints.latitude IS NOT NULL AND info.latitude IS NULL)""",
        """UPDATE info SET latitude = hints.latitude, longitude = hints.longitude
            FROM hints WHERE hints.photo_id = info.photo_id
            AND info.latitude IS NULL AND hints.latitude IS NOT NULL""",
        "CREATE INDEX hints_rated ON hints (rating) WHERE rating IS NOT NULL",
    ):
        db.execute(statement)


@index()
def m0009_sidecars(db: Database) -> None:
    """What lay beside photos when it was last read; files without sidecars have no row."""
    db.execute(
        "CREATE TABLE sidecars (path BLOB PRIMARY KEY, sign TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )


HEAVY = ("thumbnails", "embeddings", "head_views", "visual_rows", "caption_vectors", "faces")
"""Tables too big to be checked whenever the library opens; damage there is met on reading."""
