"""`familiar check`, `backup`, `restore` and `missing`: the library itself is looked after."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine.cli import main
from engine.familiar import Familiar
from engine.indexing.lock import only_writer
from engine.library import Library, backups
from engine.library.backups import KEPT
from tests.tiny import COLOURS, TinyPack, paint

Said = tuple[int, str, str]
Run = Callable[..., Said]


@pytest.fixture
def pack() -> TinyPack:
    return TinyPack()


@pytest.fixture
def run(pack: TinyPack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command with the tiny pack: exit status, standard output, standard error."""
    monkeypatch.setattr(Familiar, "pack", property(lambda _: pack))

    def run(*arguments: object) -> Said:
        capsys.readouterr()
        status = main([str(one) for one in arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def photos(run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for number in range(12):
        paint(folder / f"{number:02}.png", [list(COLOURS)[number % 6]], number)
    run("add", folder)
    run("index")
    return folder


def sql(home: Path, statement: str, name: str = "index.db") -> None:
    """What a failing disk or another program might do to the library."""
    with closing(sqlite3.connect(home / name)) as connection, connection:
        connection.create_function("spoilt", 1, lambda vector: b"\0\x7e" + vector[2:])  # a NaN
        assert connection.execute(statement).rowcount > 0


def name(home: Path, *names: str) -> None:
    """Names that the owner gives, as far as a library knows."""
    with Library.open(home) as library:
        for one in names:
            library.concepts.add(one, "pet")


def names(home: Path) -> list[tuple[int, str]]:
    with Library.open(home) as library:
        return [(one.id, one.name) for one in library.concepts.all()]


def scribble(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for at in range(8192, len(data), 4096):
        data[at : at + 64] = b"\xff" * 64
    path.write_bytes(data)


def test_a_sound_library(run: Run, photos: Path, pack: TinyPack) -> None:
    status, out, err = run("check")
    assert (status, err) == (0, "")
    assert out == "12 photos and 0 names, with 2 backups. The library is sound.\n"
    before = pack.encoder.pictures
    run("index")
    assert pack.encoder.pictures == before


WRITTEN = (
    "INSERT INTO hints (photo_id, title, keywords, regions)"
    " SELECT photo_id, 'By the sea', {}, {} FROM info LIMIT 1"
)
"""What another program wrote about a photo."""


@pytest.mark.parametrize(("keywords", "regions"), [("char(0)", "'[]'"), ("'[]'", "'[{}]'")])
def test_what_is_damaged_of_what_others_wrote_keeps_nothing_from_working(
    run: Run, photos: Path, home: Path, keywords: str, regions: str
) -> None:
    sql(home, WRITTEN.format(keywords, regions))
    status, out, err = run("search", '"by the sea"')
    assert (status, err, out.count(".png")) == (0, "", 1)
    assert run("index")[0] == 0


@pytest.mark.parametrize(
    ("damage", "pictures", "captions"),
    [
        ("UPDATE thumbnails SET jpeg = substr(jpeg, 1, 100) WHERE id = 3", 0, 0),
        ("DELETE FROM thumbnails WHERE id = 3", 0, 0),
        ("DELETE FROM info WHERE rowid IN (SELECT rowid FROM info LIMIT 1)", 0, 0),
        (WRITTEN.format("char(0)", "'[]'"), 0, 0),
        (WRITTEN.format("'[]'", "'[{}]'"), 0, 0),
        ("DELETE FROM embeddings WHERE id = 3", 1, 1),
        ("UPDATE embeddings SET vector = zeroblob(2) WHERE id = 3", 1, 1),
        ("UPDATE head_views SET vectors = spoilt(vectors) WHERE id = 3", 1, 1),
        ("UPDATE visual_rows SET vectors = zeroblob(1000) WHERE id = 3", 1, 1),
        ("UPDATE caption_vectors SET vector = zeroblob(1) WHERE id = 3", 0, 1),
        ("DELETE FROM captions WHERE rowid IN (SELECT rowid FROM captions LIMIT 1)", 0, 1),
    ],
)
def test_what_is_wrong_is_made_again(
    run: Run, photos: Path, home: Path, pack: TinyPack, damage: str, pictures: int, captions: int
) -> None:
    """And nothing else."""
    before = [card.as_json() for card in Familiar.open(home).export()]
    sql(home, damage)
    status, out, err = run("check")
    assert status == 0
    assert "The library is mended." in out
    assert "1 photo will be looked at again." in err
    pack.encoder.pictures = pack.vlm.captions = 0
    run("index")
    assert (pack.encoder.pictures, pack.vlm.captions) == (pictures, captions)
    assert run("check")[1].endswith("sound.\n")
    assert [card.as_json() for card in Familiar.open(home).export()] == before


def test_a_damaged_index(run: Run, photos: Path, home: Path, pack: TinyPack) -> None:
    scribble(home / "index.db")
    status, out, err = run("check")
    assert (status, "mended" in out, "index.db was damaged" in err) == (0, True, True)
    pack.encoder.pictures = 0
    assert run("index")[0] == 0
    assert pack.encoder.pictures == 12


def test_damage_that_only_shows_beside_an_index(run: Run, photos: Path, home: Path) -> None:
    """A row that a search by its photo would miss."""
    with closing(sqlite3.connect(home / "index.db")) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET name = 'kept' WHERE name = 'scores_by_photo'")
        connection.execute("DELETE FROM sqlite_schema WHERE name = 'stages_failed'")
        connection.execute("INSERT INTO stages VALUES ('encode', 1, 1, 1, 'no', 1)")
        connection.execute(
            "INSERT INTO sqlite_schema SELECT 'index', 'stages_failed', 'stages', rootpage,"
            " 'CREATE INDEX stages_failed ON stages (photo_id) WHERE failed'"
            " FROM sqlite_schema WHERE name = 'kept'"
        )
        connection.execute("UPDATE sqlite_schema SET name = 'scores_by_photo' WHERE name = 'kept'")
    status, out, _ = run("check")
    assert (status, "mended" in out) == (0, True)


def test_any_command_says_that_it_mended_the_library(run: Run, photos: Path, home: Path) -> None:
    scribble(home / "library.db")
    status, out, err = run("status")
    assert status == 0
    assert "12 photos" in out
    assert "restored from the backup" in err
    assert run("status")[2] == ""


def test_there_and_back(run: Run, photos: Path, home: Path, tmp_path: Path, pack: TinyPack) -> None:
    """A backup on another machine, with the same photos: names are there, the rest is made."""
    name(home, "Biscuit")
    file = tmp_path / "familiar.db"
    status, out, _ = run("backup", file)
    assert (status, str(file) in out) == (0, True)
    assert file.stat().st_mode & 0o777 == 0o600
    name(home, "Ada")
    pack.encoder.pictures = 0
    status, out, err = run("restore", file)
    assert (status, out) == (0, f"Restored 12 photos and 1 name from {file}.\n")
    assert str(home / "backups") in err
    assert names(home) == [(1, "Biscuit")]
    run("index")
    assert pack.encoder.pictures == 0, "the pictures are known"
    name(home, "Tom")
    assert names(home) == [(1, "Biscuit"), (3, "Tom")], "Ada's number is nobody else's"

    new = tmp_path / "new"
    assert run("--home", new, "restore", file)[0] == 0
    run("--home", new, "index")
    assert names(new) == [(1, "Biscuit")]
    # A library of somebody else's, in the place of this one.
    other = tmp_path / "other"
    run("--home", other, "add", photos)
    run("--home", other, "index")
    assert run("--home", other, "restore", file)[0] == 0
    assert run("--home", other, "index")[0] == 0
    assert len(list((other / "damaged").glob("index-*.db"))) == 1


def test_back_to_an_automatic_backup(run: Run, photos: Path, home: Path) -> None:
    name(home, "Biscuit")
    status, out, _ = run("restore")
    files = [line.split()[-1] for line in out.splitlines()[2:]]
    assert status == 0
    assert files == sorted(files)
    assert run("restore", files[1])[0] == 0
    assert names(home) == []
    newest = run("restore")[1].splitlines()[-1].split()[-1]
    assert run("restore", newest)[0] == 0, "and forward again: what was before is a backup too"
    assert names(home) == [(1, "Biscuit")]


def test_back_to_the_oldest_backup_of_all(run: Run, photos: Path, home: Path) -> None:
    """Restoring makes a backup of what was before, for which the oldest would have to go."""
    with Library.open(home) as library:
        while len(library.backups()) < KEPT:
            library.back_up()
    name(home, "Biscuit")
    oldest = run("restore")[1].splitlines()[2].split()[-1]
    before = Path(oldest).read_bytes()
    status, _, err = run("restore", oldest)
    assert (status, "damaged" in err) == (0, False)
    assert names(home) == []
    assert Path(oldest).read_bytes() == before


def test_a_library_is_no_backup_of_itself(run: Run, photos: Path, home: Path) -> None:
    name(home, "Biscuit")
    (home / "link.db").symlink_to("library.db")
    for file in (home / "library.db", home / "link.db"):
        status, out, err = run("restore", file)
        assert (status, out) == (2, "")
        assert err == f"familiar: {file} is the library itself. Choose a backup of it.\n"
    assert names(home) == [(1, "Biscuit")]


def test_a_damaged_library_is_restored_over(
    run: Run, photos: Path, home: Path, tmp_path: Path
) -> None:
    run("backup", tmp_path / "familiar.db")
    shutil.rmtree(home / "backups")
    (home / "library.db").write_bytes(b"my diary" * 1000)
    assert run("status")[0] == 1
    status, _, err = run("restore", tmp_path / "familiar.db")
    assert (status, str(home / "damaged") in err) == (0, True)
    assert "12 photos" in run("status")[1]


def test_notes_that_cannot_be_kept_leave_nothing_behind(run: Run, photos: Path, home: Path) -> None:
    for notes in (home / "checked.json", home / "backups" / "latest.json"):
        notes.unlink()
        notes.mkdir()  # so that no file can take its place
    name(home, "Biscuit")
    assert run("check")[0] == 0
    assert list(home.rglob("*.new")) == []


def test_a_sound_library_is_not_called_damaged_when_nothing_can_be_restored(
    run: Run, photos: Path, home: Path, tmp_path: Path
) -> None:
    run("backup", tmp_path / "familiar.db")
    (home / "mending.lock").unlink(missing_ok=True)
    (home / "mending.lock").mkdir()
    status, out, err = run("restore", tmp_path / "familiar.db")
    assert (status, out) == (1, "")
    assert err.startswith(f"familiar: {home / 'mending.lock'} cannot be opened; ")
    assert "damaged" not in err


def test_what_is_refused(run: Run, photos: Path, home: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("my diary " * 100)
    (tmp_path / "empty.db").touch()
    with closing(sqlite3.connect(tmp_path / "recipes.db")) as other, other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    run("backup", tmp_path / "bad.db")
    scribble(tmp_path / "bad.db")
    before = (home / "library.db").read_bytes()
    for name in ("notes.txt", "empty.db", "recipes.db", "bad.db", "none.db", "photos"):
        status, out, err = run("restore", tmp_path / name)
        assert (status, out, err.count("\n")) == (1, "", 1), name
    status, _, err = run("backup", tmp_path / "notes.txt")
    assert (status, "already a file" in err) == (2, True)
    nowhere = tmp_path / "no" / "folder.db"
    missing = f"familiar: There is no folder {nowhere.parent}.\n"
    assert run("backup", nowhere) == (1, "", missing)
    assert (home / "library.db").read_bytes() == before
    with only_writer(home):
        for command in (["check"], ["restore", tmp_path / "bad.db"]):
            status, _, err = run(*command)
            assert (status, "Another Familiar" in err) == (1, True)
    assert (tmp_path / "notes.txt").read_text() == "my diary " * 100


def test_restoring_does_not_wait_for_ever(
    run: Run, photos: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", tmp_path / "familiar.db")
    name(home, "Ada")
    monkeypatch.setattr(backups, "BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(home / "library.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        status, _, err = run("restore", tmp_path / "familiar.db")
        assert (status, "library.db is in use by another program" in err) == (1, True)
        other.rollback()
    assert names(home) == [(1, "Ada")]
    assert run("restore", tmp_path / "familiar.db")[0] == 0
    assert names(home) == []


def test_missing_photos(run: Run, photos: Path) -> None:
    assert run("missing") == (0, "", "Every photo is where it was.\n")
    (photos / "00.png").unlink()
    run("index")
    assert run("missing")[1].splitlines()[-1].endswith("missing")
    run("index")
    data = json.loads(run("missing", "--json")[1])
    assert [one["path"] for one in data["deleted"]] == [str(photos / "00.png")]
    assert (data["offline"], data["missing"]) == ([], [])
    assert run("missing", "--restore", photos / "00.png")[0] == 0
    assert run("missing", "--restore", photos / "00.png")[0] == 2
    for number in range(1, 6):
        (photos / f"{number:02}.png").unlink()
    assert run("index")[0] == 1
    data = json.loads(run("missing", "--json")[1])
    assert [one["path"] for one in data["offline"]] == [str(photos)]
    assert len(data["missing"]) == 6
    assert len(run("missing")[1].splitlines()) == 3, "one line says it all"
    status, out, _ = run("missing", "--gone", photos)
    assert (status, out) == (0, f"6 photos of {photos} left the library.\n")
    assert "6 photos" in run("status")[1]
