"""`familiar packs`: listing, getting, using and removing them from the command line."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.cli import main
from engine.familiar import Familiar
from engine.library.settings import PACK
from tests.models.hub_server import HubServer, serving
from tests.tiny_packs import SOURCE, Shelf, fill, momo_taught


@pytest.fixture(autouse=True)
def shelf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shelf:
    return fill(monkeypatch, tmp_path / "packs")


@pytest.fixture
def familiar(home: Path, tmp_path: Path) -> Iterator[Familiar]:
    with momo_taught(home, tmp_path / "photos") as one:
        yield one


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> Done:
        capsys.readouterr()
        try:
            status = main([str(one) for one in arguments])
        except SystemExit as ended:
            status = int(ended.code or 0)
        captured = capsys.readouterr()
        assert "\x1b" not in captured.out + captured.err
        assert "Traceback" not in captured.err
        return Done(status, captured.out, captured.err)

    return run


@pytest.fixture
def afar(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    with serving(monkeypatch) as hub:
        hub.repositories["me/tiny"] = {"config.json": b"{}", "model.safetensors": b"w" * 2_000_000}
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        yield hub


class Terminal(io.StringIO):
    """Someone who types."""

    def isatty(self) -> bool:
        return True


def types(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(text))


def test_the_list(run: Run) -> None:
    done = run("packs")
    assert done.status == 0
    assert "This machine has" in done.out
    assert "starter: Starter" in done.out
    assert "tiny-large" in done.out
    assert "On this machine: needs 100000 GB of memory, this machine has" in done.out
    assert "For research and non-commercial use only, because of: Tiny\\x1b[2J." in done.out


def test_the_list_for_scripts(run: Run, familiar: Familiar) -> None:
    with familiar:
        found = {one["name"]: one for one in json.loads(run("packs", "--json").out)}
    assert found["tiny"]["in_use"]
    assert found["tiny"]["downloaded"]
    assert found["starter"]["available"]
    assert found["starter"]["download_megabytes"] == 0
    assert not found["tiny-large"]["runs"]
    assert not found["tiny-later"]["available"]
    assert not found["tiny-far"]["downloaded"]
    assert not found["tiny-far"]["commercial"]
    assert found["tiny-far"]["parts"][0]["repository"] == "me/tiny"
    assert {"title", "megabytes", "needs", "parts", "note"} <= set(found["starter"])


def test_getting_one(run: Run, afar: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    types(monkeypatch, "y\n")
    done = run("packs", "get", "tiny-far")
    assert done.status == 0, done.err
    assert "Do you accept these licences, and shall it be downloaded? [y/N]" in done.err
    assert "research only" in done.out
    assert "about 2 MB to download" in done.out
    assert "complete and checked (2 MB)" in done.out
    assert run("packs", "get", "tiny-far").out == "The pack tiny-far is here already.\n"
    assert "tiny-far: Far away (downloaded)" in run("packs").out


def test_getting_one_that_cannot_be_opened_yet(run: Run, afar: HubServer) -> None:
    done = run("packs", "get", "tiny-later", "--yes")
    assert done.status == 0
    assert "This version of Familiar cannot open it yet" in done.err
    assert "cannot be opened by this version yet" in run("packs").out
    done = run("packs", "use", "tiny-later")
    assert (done.status, done.out) == (1, "")
    assert "cannot open the pack tiny-later yet, downloaded or not" in done.err


@pytest.mark.parametrize("answer", ["", "\n", "n\n", "yesterday\n"])
def test_saying_no(
    run: Run, afar: HubServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: str
) -> None:
    types(monkeypatch, answer)
    done = run("packs", "get", "tiny-far")
    assert done.status == 1
    assert done.err.endswith("Nothing was downloaded.\n")
    assert afar.asked == []
    assert not (tmp_path / "packs").exists()


def test_nobody_to_ask(run: Run, afar: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    done = run("packs", "get", "tiny-far")
    assert done.status == 2
    assert "research only" in done.out
    assert "`familiar packs get tiny-far --yes`" in done.err
    assert afar.asked == []


def test_offline(run: Run, afar: HubServer) -> None:
    afar.dead = True
    done = run("packs", "get", "tiny-far", "--yes")
    assert done.status == 1
    assert "cannot be reached" in done.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["get", "tinny"], "no pack called tinny"),
        (["get"], "required: NAME"),
        (["use", "bad\x1b[2J"], "no pack called bad\\x1b[2J"),
        (["remove", "../tiny-far"], "no pack called ../tiny-far"),
        (["remove", "starter"], "comes with Familiar and stays"),
        (["remove", "tiny-far"], "Nothing of the pack tiny-far was downloaded"),
    ],
)
def test_wrong_usage(run: Run, arguments: list[str], sentence: str) -> None:
    done = run("packs", *arguments)
    assert (done.status, done.out) == (2, "")
    assert sentence in done.err


def test_using_and_removing_one(run: Run, afar: HubServer, home: Path) -> None:
    done = run("packs", "use", "tiny-far")
    assert done.status == 1
    assert "The pack tiny-far is not on this machine. `familiar packs get tiny-far`" in done.err
    assert run("packs", "get", "tiny-far", "--yes").status == 0
    assert run("packs", "use", "tiny-far", "--home", home).status == 0
    assert run("packs", "use", "tiny-far").out == "The pack tiny-far is in use already.\n"
    assert "pack tiny-far." in run("status").out
    done = run("packs", "remove", "tiny-far")
    assert done.status == 2
    assert "is in use. `familiar packs use starter`" in done.err
    assert run("packs", "use", "tiny").status == 0
    assert run("packs", "remove", "tiny-far").out == (
        "The pack tiny-far is removed; 2 MB are free again.\n"
    )


def test_a_pack_that_went_missing(run: Run, familiar: Familiar, home: Path) -> None:
    """Nothing is looked at with another pack behind the owner's back; what is known is shown."""
    with familiar:
        familiar.library.settings.put(PACK, "tiny-far")
    done = run("index")
    assert done.status == 1
    assert "tiny-far is not on this machine" in done.err
    assert "packs use starter" in done.err
    assert "pack tiny-far." in run("status").out
    assert "Momo" in run("people").out


def test_a_damaged_one_is_not_used(run: Run, afar: HubServer, tmp_path: Path, home: Path) -> None:
    run("packs", "get", "tiny-far", "--yes")
    weights = tmp_path / "packs" / "tiny-far" / SOURCE.folder / "model.safetensors"
    weights.write_bytes(b"v" * 2_000_000)
    done = run("packs", "use", "tiny-far")
    assert done.status == 1
    assert "damaged" in done.err
    with Familiar.open(home) as one:
        assert one.pack_name == "starter"
