"""The files that come with Familiar are found, or their absence is a sentence."""

from __future__ import annotations

import pytest

from engine.errors import FamiliarError
from engine.resources import resource


def test_files_and_folders_are_found() -> None:
    assert resource("samples").is_dir()
    assert resource("samples/recipe.json").is_file()


def test_an_incomplete_installation_says_so() -> None:
    with pytest.raises(FamiliarError, match=r"no/such\.file is missing"):
        resource("no/such.file")
