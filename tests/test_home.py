"""Where the library lives."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import UsageError
from engine.home import home_folder


def test_what_is_given_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FAMILIAR_HOME", str(tmp_path / "elsewhere"))
    assert home_folder(tmp_path / "here") == tmp_path / "here"
    assert home_folder() == tmp_path / "elsewhere"
    assert home_folder("") == tmp_path / "elsewhere"
    assert not (tmp_path / "elsewhere").exists()


def test_the_path_is_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "owner"))
    assert home_folder("library") == tmp_path / "library"
    assert home_folder("~/library") == tmp_path / "owner" / "library"


def test_otherwise_it_is_where_the_system_keeps_such_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("FAMILIAR_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    found = home_folder()
    assert found.is_absolute()
    assert found.name == "Familiar"


def test_a_home_folder_that_nobody_has(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="Which folder ~nobody-of-this-name/x means"):
        home_folder("~nobody-of-this-name/x")
    monkeypatch.delenv("FAMILIAR_HOME")
    monkeypatch.setattr("platformdirs.user_data_path", nobody)
    with pytest.raises(UsageError, match="Say it in full, with --home or in FAMILIAR_HOME"):
        home_folder()


def nobody(*_: object, **__: object) -> Path:
    raise RuntimeError("Could not determine home directory.")
