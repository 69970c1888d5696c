from __future__ import annotations

import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from engine.errors import PackError, UsageError
from engine.models import packs
from engine.models.downloads import Downloads
from engine.models.machine import GB, Machine
from engine.models.pack import SAFE_SUFFIXES, HubFiles, Needs, Pack, PackPart
from tests.tiny import TinyPack

STRONG = Machine(256 * GB, 80 * GB)


@pytest.fixture(autouse=True)
def _no_packs_of_mine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FAMILIAR_PACKS", str(tmp_path / "packs"))


def test_every_pack_says_what_it_is_before_anything_is_loaded() -> None:
    for name, pack in packs.PACKS.items():
        assert pack.name == name
        assert pack.title
        assert pack.needs.words
        assert pack.megabytes > 0
        assert len(pack.licences) == len(pack.parts) + 1
        assert name.isascii()
        assert PurePosixPath(name).name == name, "it names a folder"


def test_everything_downloaded_has_a_source_and_asks_for_safe_files_alone() -> None:
    for pack in packs.PACKS.values():
        folders = [source.folder for source in pack.sources]
        assert len(set(folders)) == len(folders)
        for source in pack.sources:
            assert source.repository.count("/") == 1
            assert {PurePosixPath(one).suffix for one in source.files} <= SAFE_SUFFIXES
    assert [one.name for one in packs.PACKS.values() if not one.sources] == ["starter"]
    assert packs.PACKS["gemma3-4b"].parts[1].hub is not None
    assert packs.PACKS["gemma3-4b"].parts[1].hub.gated


def test_licences_that_allow_no_commerce_are_said() -> None:
    text = " ".join(packs.PACKS["starter"].licences)
    assert "Flickr8k" in text
    for name in ("starter", "full-blip2", "full-llava"):
        assert not packs.PACKS[name].commercial
        assert "non-commercial use only" in packs.PACKS[name].note
    for name in ("qwen3-vl-2b", "smolvlm2-256m", "internvl3-1b"):
        assert packs.PACKS[name].commercial
        assert "non-commercial" not in " ".join(packs.PACKS[name].licences)
    assert "OPT" in packs.PACKS["full-blip2"].note
    assert "buffalo_l" in packs.PACKS["full-llava"].note


def test_what_cannot_be_opened_yet_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    described = Pack("later", "Later", (PackPart("all", "Later", "MIT", 1),), Needs(1))
    monkeypatch.setitem(packs.PACKS, "later", described)
    assert not described.available
    with pytest.raises(PackError, match="cannot open the pack later yet, downloaded or not"):
        packs.load("later")


def test_an_unknown_pack_names_the_known_ones() -> None:
    with pytest.raises(PackError, match=r"no pack called startr.*starter"):
        packs.load("startr")
    with pytest.raises(UsageError, match=r"no pack called startr.*starter"):
        packs.prepare("startr", machine=STRONG)


def test_a_pack_is_given_the_folder_of_its_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened: list[Path] = []

    def open_tiny(folder: Path) -> packs.LoadedPack:
        opened.append(folder)
        return TinyPack()

    part = PackPart("all", "Tiny", "MIT", 1, HubFiles("me/tiny", ("*.json",)))
    tiny = Pack("tiny", "Tiny", (part,), Needs(1), open_tiny)
    monkeypatch.setitem(packs.PACKS, "tiny", tiny)
    for act in (packs.load, lambda name: packs.prepare(name, machine=STRONG)):
        with pytest.raises(PackError, match=r"tiny is not on this machine.*packs get tiny"):
            act("tiny")
    assert not opened
    monkeypatch.setattr(Downloads, "has", lambda *_: True)
    assert packs.load("tiny").name == "tiny"
    assert opened == [tmp_path / "packs" / "tiny"]


def test_a_machine_that_is_too_small(monkeypatch: pytest.MonkeyPatch) -> None:
    big = Pack("big", "Big", (PackPart("all", "Big", "MIT", 1),), Needs(64), lambda _: TinyPack())
    monkeypatch.setitem(packs.PACKS, "big", big)
    with pytest.raises(PackError, match="big needs 64 GB of memory, this machine has 4 GB"):
        packs.prepare("big", machine=Machine(4 * GB, 0))
    assert packs.prepare("big", machine=STRONG).name == "tiny"


def test_versions_are_known_without_loading_torch() -> None:
    """Finding that nothing is left to do must cost no model."""
    code = (
        "import sys; from engine.models import packs; pack = packs.load(); "
        "print(pack.version, pack.encoder.picture_size, pack.faces.threshold); "
        "heavy = {'torch', 'cv2', 'transformers', 'huggingface_hub'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert out.returncode == 0, out.stderr
    assert out.stdout.startswith("starter: starter-")


def test_parts_are_made_once() -> None:
    pack = packs.load("starter")
    assert pack.encoder is pack.encoder
    assert pack.faces is pack.faces
    assert pack.vlm is pack.vlm
