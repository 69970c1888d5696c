"""A torchvision of another build than torch does no harm."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest

from engine.models import builds

needs_torchvision = pytest.mark.skipif(
    find_spec("torchvision") is None, reason="torchvision is not installed"
)


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@needs_torchvision
def test_torchvision_and_the_models_that_import_it_load_beside_torch() -> None:
    code = "import engine.models, torchvision; from transformers import BertModel; print('both')"
    assert run(code) == "both"


@needs_torchvision
def test_without_its_operators_pictures_are_still_transformed() -> None:
    code = (
        "import engine.models, torch; from torchvision.transforms import v2;"
        "print(tuple(v2.Resize((4, 6))(torch.zeros(3, 8, 8)).shape))"
    )
    assert run(code) == "(3, 4, 6)"


@needs_torchvision
@pytest.mark.skipif(not builds.differs(), reason="torch and torchvision are of one build here")
def test_it_is_needed_where_builds_differ() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import torchvision"], capture_output=True, text=True, check=False
    )
    assert "torchvision::nms does not exist" in done.stderr


def test_nothing_is_imported_before_it_is_asked_for() -> None:
    code = "import engine.models, sys; print('torch' in sys.modules, 'torchvision' in sys.modules)"
    assert run(code) == "False False"


def test_preparing_twice_asks_once() -> None:
    code = (
        "import sys, engine.models; from engine.models import builds; builds.prepare();"
        "print(sys.meta_path.count(builds._Torchvision))"
    )
    assert run(code) == "1"
