"""Opening, and refusing to open: a library that cannot be used is left as it is."""

from __future__ import annotations

import concurrent.futures
import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database, Migrations

from engine.errors import Damaged, LibraryError
from engine.library import Library, backups, catalogue_schema, checks, index_schema, opening
from tests.library.shelves import encoded, stock

FILES = ["library.db", "index.db"]
OLD_CATALOGUE = catalogue_schema.catalogue
OLD_INDEX = index_schema.index


def filled(home: Path, count: int = 200) -> None:
    with Library.open(home) as library:
        ids = stock(library, count)
        library.encodings.put_many("v1", {photo: encoded(n) for n, photo in enumerate(ids)})
        library.concepts.add("Ada", "person")


def contents(home: Path) -> dict[str, bytes]:
    """Every byte of the databases and of what belongs to them.

    Looking at a file with a write-ahead log leaves an empty one behind: that is no change.
    """
    return {
        path.name: path.read_bytes()
        for path in home.iterdir()
        if path.is_file()
        and path.suffix != ".db-shm"
        and (path.suffix != ".db-wal" or path.stat().st_size)
    }


def refused(home: Path, match: str) -> None:
    before = contents(home)
    for _ in range(2):
        with pytest.raises(LibraryError, match=match) as caught:
            Library.open(home)
        assert "\n" not in str(caught.value)
        assert contents(home) == before


def test_a_new_library_is_private_and_empty(home: Path) -> None:
    with Library.open(home) as library:
        assert library.photos.ids() == []
        assert library.concepts.all() == []
    assert sorted(path.name for path in home.iterdir()) == ["checked.json", *sorted(FILES)]
    if os.name == "posix":
        assert home.stat().st_mode & 0o077 == 0


def test_what_was_written_is_there_the_next_time(home: Path) -> None:
    filled(home)
    with Library.open(home, create=False) as library:
        assert library.photos.count() == 200
        assert [concept.name for concept in library.concepts.all()] == ["Ada"]
        assert library.encodings.embeddings("v1")[1].shape == (200, 8)


def test_how_each_file_is_written(library: Library) -> None:
    def pragmas(store: object) -> tuple[object, ...]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return tuple(store.row(f"PRAGMA {name}")[0] for name in names)  # type: ignore[attr-defined]

    assert pragmas(library._catalogue) == ("delete", 2, 1)
    assert pragmas(library._index) == ("wal", 1, 0)


def test_a_library_is_not_made_unasked(home: Path) -> None:
    with pytest.raises(LibraryError, match="There is no library in"):
        Library.open(home, create=False)
    assert not home.exists()


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder")
    with pytest.raises(LibraryError, match="cannot be used"):
        Library.open(tmp_path / "home")
    assert (tmp_path / "home").read_text() == "not a folder"


def test_a_missing_index_is_made_again(home: Path) -> None:
    filled(home)
    (home / "index.db").unlink()
    with Library.open(home) as library:
        assert library.photos.count() == 200
        assert len(library.stages.pending("encode", "v1")) == 200


def test_a_missing_library_is_not_replaced_by_an_empty_one(home: Path) -> None:
    filled(home)
    (home / "library.db").unlink()
    refused(home, "library.db is missing")


def truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def truncated_a_little(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def overwritten(path: Path) -> None:
    path.write_text("my diary " * 1000)


def scribbled(path: Path) -> None:
    data = bytearray(path.read_bytes())
    page = int.from_bytes(data[16:18], "big")
    for at in range(page, len(data), page):
        data[at : at + 64] = os.urandom(64)
    path.write_bytes(data)


def scribbled_first_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[100:1000] = os.urandom(900)
    path.write_bytes(data)


def scribbled_one_table(path: Path) -> None:
    """Damage that nothing meets before the table is read."""
    table = "album_photos" if path.name == "library.db" else "learned"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        ((root,),) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)
        ).fetchall()
        ((page,),) = connection.execute("PRAGMA page_size").fetchall()
    with path.open("r+b") as file:
        file.seek((root - 1) * page)
        file.write(b"\xff" * 64)


