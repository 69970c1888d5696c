"""Whether the machine runs on its battery, from the files in which Linux says so."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil._pslinux
import pytest
import torch

from engine.familiar import Familiar
from engine.library import Library
from engine.models.protocols import Encoding, Picture
from engine.service.power import Power
from engine.service.server import Service
from engine.service.wire import Wire
from tests.tiny import TinyEncoder, TinyPack

FULL = 50_000_000


@pytest.fixture
def supplies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no battery."""
    monkeypatch.setattr(psutil._pslinux, "POWER_SUPPLY_PATH", str(tmp_path))
    return tmp_path


def put_battery(supplies: Path, *, plugged: bool) -> None:
    """A laptop's battery, half full, and whether its charger is plugged in."""
    values = {
        "BAT0/energy_now": FULL // 2,
        "BAT0/energy_full": FULL,
        "BAT0/power_now": FULL // 5,
        "BAT0/capacity": 50,
        "BAT0/status": "Charging" if plugged else "Discharging",
        "AC0/online": int(plugged),
    }
    for name, value in values.items():
        file = supplies / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"{value}\n")


class CountingEncoder(TinyEncoder):
    """Notes on how many threads it computes."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: list[int] = []

    def encode_pictures(self, pictures: Sequence[Picture]) -> list[Encoding]:
        self.threads.append(torch.get_num_threads())
        return super().encode_pictures(pictures)


def do(home: Path, pack: TinyPack, *requests: tuple[str, dict[str, Any]]) -> None:
    """A service does these jobs one after the other."""
    asking, answering = os.pipe(), os.pipe()
    with (
        Familiar(Library.open(home), pack) as familiar,
        os.fdopen(asking[0], "rb") as read,
        os.fdopen(answering[1], "wb") as write,
        os.fdopen(answering[0], "rb") as heard,
        ThreadPoolExecutor(1) as pool,
    ):
        served = pool.submit(Service(familiar, Wire(read, write)).serve)
        with os.fdopen(asking[1], "wb") as ask:
            for method, params in requests:
                line = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
                ask.write(json.dumps(line).encode() + b"\n")
                ask.flush()
                for said in map(json.loads, heard):
                    if said.get("method") == "job" and said["params"]["state"] in (
                        "done",
                        "failed",
                    ):
                        assert said["params"]["state"] == "done"
                        break
        assert served.result()


@pytest.mark.usefixtures("two_threads")
def test_on_its_battery_work_nobody_waits_for_gets_one_core(
    supplies: Path, home: Path, photos: Path
) -> None:
    pack = TinyPack()
    pack.encoder = encoder = CountingEncoder()
    put_battery(supplies, plugged=False)
    with Library.open(home) as library:
        library.folders.add(photos)
    chosen = [{"path": str(photos / f"{number:02}.png")} for number in (0, 6)]
    lesson = {"name": "Biscuit", "kind": "pet", "photos": chosen}
    do(home, pack, ("index", {}), ("teach", lesson))
    indexing, teaching = encoder.threads[:3], encoder.threads[3:]
    assert set(indexing) == {1}
    assert set(teaching) == {2}


def test_a_machine_without_a_battery(supplies: Path) -> None:
    assert not Power().on_battery()


def test_the_charger_is_pulled_out_and_plugged_in(supplies: Path) -> None:
    now = [0.0]
    power = Power(every=10, clock=lambda: now[0])
    put_battery(supplies, plugged=True)
    assert not power.on_battery()
    put_battery(supplies, plugged=False)
    now[0] = 9.9
    assert not power.on_battery()
    now[0] = 10.0
    assert power.on_battery()
    put_battery(supplies, plugged=True)
    now[0] = 20.0
    assert not power.on_battery()


def test_a_battery_that_says_nothing_sensible(supplies: Path) -> None:
    put_battery(supplies, plugged=False)
    for file in supplies.glob("*/*"):
        file.write_text("?\n")
    assert not Power().on_battery()
