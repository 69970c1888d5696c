"""Models saved as their makers save them, and opened again."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file

from engine.errors import PackError
from engine.models.vlm import loading
from engine.models.vlm.loading import load, parameters_in
from tests.models.vlm.tinies import NAMES, Tiny, pictures, tiny, tiny_spec

WITH_VIDEOS = ("qwen3-vl", "smolvlm2", "internvl3")
"""Their whole processor needs torchvision; here the picture part stands in for it."""


def saved(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    one = tiny(name)
    one.model.save_pretrained(folder)
    if name in WITH_VIDEOS:
        monkeypatch.setattr(
            transformers.AutoProcessor, "from_pretrained", lambda *args, **options: one.processor
        )
    else:
        one.processor.save_pretrained(folder)
    return one


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_model_comes_back_the_same(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = saved(name, tmp_path, monkeypatch)
    back = load(tiny_spec(name), tmp_path, "cpu")
    assert back.version.startswith(f"{name}-")
    assert back.version.endswith("-float32")
    concepts = [[], [one.concept("ada")]]
    shown = pictures(2)
    assert back.caption(back.look(shown), concepts) == one.vlm.caption(
        one.vlm.look(shown), concepts
    )
    e = torch.from_numpy(one.concept("ada").vector).expand(2, 1, -1)
    asked = ([["ada"]] * 2, ["{0} is on the grass", "a {0}"], 0.1)
    torch.testing.assert_close(
        back.loss(back.look(shown), e, *asked), one.vlm.loss(one.vlm.look(shown), e, *asked)
    )


def test_weights_are_counted_by_their_headers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = saved("gemma-3", tmp_path, monkeypatch)
    kept = {id(p): p.numel() for p in one.model.parameters()}
    assert parameters_in(tmp_path) == sum(kept.values())
    assert parameters_in(tmp_path / "none") == 0


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    saved("llava-1.5", tmp_path, monkeypatch)
    return tmp_path


def test_the_version_follows_the_files_and_the_number_format(folder: Path) -> None:
    spec = tiny_spec("llava-1.5")
    first = load(spec, folder, "cpu").version
    assert load(spec, folder, "cpu").version == first
    half = load(spec, folder, "cpu", torch.bfloat16)
    assert half.version == first.replace("float32", "bfloat16")
    weights = next(folder.glob("*.safetensors"))
    raw = bytearray(weights.read_bytes())
    raw[-1] ^= 1
    weights.write_bytes(raw)
    assert load(spec, folder, "cpu").version != first


def test_only_safetensors_are_read(folder: Path) -> None:
    next(folder.glob("*.safetensors")).rename(folder / "pytorch_model.bin")
    with pytest.raises(PackError, match="no weights"):
        load(tiny_spec("llava-1.5"), folder, "cpu")


def test_another_model_is_refused(folder: Path) -> None:
    with pytest.raises(PackError, match=r"kind llava, not llava-1\.6"):
        load(tiny_spec("llava-1.6"), folder, "cpu")


def test_missing_weights_are_an_error(folder: Path) -> None:
    weights = next(folder.glob("*.safetensors"))
    tensors = load_file(weights)
    tensors.pop(next(name for name in tensors if name.endswith("lm_head.weight")))
    save_file(tensors, weights, {"format": "pt"})
    with pytest.raises(PackError, match="not complete"):
        load(tiny_spec("llava-1.5"), folder, "cpu")


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
def test_damaged_files_are_an_error(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"{")
    with pytest.raises(PackError, match="cannot be read"):
        load(tiny_spec("llava-1.5"), folder, "cpu")


def test_a_missing_library_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> None:
        raise ImportError("torchvision was not found")

    monkeypatch.setattr(transformers.AutoProcessor, "from_pretrained", fail)
    with pytest.raises(PackError, match="torchvision"):
        load(tiny_spec("llava-1.5"), folder, "cpu")


def test_the_device_and_the_format_are_chosen_where_left_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "best_device", lambda: torch.device("cpu"))
    monkeypatch.setattr(loading, "dtype_for", lambda device, preferred: torch.float16)
    assert load(tiny_spec("llava-1.5"), folder).version.endswith("-float16")