def scribbled_free_pages(path: Path) -> None:
    """A page that is in use is on the list of those that may be written over."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE gone (name TEXT)")
        connection.executemany("INSERT INTO gone VALUES (?)", [("x" * 1000,)] * 100)
        connection.commit()
        connection.execute("DROP TABLE gone")
        connection.commit()
    with path.open("r+b") as file:
        header = file.read(100)
        page, trunk = (int.from_bytes(header[at : at + n], "big") for at, n in ((16, 2), (32, 4)))
        file.seek((trunk - 1) * page + 8)
        file.write((1).to_bytes(4, "big"))


def another_program(path: Path) -> None:
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")


DAMAGE = pytest.mark.parametrize(
    "damage",
    [
        truncated,
        truncated_a_little,
        emptied,
        overwritten,
        scribbled,
        scribbled_first_page,
        scribbled_one_table,
        scribbled_free_pages,
        another_program,
    ],
)


@DAMAGE
def test_a_damaged_index_is_made_again(home: Path, damage: Callable[[Path], None]) -> None:
    filled(home)
    damage(home / "index.db")
    bad = (home / "index.db").read_bytes()
    with Library.open(home) as library:
        (sentence,) = library.mended
        assert "index.db was damaged" in sentence
        assert library.photos.count() == 200
        assert [one.name for one in library.concepts.all()] == ["Ada"]
        assert len(library.stages.pending("encode", "v1")) == 200
        assert library.concepts.add("Tom", "person").id == 2
    (aside,) = (home / "damaged").glob("*.db")
    assert aside.read_bytes() == bad
    with Library.open(home) as library:
        assert library.mended == ()


@DAMAGE
def test_a_damaged_library_comes_back_from_its_backup(
    home: Path, damage: Callable[[Path], None]
) -> None:
    filled(home)
    with Library.open(home) as library:
        library.concepts.add("Tom", "person")
    damage(home / "library.db")
    bad = (home / "library.db").read_bytes()
    with Library.open(home) as library:
        (sentence,) = library.mended
        assert "restored from the backup of" in sentence
        assert [one.name for one in library.concepts.all()] == ["Ada", "Tom"]
        assert library.encodings.embeddings("v1")[1].shape == (200, 8)
    (aside,) = (home / "damaged").glob("*.db")
    assert aside.read_bytes() == bad
    assert str(aside) in sentence


@DAMAGE
def test_a_damaged_library_without_a_backup_is_refused_untouched(
    home: Path, damage: Callable[[Path], None]
) -> None:
    filled(home)
    shutil.rmtree(home / "backups")
    damage(home / "library.db")
    refused(home, r"library.db is (damaged|not a Familiar library).* There is no good backup")


def test_a_damaged_backup_is_passed_over(home: Path) -> None:
    filled(home)
    with Library.open(home) as library:
        library.concepts.add("Tom", "person")
    *_, good, last = backups.backups_of(home / "library.db", home / "backups")
    scribbled(last)
    emptied(home / "library.db")
    with Library.open(home) as library:
        assert [one.name for one in library.concepts.all()] == ["Ada"]
    assert good.exists()


def test_both_files_are_damaged(home: Path) -> None:
    filled(home)
    for name in FILES:
        scribbled(home / name)
    with Library.open(home) as library:
        assert len(library.mended) == 2
        assert library.photos.count() == 200


def test_only_the_last_damaged_index_is_kept(home: Path) -> None:
    filled(home)
    for _ in range(3):
        scribbled(home / "index.db")
        Library.open(home).close()
    assert len(list((home / "damaged").glob("*.db"))) == 1


def test_several_programs_mend_it_together(home: Path) -> None:
    filled(home)
    for name in FILES:
        scribbled(home / name)
    script = (
        "import sys; from pathlib import Path; from engine.library import Library\n"
        "sys.stdin.readline()\n"
        "with Library.open(Path(sys.argv[1])) as library:\n"
        "    print(library.photos.count(), len(library.mended))\n"
    )
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", script, home], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(3)
    ]
    for program in programs:
        assert program.stdin is not None
        program.stdin.write(b"go\n")
        program.stdin.flush()
    said = sorted(program.communicate()[0].split() for program in programs)
    assert [one[0] for one in said] == [b"200"] * 3
    assert sum(int(one[1]) for one in said) == 2
    assert len(list((home / "damaged").glob("*.db"))) == 2


def test_a_folder_in_place_of_a_file(home: Path) -> None:
    filled(home)
    (home / "library.db").unlink()
    (home / "library.db").mkdir()
    with pytest.raises(LibraryError, match="is not a file"):
        Library.open(home)


def test_an_index_of_another_library_is_refused(home: Path, tmp_path: Path) -> None:
    filled(home)
    filled(tmp_path / "other")
    shutil.copyfile(tmp_path / "other" / "index.db", home / "index.db")
    refused(home, "belongs to another library")


def test_damage_met_later_is_a_sentence_too(home: Path) -> None:
    with Library.open(home) as library:
        ids = stock(library, 3000)
        library.thumbnails.put_many(dict.fromkeys(ids, b"x" * 3000))
        library._index.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        scribbled(home / "index.db")
        # In another thread, whose connection has not read anything yet.
        with (
            concurrent.futures.ThreadPoolExecutor(1) as pool,
            pytest.raises(LibraryError, match="Deleting it is safe"),
        ):
            pool.submit(library.thumbnails.many, ids).result()


# -- newer versions and migrations ---------------------------------------------------------------


def with_another(migrations: Migrations, fails: bool = False) -> Migrations:
    """The same migrations as a newer version of Familiar would have them."""
    newer = Migrations(migrations.name)
    for migration in migrations._migrations:
        newer(name=migration.name)(migration.fn)

    @newer(name="m0002_postcards")
    def postcards(db: Database) -> None:
        db.execute("CREATE TABLE postcards (id INTEGER PRIMARY KEY, words TEXT)")
        db.execute("INSERT INTO postcards (words) VALUES ('wish you were here')")
        if fails:
            raise sqlite3.OperationalError("database or disk is full")

    return newer


@pytest.fixture(params=FILES)
def newer_file(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """From now on this process is a newer version, for one of the files."""
    name: str = request.param
    if name == "library.db":
        monkeypatch.setattr(catalogue_schema, "catalogue", with_another(catalogue_schema.catalogue))
    else:
        monkeypatch.setattr(index_schema, "index", with_another(index_schema.index))
    return name


def test_a_migration_comes_after_a_backup(home: Path, newer_file: str) -> None:
    with pytest.MonkeyPatch.context() as older:
        older.setattr(catalogue_schema, "catalogue", OLD_CATALOGUE)
        older.setattr(index_schema, "index", OLD_INDEX)
        filled(home)
    with Library.open(home) as library:
        assert library.photos.count() == 200
    with contextlib.closing(sqlite3.connect(home / newer_file)) as connection:
        assert connection.execute("SELECT words FROM postcards").fetchall() == [
            ("wish you were here",)
        ]
    made = backups.backups_of(home / newer_file, home / "backups")
    backup = made[1 if newer_file == "library.db" else 0]  # the first is of what was filled
    with contextlib.closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
        assert "postcards" not in tables
        table = "photos" if newer_file == "library.db" else "embeddings"
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (200,)
    with Library.open(home):
        assert backups.backups_of(home / newer_file, home / "backups") == made


def first_only(migrations: Migrations) -> Migrations:
    """The migrations as the first version of Familiar had them."""
    first = Migrations(migrations.name)
    migration = migrations._migrations[0]
    first(name=migration.name)(migration.fn)
    return first


def test_a_library_of_the_first_version_is_brought_up_to_date(home: Path) -> None:
    with pytest.MonkeyPatch.context() as older:
        older.setattr(catalogue_schema, "catalogue", first_only(OLD_CATALOGUE))
        older.setattr(index_schema, "index", first_only(OLD_INDEX))
        with Library.open(home) as library:
            pass
    ids = [1, 2]
    with contextlib.closing(sqlite3.connect(home / "library.db")) as connection, connection:
        connection.executescript(
            """
            INSERT INTO folders VALUES (1, '/photos', '2024');
            INSERT INTO photos VALUES (1, 'aa', 1, '2024', 0), (2, 'bb', 1, '2024', 1);
            INSERT INTO places VALUES (x'2f61', 1, 1, 1, 5000000000), (x'2f62', 2, 1, 1, 0);
            INSERT INTO concepts VALUES (1, 'Ada', 'ada', 'person', 'person', '2024', NULL);
            INSERT INTO tags VALUES (1, 2, NULL, NULL, NULL, NULL, 0, '2024');
            INSERT INTO albums VALUES (1, 'Summer', '2024');
            INSERT INTO album_photos VALUES (1, 2, '2024');
            """.replace("'/photos'", "x'2f'")
        )
    with contextlib.closing(sqlite3.connect(home / "index.db")) as connection, connection:
        connection.execute(
            "INSERT INTO info VALUES (2, 4, 3, '2024-07-01T12:00:00+02:00', 0, 0, NULL, 'JPEG')"
        )
    with Library.open(home) as library:
        assert [one.name for one in library.concepts.all()] == ["Ada"]
        assert [one.photos for one in library.people.all()] == [1]
        assert [(one.name, one.query, one.photos) for one in library.albums.all()] == [
            ("Summer", None, 1)
        ]
        timeline = library.timelines.read()
        assert timeline.ids.tolist() == ids[::-1]
        assert timeline.moments[0] == 1719835200
        assert timeline.favourites.tolist() == [True, False]
    stems = {path.name.split("-")[0] for path in (home / "backups").glob("*.db")}
    assert stems == {"index", "library"}


def test_a_newer_library_is_refused_untouched(home: Path, newer_file: str) -> None:
    filled(home)
    with pytest.MonkeyPatch.context() as older:
        older.setattr(catalogue_schema, "catalogue", OLD_CATALOGUE)
        older.setattr(index_schema, "index", OLD_INDEX)
        refused(home, rf"{newer_file} was made by a newer version of Familiar")
    with Library.open(home) as library:
        assert library.photos.count() == 200


def test_nothing_is_migrated_when_the_other_file_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(home)
    monkeypatch.setattr(catalogue_schema, "catalogue", with_another(OLD_CATALOGUE))
    (home / "index.db").unlink()
    (home / "index.db").mkdir()
    refused(home, "index.db is not a file")
    assert len(list((home / "backups").glob("*.db"))) == 1


def test_a_migration_that_fails_changes_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(home)
    monkeypatch.setattr(catalogue_schema, "catalogue", with_another(OLD_CATALOGUE, fails=True))
    with pytest.raises(LibraryError, match="no room left"):
        Library.open(home)
    monkeypatch.setattr(catalogue_schema, "catalogue", OLD_CATALOGUE)
    with Library.open(home) as library:
        assert library.photos.count() == 200
        assert library._catalogue.rows("SELECT 1 FROM sqlite_schema WHERE name='postcards'") == []


def test_no_migration_without_its_backup(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(home)
    shutil.rmtree(home / "backups")
    (home / "backups").write_text("in the way")
    monkeypatch.setattr(catalogue_schema, "catalogue", with_another(OLD_CATALOGUE))
    refused(home, "A backup of library.db could not be made")


def test_the_last_five_backups_are_kept(library: Library) -> None:
    made = [library.back_up() for _ in range(7)]
    assert sorted((library.home / "backups").iterdir()) == made[-5:]


def test_the_last_backup_of_each_day_is_kept_too(library: Library) -> None:
    folder = library.home / "backups"
    folder.mkdir()
    for day in range(1, 31):
        for hour in ("08", "20"):
            (folder / f"library-202001{day:02}T{hour}0000.000000Z.db").touch()
    library.back_up()
    names = [path.name[8:19] for path in backups.backups_of(library._catalogue.path, folder)][:-1]
    assert names == [
        *(f"202001{day}T20" for day in range(18, 29)),
        *("20200129T08", "20200129T20", "20200130T08", "20200130T20"),
    ]


def test_backups_stay_in_order_when_the_clock_is_set_back(library: Library) -> None:
    folder = library.home / "backups"
    folder.mkdir()
    future = folder / "library-20990101T000000.000000Z.db"
    future.touch()
    made = [library.back_up() for _ in range(3)]
    assert backups.backups_of(library._catalogue.path, folder) == [future, *made]


def test_what_changed_is_backed_up_when_it_is_closed(home: Path) -> None:
    def made() -> list[Path]:
        return backups.backups_of(home / "library.db", home / "backups")

    filled(home)
    (first,) = made()
    with Library.open(home) as library:
        library.photos.ids()
        library.jobs.start("index")  # in index.db
    assert made() == [first]
    with Library.open(home) as library:
        library.concepts.add("Tom", "person")
        assert library.keep_backup() is None, "the last one was just made"
        assert library.keep_backup(closing=True) is not None
        assert library.keep_backup(closing=True) is None
    assert len(made()) == 2
    with Library.open(home) as library:
        library.concepts.rename(2, "Tim")
    assert len(made()) == 3


def test_a_large_library_is_not_backed_up_all_the_time(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(home)
    monkeypatch.setattr(backups, "LARGE", 0)
    folder, path = home / "backups", home / "library.db"
    now = json.loads((folder / "latest.json").read_text())["at"]
    os.utime(path)
    for closing in (False, True):
        assert backups.keep_up(path, folder, now + 1, closing=closing) is None
    assert backups.keep_up(path, folder, now - 9_999, closing=True), "a clock that was set back"
    assert backups.keep_up(path, folder, now, closing=True) is None, "it has not changed"
    os.utime(path)
    assert backups.keep_up(path, folder, now, closing=False)


def test_a_backup_that_cannot_be_made_stops_nobody(home: Path) -> None:
    filled(home)
    shutil.rmtree(home / "backups")
    (home / "backups").write_text("in the way")
    with Library.open(home) as library:
        library.concepts.add("Tom", "person")
    with Library.open(home) as library:
        assert len(library.concepts.all()) == 2


def test_where_damage_was_met_everything_is_looked_at(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large index is not walked through at each start, unless there is reason to."""
    monkeypatch.setattr(opening, "_SMALL", 0)
    with Library.open(home) as library:
        ids = stock(library, 3000)
        library.thumbnails.put_many(dict.fromkeys(ids, b"x" * 3000))
    with contextlib.closing(sqlite3.connect(home / "index.db")) as connection:
        ((root,),) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'thumbnails'"
        ).fetchall()
    with (home / "index.db").open("r+b") as file:
        file.seek((root - 1) * 8192)
        file.write(b"\xff" * 64)
    with Library.open(home) as library:
        assert library.mended == ()
        with pytest.raises(Damaged):
            library.thumbnails.many(ids)
    with Library.open(home) as library:
        assert "index.db was damaged" in library.mended[0]
    with Library.open(home) as library:
        assert library.mended == ()


