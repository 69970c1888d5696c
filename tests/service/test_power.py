"""Whether the machine runs on its battery, from the files in which Linux says so."""

from __future__ import annotations

from pathlib import Path

import psutil._pslinux
import pytest

from engine.service.power import Power

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
