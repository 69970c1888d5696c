"""What lies on the disk: designs, weights, and everything that can be wrong with them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.errors import PackError
from engine.models import checkpoint as checkpoints
from engine.models.checkpoint import CONFIG, WEIGHTS, Checkpoint
from engine.models.open_clip_encoder import open_encoder
from tests.models.clips import TINY, WIDTH, folder, needs_open_clip, open_clip
from tests.models.pictures import CAT


@needs_open_clip
def test_weights_in_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = folder(tmp_path / "pack")
    (tmp_path / "tiny.json").write_text(json.dumps(TINY))
    monkeypatch.setitem(open_clip.factory._MODEL_CONFIGS, "tiny", TINY)
    monkeypatch.setattr(checkpoints, "_designs", lambda: tmp_path)
    one = open_encoder(Checkpoint("tiny", tiny.path / WEIGHTS, tiny.sha256), "cpu")
    assert one.encode_pictures([CAT])[0].embedding.shape == (WIDTH,)
    assert one.encode_texts(["a cat"]) == pytest.approx(
        open_encoder(tiny, "cpu").encode_texts(["a cat"]), abs=1e-6
    )


@needs_open_clip
def test_the_models_recommended_are_in_open_clip() -> None:
    file = Path("w.safetensors")
    paper = Checkpoint("ViT-H-14-378-quickgelu", file, "00", "dfn5b")
    assert (paper.side, paper.width, paper.has_places) == (378, 1024, True)
    assert paper._wishes()["mean"] == pytest.approx(checkpoints._MEAN)
    siglip = Checkpoint("ViT-B-16-SigLIP2-256", file, "00")
    assert (siglip.side, siglip.width, siglip.has_places) == (256, 768, True)
    assert not Checkpoint("RN50", file, "00").has_places


@needs_open_clip
def test_the_version_follows_the_weights(tmp_path: Path) -> None:
    one, other = folder(tmp_path / "one"), folder(tmp_path / "two", seed=1)
    same = folder(tmp_path / "three")
    versions = [open_encoder(one).version for one in (one, same, other)]
    assert versions[0] == versions[1] != versions[2]
    assert one.sha256[:12] in versions[0]


@needs_open_clip
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: (path / WEIGHTS).unlink(), f"{WEIGHTS} of tiny is missing"),
        (lambda path: (path / WEIGHTS).write_bytes(b"nonsense"), "is damaged"),
        (lambda path: cut(path / WEIGHTS), "is damaged"),
        (lambda path: (path / CONFIG).unlink(), f"{CONFIG} is missing"),
        (lambda path: (path / CONFIG).write_text("{"), f"{CONFIG} of tiny cannot be read"),
        (lambda path: (path / CONFIG).write_text("{}"), "cannot be read"),
        (lambda path: (path / CONFIG).write_text('{"model_cfg": {}}'), "cannot be read"),
        (lambda path: redesign(path, "vision_cfg", width=64), "do not fit together"),
        (lambda path: redesign(path, "text_cfg", hf_tokenizer_name="a/b"), "do not fit together"),
        (lambda path: redesign(path, "text_cfg", hf_model_name="a/b"), "without a network"),
        (lambda path: redesign(path, "vision_cfg", image_size=[36, 48]), "oblong"),
    ],
)
def test_files_missing_or_damaged_are_sentences(tmp_path: Path, damage: Any, said: str) -> None:
    known = folder(tmp_path)
    damage(tmp_path)
    with pytest.raises(PackError, match=said):
        open_encoder(known, "cpu").encode_pictures([CAT])


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def redesign(path: Path, part: str, **changes: Any) -> None:
    config = json.loads((path / CONFIG).read_text())
    config["model_cfg"][part].update(changes)
    (path / CONFIG).write_text(json.dumps(config))


@needs_open_clip
@pytest.mark.parametrize(
    ("model", "tag", "said"),
    [
        ("ViT-Z-14", "", "knows no model called ViT-Z-14"),
        ("ViT-L-14", "best", "knows no weights called best for ViT-L-14"),
        ("ViT-H-14-378", "dfn5b", "belong to the design ViT-H-14-378-quickgelu"),
        ("ViT-B-16-SigLIP2", "webli", "needs its tokenizer's files"),
        ("ViT-L-14", "datacomp_xl_s13b_b90k", "is damaged"),
    ],
)
def test_a_file_that_cannot_be_right_is_a_sentence(
    tmp_path: Path, model: str, tag: str, said: str
) -> None:
    path = tmp_path / "w.safetensors"
    path.write_bytes(b"")
    with pytest.raises(PackError, match=said):
        Checkpoint(model, path, "00", tag).load("cpu", "fp32")


def test_a_pack_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=f"{CONFIG} is missing beside the weights of tiny"):
        open_encoder(Checkpoint("tiny", tmp_path / "nowhere", "00"))


@needs_open_clip
def test_pickles_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "open_clip_pytorch_model.bin"
    path.write_bytes(b"")
    with pytest.raises(PackError, match="no safetensors file"):
        Checkpoint("ViT-L-14", path, "00").load("cpu", "fp32")


def test_without_open_clip_the_owner_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "open_clip", None)
    with pytest.raises(PackError, match=r"pip install 'familiar\[full\]'"):
        checkpoints._library()


def test_a_torchvision_from_elsewhere_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "open_clip.py").write_text(
        "raise RuntimeError('operator torchvision::nms does not exist')"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "open_clip", raising=False)
    with pytest.raises(PackError, match="torch and torchvision come from different sources"):
        checkpoints._library()