def test_a_damaged_library_is_not_backed_up(home: Path) -> None:
    """Its backups would in the end take the place of good ones; instead it is mended."""
    filled(home)
    before = set((home / "backups").glob("*.db"))
    status = (home / "library.db").stat()
    scribbled_one_table(home / "library.db")
    os.utime(home / "library.db", ns=(status.st_atime_ns, status.st_mtime_ns))
    with Library.open(home) as library:
        assert library.mended == ()
        library.photos.set_favourite(library.photos.ids()[0], True)
    assert set((home / "backups").glob("*")) - before <= {home / "backups" / "latest.json"}
    with Library.open(home) as library:
        assert "restored from the backup of" in library.mended[0]
        assert [one.name for one in library.concepts.all()] == ["Ada"]


def test_a_text_that_is_none_any_more(home: Path) -> None:
    """SQLite does not mind; who reads it does."""
    story = "a story " * 2000
    with Library.open(home) as library:
        (photo, *_) = stock(library, 10)
        library.captions.edit(photo, story)
    data = (home / "library.db").read_bytes()
    at = data.rindex(b"a story " * 10)
    with (home / "library.db").open("r+b") as file:
        file.seek(at)
        file.write(b"\xff" * 64)
    with Library.open(home) as library:
        assert library.mended == ()
        with pytest.raises(Damaged, match="is damaged") as caught:
            library.captions.all()
        assert "story" not in str(caught.value)
    with Library.open(home) as library:
        assert "restored from the backup of" in library.mended[0]
        assert library.captions.all()[photo].template == story


