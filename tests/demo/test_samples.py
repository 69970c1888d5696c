"""The sample library: what the recipe says, credited, with several views of the same two."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.demo import samples as samples_module
from engine.demo.samples import Samples
from engine.errors import FamiliarError
from engine.photos.decoding import read
from engine.resources import resource


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return Samples().make(tmp_path_factory.mktemp("samples"))


@pytest.fixture
def recipe() -> dict[str, Any]:
    text = resource("samples/recipe.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def test_every_sample_is_a_photo_of_its_own(made: list[Path]) -> None:
    assert [path.stem for path in made] == Samples().names
    assert len({path.read_bytes() for path in made}) == len(made) >= 25
    for path in made:
        decoded = read(path, 512)
        assert decoded.info.taken_at is not None
        assert min(decoded.width, decoded.height) >= 200
        assert np.asarray(decoded.picture).std() > 10


def test_making_them_again_gives_the_same(made: list[Path], tmp_path: Path) -> None:
    again = Samples().make(tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in made]


def test_credits_lie_beside_the_samples_and_name_each_source(
    made: list[Path], recipe: dict[str, Any]
) -> None:
    credits_text = (made[0].parent / "CREDITS.md").read_text(encoding="utf-8")
    packages = {"skimage": "scikit-image", "sklearn": "scikit-learn", "matplotlib": "matplotlib"}
    for source in recipe["sources"].values():
        row = f"{packages[source['package']]}, `{source['path']}` |"
        assert credits_text.count(row) == 1
    listed = credits_text.split("| samples | made from |")[1]
    for name in Samples().names:
        assert name.split(" 0")[0] in listed


def test_lessons_are_about_samples_and_leave_some_to_find() -> None:
    samples = Samples()
    for lesson in samples.lessons:
        assert set(lesson.photos) <= set(samples.names)
        rest = [n for n in samples.names if n.startswith(lesson.name) and n not in lesson.photos]
        assert len(rest) >= 5


def test_a_picture_that_is_not_the_credited_one_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, recipe: dict[str, Any]
) -> None:
    recipe["sources"]["cat"]["sha256"] = "0" * 64
    folder = tmp_path / "resources"
    folder.mkdir()
    (folder / "recipe.json").write_text(json.dumps(recipe))
    shutil.copy(resource("samples/CREDITS.md"), folder)
    monkeypatch.setattr(samples_module, "resource", lambda _: folder)
    with pytest.raises(FamiliarError, match=r"chelsea\.png is not the picture"):
        Samples().make(tmp_path / "made")


def test_a_missing_package_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(FamiliarError, match="familiar\\[demo\\]"):
        Samples().make(tmp_path)


def test_pasted_pictures_keep_their_background(made: list[Path]) -> None:
    """The temple's roof and sky are still there where nobody was pasted."""
    pictures = {path.stem: np.asarray(Image.open(path), np.int16) for path in made}
    plain, pasted = pictures["Temple 01"], pictures["Eileen 05"]
    left = slice(None), slice(0, 200)
    assert np.abs(plain[left] - pasted[left]).mean() < 3
    assert np.abs(plain[:, 300:] - pasted[:, 300:]).mean() > 20
