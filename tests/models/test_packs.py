from __future__ import annotations

import subprocess
import sys

import pytest

from engine.errors import PackError
from engine.models import packs


def test_every_pack_says_what_it_is_before_anything_is_loaded() -> None:
    for name, pack in packs.PACKS.items():
        assert pack.name == name
        assert pack.title
        assert pack.needs
        assert pack.megabytes > 0
        assert len(pack.licences) == len(pack.parts) + 1


def test_the_starter_states_the_licence_of_its_training_data() -> None:
    text = " ".join(packs.PACKS["starter"].licences)
    assert "Flickr8k" in text
    assert "non-commercial" in text


def test_a_pack_that_is_only_described_says_so() -> None:
    assert not packs.PACKS["full-blip2"].available
    with pytest.raises(PackError, match="full-blip2 is planned"):
        packs.load("full-blip2")


def test_an_unknown_pack_names_the_known_ones() -> None:
    with pytest.raises(PackError, match=r"no pack called startr.*starter"):
        packs.load("startr")


def test_versions_are_known_without_loading_torch() -> None:
    """Finding that nothing is left to do must cost no model."""
    code = (
        "import sys; from engine.models import packs; pack = packs.load(); "
        "print(pack.version, pack.encoder.picture_size, pack.faces.threshold); "
        "assert not {'torch', 'cv2', 'transformers'} & set(sys.modules), 'loaded a model'"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert out.returncode == 0, out.stderr
    assert out.stdout.startswith("starter: starter-1 ")


def test_parts_are_made_once() -> None:
    pack = packs.load("starter")
    assert pack.encoder is pack.encoder
    assert pack.faces is pack.faces
    assert pack.vlm is pack.vlm