@pytest.mark.parametrize("quietly", [False, True])
def test_the_end_of_a_long_text_is_lost(home: Path, quietly: bool) -> None:
    """The last of the pages that it fills holds only zeros, which SQLite takes for the text."""
    story = "a story " * 2000
    path = home / "library.db"
    with Library.open(home) as library:
        (photo, *_) = stock(library, 10)
        library.captions.edit(photo, story)
    status, data = path.stat(), path.read_bytes()
    page = next(
        at
        for at in range(0, len(data), 4096)
        if data[at : at + 4] == bytes(4) and b"a story " in data[at : at + 4096]
    )
    with path.open("r+b") as file:
        file.seek(page)
        file.write(bytes(4096))
    with contextlib.closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    if quietly:
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        with Library.open(home) as library:
            assert library.mended == ()
            with pytest.raises(Damaged, match="the end of a text is missing"):
                library.captions.get(photo)
    with Library.open(home) as library:
        assert "restored from the backup of" in library.mended[0]
        assert library.captions.all()[photo].template == story
        library.captions.edit(photo, "a zero\0 is no text")
        assert library.captions.all()[photo].template == "a zero is no text"


def test_a_file_that_is_deleted_while_it_is_open_is_not_made_anew(home: Path) -> None:
    with Library.open(home) as library, concurrent.futures.ThreadPoolExecutor(1) as other:
        stock(library, 10)
        (home / "library.db").unlink()
        with pytest.raises(LibraryError, match="cannot be opened; check that its folder exists"):
            other.submit(library.photos.count).result()
        assert not (home / "library.db").exists()


