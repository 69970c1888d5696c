"""The main path by keyboard alone, with the real engine on a real library.

By mouse, and on a real screen, it is walked by `make walk`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from tests.desktop.walk import photos
from tests.desktop.walk.path import PATH
from tests.desktop.walk.walk import KEYBOARD, Walk
from tests.service.talk import ROOT


def test_the_main_path_by_keyboard(
    qapp: QApplication, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtlog: Any
) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME"):  # who has no photos of their own yet
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    walk = Walk(home, photos.make(tmp_path / "Photos", tmp_path / "work", photos.FEW), KEYBOARD)
    walk.go(PATH)
    assert len(walk.took) == len(PATH)
    said = [one.message for one in qtlog.records]
    assert [one for one in said if "This plugin does not support" not in one] == []
