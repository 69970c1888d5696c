"""`familiar demo` as a person runs it: the whole engine, the starter pack, no network."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from engine.demo.samples import Samples
from engine.demo.tour import home_of

# Runs `familiar` so that a look at the network ends the process at once.
ALONE = """
import sys

def no_network(event, args):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto"}:
        sys.stderr.write(f"reached for the network: {event} {args[1:]}")
        sys.stderr.flush()
        import os
        os._exit(97)

sys.addaudithook(no_network)
from engine.cli import main
sys.exit(main(sys.argv[1:]))
"""
# So that no table is cut to the width of the terminal that the tests run in, and no window opens.
_LEFT_OUT = {"COLUMNS", "DISPLAY", "WAYLAND_DISPLAY"}
WITHOUT_TERMINAL = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}


def familiar(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", ALONE, *arguments],
        cwd=cwd, capture_output=True, text=True, check=False, timeout=280, env=WITHOUT_TERMINAL,
    )  # fmt: skip


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Where the demo ran, and what it printed."""
    cwd = tmp_path_factory.mktemp("tour")
    done = familiar("demo", cwd=cwd)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return cwd / "familiar-demo", done.stdout


def captions(printed: str) -> dict[str, tuple[str, str]]:
    """Who is in each photo, and its caption, from the first table."""
    lines = printed.split("\nPhoto ", 1)[1].split("\n(")[0].splitlines()
    starts = [match.start() for match in re.finditer("─+", lines[1])]
    first, second, third = starts
    return {
        line[first:second].strip(): (line[second:third].strip(), line[third:].strip())
        for line in lines[2:]
    }


def test_the_two_are_found_and_named_and_nobody_else_is(toured: tuple[Path, str]) -> None:
    told = captions(toured[1])
    assert set(told) == {f"{name}.jpg" for name in Samples().names}
    known = [(who, caption) for who, caption in told.values() if who]
    assert sum(any(name in caption for name in who.split(", ")) for who, caption in known) >= (
        0.8 * len(known)
    )
    for photo, (who, caption) in told.items():
        shown = {name for name in ("Chelsea", "Eileen") if photo.startswith(name)}
        shown |= {"Chelsea", "Eileen"} if photo == "Together.jpg" else set()
        named = {name for name in ("Chelsea", "Eileen") if name in who}
        if photo == "Together.jpg":
            assert named <= shown
            continue
        assert named == shown, f"{photo}: {who}"
        assert {name for name in ("Chelsea", "Eileen") if name in caption} <= shown, caption
        assert "<" not in caption
        assert "{" not in caption


def test_searches_are_answered(toured: tuple[Path, str]) -> None:
    searches = toured[1].split("Search: ")[1:]
    assert len(searches) == 3
    by_name, without, plain = (search.splitlines()[3:] for search in searches)
    assert by_name[0].startswith("Chelsea 05")
    assert without[0].startswith("Eileen")
    assert not any(line.startswith(("Together", "Chelsea")) for line in without)
    assert plain[0].startswith("Temple")


def test_the_contact_sheet_is_there(toured: tuple[Path, str]) -> None:
    with Image.open(toured[0] / "contact-sheet.jpg") as sheet:
        assert sheet.width > 1500
        assert sheet.height > 1500
    assert (toured[0] / "sample-photos/CREDITS.md").exists()


def test_it_says_how_to_see_the_same_in_a_window(toured: tuple[Path, str]) -> None:
    _, printed = toured
    assert "no screen here" in printed
    assert "familiar --home familiar-demo/sample-home gui" in printed


def test_where_the_captioner_looks_for_a_person(toured: tuple[Path, str], tmp_path: Path) -> None:
    """Her face is her region; attention is the only heat map that a person has."""
    photo = toured[0] / "sample-photos/Eileen 01.jpg"
    done = familiar(
        "--home", str(home_of(toured[0])), "locate", str(photo), "Eileen", "--json",
        "--heatmap", "heat.png", "--heatmap-of", "attention", "--layer", "2", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    place = json.loads(done.stdout)
    assert (place["source"], place["heat"]) == ("region", "attention")
    assert (tmp_path / "heat.png").read_bytes().startswith(b"\x89PNG")


def test_photos_of_ones_own_are_only_read(toured: tuple[Path, str], tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    for name in ("Coffee 01", "Rocket"):
        (mine / f"{name}.jpg").write_bytes((toured[0] / f"sample-photos/{name}.jpg").read_bytes())
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in mine.iterdir()}
    done = familiar("demo", "--photos", str(mine), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert captions(done.stdout).keys() == {"Coffee 01.jpg", "Rocket.jpg"}
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in mine.iterdir()} == before
    assert (tmp_path / "familiar-demo/contact-sheet-of-yours.jpg").exists()


def test_a_folder_that_the_demo_did_not_make_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "familiar-demo/sample-photos/wedding.jpg"
    precious.parent.mkdir(parents=True)
    precious.write_bytes(b"precious")
    done = familiar("demo", cwd=tmp_path)
    assert done.returncode == 1
    assert "was not made by the demo" in done.stderr
    assert precious.read_bytes() == b"precious"


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    done = familiar("demo", "--photos", str(tmp_path / "nowhere"), cwd=tmp_path)
    assert done.returncode == 2
    assert "There is no folder" in done.stderr
    assert "Traceback" not in done.stderr