def test_a_backup_can_be_put_back(home: Path) -> None:
    filled(home)
    with Library.open(home) as library:
        backup = library.back_up()
        stock(library, 10, first=500)
    shutil.copyfile(backup, home / "library.db")
    with Library.open(home) as library:
        assert library.photos.count() == 200


def test_two_programs_make_the_library_at_once(home: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from engine.library import Library\n"
        "sys.stdin.readline()\n"
        "with Library.open(Path(sys.argv[1])) as library:\n"
        "    library.folders.add(sys.argv[2])\n"
    )
    programs = [
        subprocess.Popen([sys.executable, "-c", script, home, f"/{n}"], stdin=subprocess.PIPE)
        for n in range(3)
    ]
    for program in programs:
        assert program.stdin is not None
        program.stdin.write(b"go\n")
        program.stdin.flush()
    for program in programs:
        program.communicate()
        assert program.returncode == 0
    with Library.open(home) as library:
        assert {folder.path.name for folder in library.folders.all()} == {"0", "1", "2"}
    assert not list(home.glob("*.new*"))


# -- stopped in the middle -----------------------------------------------------------------------

WRITER = """
import os, signal, sys
from pathlib import Path
from typing import Any
from engine.library import Library, opening
from tests.library.shelves import stock
library = Library.open(Path(sys.argv[1]))
stock(library, 50)
ids = library.photos.ids()
library.stages.finish_many("read", "1", ids[:20])
store = getattr(library, sys.argv[2])
with library.transaction():
    # Small enough a cache that the half-done transaction reaches the file.
    store.run("PRAGMA cache_size=1")
    stock(library, 3000, first=1000)
    library.stages.finish_many("read", "1", library.photos.ids())
    os.kill(os.getpid(), signal.SIGKILL)
"""


