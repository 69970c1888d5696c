"""The command line is a contract: what it prints where, and how it ends."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.cli import main, parser
from engine.familiar import Familiar
from tests.photos.packets import face, packet, people_tag
from tests.tiny import TinyPack, paint

ROOT = Path(__file__).parent.parent
ADA = (250, 30, 30)

COMMANDS: dict[str, argparse.ArgumentParser] = next(
    action.choices for action in parser()._actions if isinstance(action, argparse._SubParsersAction)
)


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Standard output, which must be JSON alone."""
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process, with the tiny pack."""
    pack = TinyPack()
    monkeypatch.setattr(Familiar, "pack", property(lambda _: pack))

    def run(*arguments: object) -> Done:
        capsys.readouterr()
        try:
            status = main([str(one) for one in arguments])
        except SystemExit as ended:
            status = int(ended.code or 0)
        captured = capsys.readouterr()
        return Done(status, captured.out, captured.err)

    return run


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    rest = ["red", "green", "blue", "yellow", "white"]
    for number in range(20):
        colours = ["orange" if number % 4 == 0 else rest[number % 5], rest[number % 3]]
        paint(folder / f"{number:02}.png", colours, number, [ADA] if number % 5 == 1 else [])
    return folder


@pytest.fixture
def indexed(run: Run, photos: Path) -> Path:
    assert run("add", photos).status == 0
    assert run("index").status == 0
    return photos


def test_the_first_five_minutes(run: Run, photos: Path) -> None:
    done = run("add", photos)
    assert (done.status, done.out) == (0, f"Added {photos}.\n")
    done = run("index")
    assert done.status == 0
    assert done.out == "20 photos found, 20 looked at, 20 captioned.\n"
    assert done.err == ""
    tagged = [photos / "00.png", photos / "04.png"]
    done = run("teach", "Biscuit", "--kind", "pet", *tagged)
    assert done.status == 0
    assert done.out == "Biscuit: learned from 2 photos, found in 3 more photos.\n"
    done = run("teach", "Ada", "--kind", "person", photos / "01.png")
    assert done.out == "Ada: learned from 1 photo, found in 3 more photos.\n"
    found = run("search", "Ada and Biscuit", "--json").data
    assert [Path(one["path"]).name for one in found] == ["16.png"]
    assert "Ada" in found[0]["caption"]
    assert "Biscuit" in found[0]["caption"]
    assert set(found[0]) == {"path", "score", "caption", "why"}
    done = run("index")
    assert done.out == "20 photos found, 0 looked at, 0 captioned.\n"


def test_a_folder_that_is_there_already(run: Run, photos: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert run("add", photos).out == f"Added {photos}.\n"
    done = run("add", photos / ".." / photos.name, other, other)
    assert done.status == 0
    there = "is in the library already"
    assert done.out == f"{photos} {there}.\nAdded {other}.\n{other} {there}.\n"
    assert len(run("status", "--json").data["folders"]) == 2


def test_names_in_files(run: Run, photos: Path) -> None:
    assert run("people", "--in-files").status == 1, "there is no library yet"
    for name in ("01", "06"):
        (photos / f"{name}.xmp").write_bytes(packet(face("Ada", (14 / 64, 14 / 64, 0.3, 0.3))))
    (photos / "11.png.xmp").write_bytes(packet(people_tag("Tove", "0.5, 0.5, 0.25, 0.25")))
    run("add", photos)
    run("index", "--no-captions")
    assert [line.split() for line in run("people", "--in-files").out.splitlines()[2:]] == [
        ["Ada", "person", "2"], ["Tove", "person", "1"],
    ]  # fmt: skip
    ada, tove = run("people", "--in-files", "--json").data
    assert {one["path"] for one in ada["faces"]} == {
        str(photos / "01.png"), str(photos / "06.png")
    }  # fmt: skip
    assert tove == {
        "name": "Tove", "kind": "person", "known_as": None, "photos": 1,
        "faces": [{"path": str(photos / "11.png"), "box": [0.5, 0.5, 0.75, 0.75]}],
    }  # fmt: skip
    run("teach", "Ada", "--kind", "person", photos / "01.png", photos / "06.png")
    (left,) = run("people", "--in-files", "--json").data
    assert left == tove


def test_without_names_in_files(run: Run, indexed: Path) -> None:
    done = run("people", "--in-files")
    assert (done.status, done.out) == (0, "")
    assert done.err == "No file carries a name that is not known yet.\n"
    assert run("people", "--in-files", "--json").data == []


def test_show(run: Run, indexed: Path) -> None:
    run("teach", "Ada", "--kind", "person", indexed / "01.png")
    shown = run("show", indexed / "06.png", "--json").data
    assert list(shown) == [
        "path", "paths", "content_hash", "taken_at", "width", "height", "caption", "sightings",
        "faces", "problems",
    ]  # fmt: skip
    assert shown["path"] == str(indexed / "06.png")
    assert shown["paths"] == [shown["path"]]
    assert len(shown["content_hash"]) == 64
    assert (shown["taken_at"], shown["width"], shown["height"]) == (None, 64, 64)
    assert set(shown["caption"]) == {"text", "template", "model", "edited"}
    assert shown["caption"]["text"].startswith("Ada in ")
    assert shown["caption"]["template"].startswith("{c1} in ")
    assert shown["caption"]["edited"] is False
    (sighting,) = shown["sightings"]
    assert set(sighting) == {"name", "kind", "score", "box", "state"}
    assert (sighting["name"], sighting["kind"], sighting["state"]) == (
        "Ada",
        "person",
        "recognised",
    )
    assert len(sighting["box"]) == 4
    assert all(0 <= edge <= 1 for edge in sighting["box"])
    assert (shown["faces"], shown["problems"]) == (1, [])
    text = run("show", indexed / "06.png").out
    assert "Ada (person): recognised" in text


def test_export_is_every_photo_as_show(run: Run, indexed: Path) -> None:
    for arguments in (["export"], ["export", "--json-lines"]):
        done = run(*arguments)
        cards = [json.loads(line) for line in done.out.splitlines()]
        assert len(cards) == 20
        assert done.err == ""
    shown = run("show", indexed / "03.png", "--json").data
    assert shown in cards


def test_many_queries(run: Run, indexed: Path, tmp_path: Path) -> None:
    queries = ["red", "", "Ada", "blue and white", "  spaced  ", "no such thing ✨"]
    (tmp_path / "queries.txt").write_text("\n".join(queries) + "\n", "utf-8")
    done = run("search", "--queries", tmp_path / "queries.txt", "--limit", "3", "--json")
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert [line["query"] for line in lines] == queries
    assert all(len(line["results"]) == 3 for line in lines)
    for line in lines[:1]:
        assert line["results"] == run("search", line["query"], "--limit", "3", "--json").data
    (tmp_path / "queries.txt").write_text("red\nblue", "utf-8")
    done = run("search", "--queries", tmp_path / "queries.txt")
    assert done.status == 0
    assert done.out.startswith("red:\n")


def test_confirm_and_reject(run: Run, indexed: Path) -> None:
    run("teach", "Ada", "--kind", "person", indexed / "01.png")
    done = run("reject", indexed / "06.png", "ada")
    assert (done.status, done.out.splitlines()[0]) == (
        0,
        f"ada is rejected in {indexed / '06.png'}.",
    )
    assert run("show", indexed / "06.png", "--json").data["sightings"][0]["state"] == "rejected"
    run("confirm", indexed / "06.png", "Ada")
    shown = run("show", indexed / "06.png", "--json").data
    assert shown["sightings"][0]["state"] == "confirmed"
    assert shown["caption"]["text"].startswith("Ada in")


def test_lists(run: Run, indexed: Path) -> None:
    assert run("people").err == (
        "Nobody was taught yet.\n1 group of faces that look alike and have no name yet.\n"
    )
    run("teach", "Ada", "--kind", "person", indexed / "01.png")
    (person,) = run("people", "--json").data
    assert person == {
        "name": "Ada", "kind": "person", "noun": person["noun"], "photos": 4, "confirmed": 1,
        "suggested": 0, "tagged": 1, "hidden": False,
    }  # fmt: skip
    (album,) = run("albums", "--json").data
    assert album == {
        "name": "Ada", "made_by": "familiar", "photos": 4, "cover": str(indexed / "01.png"),
        "kind": "someone", "id": album["id"], "first": None, "last": None, "query": None,
    }  # fmt: skip
    assert "Ada" in run("albums").out
    assert "Ada" in run("people").out
    status = run("status", "--json").data
    assert (status["photos"], status["people"], status["captions"]) == (20, 1, 20)
    assert status["folders"] == [{"path": str(indexed), "there": True}]
    assert status["stages"]["caption"] == {"done": 20, "failed": 0}
    assert status["problems"] == []
    assert "20 photos" in run("status").out


def test_what_was_edited_or_deleted_is_counted_once(run: Run, indexed: Path) -> None:
    run("teach", "Ada", "--kind", "person", indexed / "01.png")
    for name in ("06", "11"):
        with (indexed / f"{name}.png").open("ab") as file:
            file.write(b"a comment of another program's")
    run("index")
    (indexed / "16.png").unlink()
    run("index")
    run("index")
    status = run("status", "--json").data
    assert (status["photos"], status["captions"]) == (19, 19)
    assert status["stages"]["encode"] == {"done": 19, "failed": 0}
    (ada,) = run("people", "--json").data
    (album,) = run("albums", "--json").data
    assert (ada["photos"], album["photos"]) == (3, 3)
    assert len(run("search", "Ada", "--json").data) == 3
    done = run("teach", "Ada", "--kind", "person", indexed / "01.png")
    assert done.out == "Ada: learned from 1 photo, found in 2 more photos.\n"


def test_ask_and_locate(run: Run, indexed: Path, tmp_path: Path) -> None:
    run("teach", "Ada", "--kind", "person", indexed / "01.png")
    answer = run("ask", indexed / "06.png", "who is this?", "--json").data
    assert answer == {"answer": "Ada is here.", "source": "sightings", "note": None}
    answer = run("ask", indexed / "06.png", "What is Ada doing?", "--json").data
    assert answer["source"] == "caption"
    assert "familiar packs" in answer["note"]
    done = run("ask", indexed / "06.png", "What is Ada doing?")
    assert done.out.startswith("Ada in")
    assert "cannot answer" in done.err
    place = run("locate", indexed / "06.png", "Ada", "--json").data
    assert place["source"] == "region"
    assert len(place["box"]) == 4
    heat = tmp_path / "heat.png"
    place = run("locate", indexed / "06.png", "Ada", "--json", "--heatmap", heat).data
    assert place["heatmap"] == str(heat)
    assert heat.read_bytes().startswith(b"\x89PNG")
    assert place["heat"] == "attention", "this pack's encoder shows no places"
    done = run("locate", indexed / "02.png", "Ada", "--json")
    assert (done.status, done.out) == (1, "")
    assert "was not recognised" in done.err


def test_what_a_heat_map_is_of(run: Run, indexed: Path, tmp_path: Path) -> None:
    run("teach", "Ada", "--kind", "person", indexed / "01.png")
    photo = indexed / "06.png"
    assert run("locate", photo, "Ada", "--json").data["heat"] is None
    drawn = {}
    for arguments in ([], ["--layer", 1], ["--layer", 2]):
        heat = ["--heatmap", tmp_path / "heat.png", "--heatmap-of", "attention", *arguments]
        place = run("locate", photo, "Ada", "--json", *heat).data
        assert (place["source"], place["heat"]) == ("region", "attention")
        drawn[str(arguments)] = (tmp_path / "heat.png").read_bytes()
    assert len(set(drawn.values())) == 3, "each layer looks elsewhere, and so does their mean"
    heat = ["--heatmap", tmp_path / "none.png", "--heatmap-of"]
    done = run("locate", photo, "Ada", *heat, "attention", "--layer", 3)
    assert (done.status, done.out) == (2, "")
    assert "The captioner has no layer 3; without a layer, all are averaged." in done.err
    done = run("locate", photo, "Ada", *heat, "recogniser")
    assert (done.status, done.out) == (1, "")
    assert "`--heatmap-of attention` draws" in done.err
    assert not (tmp_path / "none.png").exists()


def test_broken_files_are_named_and_the_status_is_one(run: Run, photos: Path) -> None:
    (photos / "broken.jpg").write_bytes(b"nothing of the kind")
    (photos / "empty.png").touch()
    run("add", photos)
    done = run("index")
    assert done.status == 1
    assert done.out == "20 photos found, 20 looked at, 20 captioned.\n".replace("20 p", "22 p")
    lines = sorted(done.err.splitlines())
    assert [line.split(": ")[0] for line in lines] == [
        str(photos / "broken.jpg"), str(photos / "empty.png"),
    ]  # fmt: skip
    again = run("index")
    assert again.status == 0
    assert "2 files with a remark" in again.err
    problems = run("status", "--json").data["problems"]
    assert {Path(one["path"]).name for one in problems} == {"broken.jpg", "empty.png"}


def test_names_of_files_cannot_steer_the_terminal(run: Run, photos: Path) -> None:
    evil = photos / "a\x1b[2J\x07\u202eb\nc.png"
    paint(photos / "00.png", ["red"], 77).rename(evil)
    bad = photos / "d\x1b]0;owned\x07.jpg"
    bad.write_bytes(b"no")
    latin = photos / os.fsdecode(b"caf\xe9.png")
    paint(photos / "04.png", ["red"], 78).rename(latin)
    run("add", photos)
    outputs = [run("index"), run("search", "red"), run("status"), run("show", evil)]
    outputs += [run("show", evil, "--json"), run("export"), run("search", "red", "--json")]
    outputs += [run("show", photos / "e\x1b[31m.png"), run("search", "\x1b[31mred", "--json")]
    for done in outputs:
        for stream in (done.out, done.err):
            assert not set(stream) & {"\x1b", "\x07", "\u202e", "\r"}, stream
            stream.encode("utf-8")
    assert run("show", latin, "--json").data["path"] == str(latin)


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["add", "nowhere"], 1, "There is no folder nowhere."),
        (["add", "photos/00.png"], 1, "is not a folder"),
        (["add", "photos", ""], 2, "argument FOLDER: it is empty"),
        (["--home", "", "status"], 2, "argument --home: it is empty"),
        (
            ["status", "--home", "~nobody-of-this-name"],
            2,
            "Which folder ~nobody-of-this-name means",
        ),
        (["search", "caf\udce9"], 2, "argument QUERY: it is not text in UTF-8"),
        (["teach", "\udcff", "--kind", "pet", "photos/02.png"], 2, "it is not text in UTF-8"),
        (["confirm", "photos/02.png", "\udcff"], 2, "it is not text in UTF-8"),
        (["ask", "photos/02.png", "\udcff"], 2, "it is not text in UTF-8"),
        (["show", "photos/nothing.png"], 1, "There is no file"),
        (["show", "stranger.png"], 1, "is not in the library"),
        (["show", "photos"], 1, "is not in the library"),
        (["teach", "Ada", "--kind", "person", "photos/nothing.png"], 1, "There is no file"),
        (["teach", "Ada", "--kind", "person", "photos/02.png"], 2, "No face"),
        (["teach", "", "--kind", "pet", "photos/02.png"], 2, "name"),
        (["confirm", "photos/02.png", "Nobody"], 2, "nobody and nothing named"),
        (["reject", "photos/02.png", "Nobody"], 2, "nobody and nothing named"),
        (["locate", "photos/02.png", "Nobody"], 2, "nobody and nothing named"),
        (["locate", "photos/02.png", "Ada", "--heatmap-of", "attention"], 2, "--heatmap FILE.png"),
        (["locate", "photos/02.png", "Ada", "--heatmap", "a.png", "--layer", "1"], 2, "goes with"),
        (["locate", "photos/02.png", "Ada", "--layer", "0"], 2, "not a number from 1 on"),
        (["locate", "photos/02.png", "Ada", "--heatmap-of", "luck"], 2, "invalid choice"),
        (["search"], 2, "Give either"),
        (["search", "red", "--queries", "photos/02.png"], 2, "Give either"),
        (["search", "--queries", "none.txt", "--json"], 1, "none.txt cannot be read"),
        (["search", "--queries", "photos/02.png", "--json"], 1, "not a text file"),
        (["search", "red", "--limit", "0"], 2, "not a number from 1 on"),
        (["search", "red", "--limit", "many"], 2, "not a number from 1 on"),
        (["teach", "Ada", "--kind", "ghost", "photos/02.png"], 2, "invalid choice"),
        (["teach", "Ada", "photos/02.png"], 2, "--kind"),
        (["frobnicate"], 2, "invalid choice"),
        (["gui"], 1, "no screen"),
        ([], 1, "no screen"),
        (["--home", "photos/00.png", "status"], 1, "."),
    ],
)
def test_bad_input_is_a_sentence(
    run: Run,
    indexed: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    status: int,
    says: str,
) -> None:
    monkeypatch.chdir(indexed.parent)
    paint(indexed.parent / "stranger.png", ["black"], 99)
    done = run(*arguments)
    assert (done.status, done.out) == (status, "")
    assert says in done.err
    assert "Traceback" not in done.err
    assert done.err.rstrip().endswith((".", ")")) or status == 2


def test_a_fault_of_familiars_own_is_a_sentence_too(
    run: Run, indexed: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Familiar) -> None:
        raise KeyError("Ada at the beach")

    monkeypatch.setattr(Familiar, "status", fail)
    done = run("status")
    assert (done.status, done.out) == (1, "")
    sentence = "familiar: Something in Familiar itself went wrong (KeyError in test_cli.py, line "
    assert done.err.startswith(sentence)
    assert done.err.endswith(f"). {home / 'logs'} says more.\n")
    assert done.err.count("\n") == 1
    logged = (home / "logs" / "familiar.log").read_text("utf-8")
    assert "KeyError" in logged.splitlines()[-4]
    assert "test_cli.py" in logged.splitlines()[-1]
    assert "Ada at the beach" not in logged


@pytest.mark.parametrize("command", ["index", "search red", "people", "status", "export"])
def test_without_a_library(run: Run, command: str) -> None:
    done = run(*command.split())
    assert (done.status, done.out) == (1, "")
    assert "There is no library in" in done.err


def test_where_the_library_is(run: Run, photos: Path, tmp_path: Path) -> None:
    assert run("--home", tmp_path / "one", "add", photos).status == 0
    assert run("add", photos, "--home", tmp_path / "two").status == 0
    for name in ("one", "two"):
        assert (tmp_path / name / "library.db").exists()
    assert not (tmp_path / "home").exists()
    assert run("--home", tmp_path / "one", "status", "--json").data["home"] == str(tmp_path / "one")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_is_in_the_readme(run: Run, name: str) -> None:
    done = run(name, "--help")
    assert done.status == 0
    assert len(done.out.splitlines()) > 4
    for action in COMMANDS[name]._actions:
        assert action.help, f"{name} {action.option_strings or action.dest} has no help"
    readme = (ROOT / "README.md").read_text("utf-8")
    assert f"`{name}" in readme or f"familiar {name}" in readme, f"{name} is not in the README"


def test_every_command_of_the_contract_is_there() -> None:
    contract = (
        "add index teach search show ask locate confirm reject people albums status packs export "
        "gui demo missing check backup restore"
    )
    assert set(COMMANDS) == set(contract.split())
