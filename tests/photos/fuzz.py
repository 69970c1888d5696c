"""The readers against damaged files: no crash, no hang, no memory beyond the bound.

Real files of every format are flipped, cut, spliced and overwritten. `make fuzz` does so for as
long as one likes; the tests run a little of it. Decoders are C code that may take the process
with them, so everything runs in one of its own, and the file under test is kept on disk.

    python -m tests.photos.fuzz --seconds 600 --kept FOLDER
"""

from __future__ import annotations

import argparse
import faulthandler
import re
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

from engine.errors import PhotoError
from engine.photos import decode
from tests.photos.corpus import every_case
from tests.photos.packets import face, packet, people_tag, words
from tests.photos.pictures import corners, encoded

LONGEST = 5.0
"""Seconds of work that any file may take; after ten times that by the clock it hangs."""

MOST_MEMORY = 1 << 30
"""Bytes that reading a damaged small file may take at its worst: what a large picture may."""

_LARGEST = 100_000
_SIDE = 96
_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")

Mutation = tuple[str, int, int, int]
"""What is done, where, and two numbers that say how."""

_places = st.one_of(st.integers(0, 200), st.integers(0, _LARGEST))
_numbers = st.sampled_from([0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF])
MUTATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("flip"), _places, st.integers(0, 7), st.just(0)),
        st.tuples(st.just("number"), _places, _numbers, st.sampled_from([1, 2, 4, 8])),
        st.tuples(st.just("cut"), _places, st.just(0), st.just(0)),
        st.tuples(st.just("drop"), _places, st.integers(1, 64), st.just(0)),
        st.tuples(st.just("copy"), _places, _places, st.integers(1, 400)),
        st.tuples(st.just("splice"), _places, st.integers(0, 10_000), st.integers(1, 4000)),
    ),
    min_size=1,
    max_size=8,
)


@cache
def seeds() -> dict[str, bytes]:
    """Good files of every kind by name, and sidecars."""
    found = {case.name: case.make() for case in every_case() if not case.refused}
    found["words.xmp"] = packet(words("A title", "Words", ["one", "two"]), 'xmp:Rating="4"')
    found["faces.xmp"] = packet(face("Ada", (0.5, 0.5, 0.1, 0.1)) + people_tag("Bo", "0,0,1,1"))
    return {name: data for name, data in found.items() if len(data) <= _LARGEST}


def damaged(data: bytes, mutations: Sequence[Mutation]) -> bytes:
    """A file after some damage; every mutation is possible in every file."""
    others = list(seeds().values())
    for what, place, one, two in mutations:
        if not data:
            break
        at = place % len(data)
        if what == "flip":
            data = data[:at] + bytes([data[at] ^ 1 << one]) + data[at + 1 :]
        elif what == "number":
            number = one % (1 << 8 * two)
            data = data[:at] + number.to_bytes(two, "big") + data[at + two :]
        elif what == "cut":
            data = data[:at]
        elif what == "drop":
            data = data[:at] + data[at + one :]
        elif what == "copy":
            start = one % len(data)
            data = data[:at] + data[start : start + two] + data[at:]
        else:
            other = others[one % len(others)]
            data = data[:at] + other[one % len(other) :][:two] + data[at:]
    return data


def check(data: bytes, name: str) -> None:
    """Read a file; raises AssertionError for anything but a picture or a sentence, in bounds."""
    if _RESET.exists():
        _RESET.write_text("5")  # so that the highest memory is that of this file
    before = _highest()
    started = time.process_time()
    try:
        if name.endswith(".xmp"):
            decode(_plain(), _SIDE, [data])
        else:
            picture = decode(data, _SIDE).picture
            assert max(picture.shape[:2]) <= _SIDE
    except PhotoError as error:
        assert str(error).endswith("."), f"not a sentence: {error}"  # noqa: PT017
    took = time.process_time() - started
    assert took < LONGEST, f"took {took:.1f} s"
    used = _highest() - before
    assert used < MOST_MEMORY, f"took {used >> 20} MB"


@cache
def _plain() -> bytes:
    return encoded(corners())


def _highest() -> int:
    """The most memory that this process has held, in bytes; 0 where that cannot be told."""
    if not _STATUS.exists():
        return 0
    match = re.search(r"VmHWM:\s+(\d+)", _STATUS.read_text())
    return int(match[1]) * 1024 if match else 0


def fuzz(name: str, round_number: int, examples: int, kept: Path) -> None:
    """Read so many damaged versions of one file; raises AssertionError at the first bad end."""

    @seed(round_number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(MUTATIONS)
    def survives(mutations: list[Mutation]) -> None:
        data = damaged(seeds()[name], mutations)
        (kept / "current").write_bytes(data)
        faulthandler.dump_traceback_later(10 * LONGEST, exit=True)
        try:
            check(data, name)
        finally:
            faulthandler.cancel_dump_traceback_later()

    survives()


def _in_processes(seconds: float, examples: int, kept: Path) -> int:
    """Rounds of fuzzing, each in a process of its own, until the time is over; how many failed."""
    until = time.monotonic() + seconds
    number = failed = 0
    while number == 0 or time.monotonic() < until:
        command = [sys.executable, "-m", "tests.photos.fuzz", "--round", str(number)]
        command += ["--examples", str(examples), "--kept", str(kept)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        print(f"round {number}: {done.stdout.strip() or 'ended early'}", flush=True)
        if done.returncode:
            failed += 1
            (kept / "current").rename(kept / f"round-{number}")
            print(done.stderr[-4000:], f"The file is {kept / f'round-{number}'}.", flush=True)
        number += 1
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--examples", type=int, default=40, help="of each file, in each round")
    parser.add_argument("--round", type=int, help="do one round in this very process")
    parser.add_argument("--only", default="", help="files whose names have this in them")
    parser.add_argument("--kept", type=Path, help="where files that fail are kept")
    given_ = parser.parse_args()
    kept = given_.kept or Path(tempfile.mkdtemp(prefix="fuzz-"))
    kept.mkdir(parents=True, exist_ok=True)
    set_hypothesis_home_dir(kept / "hypothesis")
    if given_.round is None:
        return 1 if _in_processes(given_.seconds, given_.examples, kept) else 0
    warnings.simplefilter("ignore", UserWarning)
    names = [name for name in seeds() if given_.only in name]
    for name in names:
        fuzz(name, given_.round, given_.examples, kept)
    print(f"{len(names)} kinds of files, {given_.examples} times each")
    return 0


if __name__ == "__main__":
    sys.exit(main())