def killed_in_a_transaction(home: Path, store: str) -> None:
    done = subprocess.run([sys.executable, "-c", WRITER, home, store], check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize("store", ["_catalogue", "_index"])
def test_killed_in_a_transaction_means_it_never_was(home: Path, store: str) -> None:
    killed_in_a_transaction(home, store)
    half_done = home / ("library.db-journal" if store == "_catalogue" else "index.db-wal")
    assert half_done.stat().st_size > 20_000
    with Library.open(home) as library:
        assert library.photos.count() == 50
        assert len(library.stages.done("read", "1")) == 20
        assert len(library.stages.pending("read", "1")) == 30
    assert not half_done.exists()


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_a_newer_library_that_was_killed_is_refused_untouched(home: Path, newer_file: str) -> None:
    with pytest.MonkeyPatch.context() as older:
        older.setattr(catalogue_schema, "catalogue", OLD_CATALOGUE)
        older.setattr(index_schema, "index", OLD_INDEX)
        filled(home)
    # Migrate one file in a process that is killed before it can tidy up.
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "from tests.library.test_opening import with_another\n"
        "from engine.library import Library, catalogue_schema as c, index_schema as i\n"
        "if sys.argv[2] == 'library.db': c.catalogue = with_another(c.catalogue)\n"
        "else: i.index = with_another(i.index)\n"
        "library = Library.open(Path(sys.argv[1]))\n"
        "from tests.library.shelves import stock\n"
        "with library.transaction():\n"
        "    library._catalogue.run('PRAGMA cache_size=1')\n"
        "    stock(library, 3000, first=5000)\n"
        "    library.stages.finish_many('read', '1', range(9999))\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, home, newer_file], check=False)
    assert done.returncode == -signal.SIGKILL
    assert (home / "library.db-journal").exists()
    assert (home / "index.db-wal").exists()
    with pytest.MonkeyPatch.context() as older:
        older.setattr(catalogue_schema, "catalogue", OLD_CATALOGUE)
        older.setattr(index_schema, "index", OLD_INDEX)
        refused(home, rf"{newer_file} was made by a newer version")
    with Library.open(home) as library:
        assert library.photos.count() == 200


# -- how much is checked -------------------------------------------------------------------------


def test_an_unchanged_file_is_not_walked_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    walked: list[tuple[str, bool]] = []
    real = checks.examine

    def watch(path: Path, migrations: Migrations, **options: Any) -> list[str]:
        walked.append((path.name, options["thorough"]))
        return real(path, migrations, **options)

    monkeypatch.setattr(checks, "examine", watch)
    filled(home)
    with Library.open(home):
        pass
    assert walked == [("library.db", False), ("index.db", False)]
    walked.clear()
    os.utime(home / "index.db")
    with Library.open(home):
        pass
    assert walked == [("library.db", False), ("index.db", True)]
    walked.clear()
    (home / "checked.json").write_text("[nonsense")
    with Library.open(home):
        pass
    assert walked == [("library.db", True), ("index.db", True)]


def test_importing_the_library_is_light() -> None:
    script = (
        "import sys, engine.library, engine.photos\n"
        "heavy = {'torch', 'numpy', 'sqlite_utils', 'cv2', 'faiss', 'pillow_heif', 'click'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == "[]"
