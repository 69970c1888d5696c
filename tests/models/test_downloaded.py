"""Downloaded packs, put together from their folders, and used from teaching to asking."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.concepts.embeddings import load_embeddings
from engine.concepts.identifiers import identifier
from engine.errors import PackError
from engine.familiar import Familiar
from engine.library import Library
from engine.models.downloaded import Downloaded
from engine.models.faces import StarterFaces
from engine.models.insightface_faces import InsightFaces
from engine.models.manifest import Manifest, StoredFile, StoredPart
from engine.models.pack import Pack
from engine.models.packs import PACKS
from engine.models.protocols import AttentiveVLM, ConversingVLM, GroundingVLM
from engine.models.vlm.lazy import LazyVLM
from engine.models.vlm.specs import spec_named
from tests.models.vlm.tinies import tiny, tiny_spec
from tests.tiny import TinyPack, paint

DOWNLOADED = [pack for pack in PACKS.values() if pack.sources]


@pytest.mark.parametrize("pack", DOWNLOADED, ids=lambda pack: pack.name)
def test_every_pack_knows_the_folders_of_its_own_parts(pack: Pack) -> None:
    made_of = pack.open
    assert isinstance(made_of, Downloaded)
    folders = {one.folder for one in PACKS[made_of.name].sources}
    assert {made_of.eye, made_of.vlm} <= folders
    assert made_of.faces.split("/")[0] in {*folders, ""}
    spec = spec_named(made_of.kind)
    assert spec is not None
    loaded = made_of(Path("/nowhere"))
    assert loaded.vlm.max_concepts == spec.max_concepts
    assert isinstance(loaded.vlm, ConversingVLM)
    assert isinstance(loaded.vlm, AttentiveVLM)
    assert isinstance(loaded.vlm, GroundingVLM)
    assert loaded.vlm.grounds == (spec.grounding is not None)


def test_faces_are_familiars_own_or_insightfaces(tmp_path: Path) -> None:
    own = Downloaded("p", "eye", "d", "vlm", "llava-1.5")(tmp_path)
    assert isinstance(own.faces, StarterFaces)
    files = (StoredFile("faces/models/buffalo_l/det_10g.onnx", 3, "ab" * 32),)
    Manifest((StoredPart("r", "main", "c", files),)).write(tmp_path)
    theirs = Downloaded("p", "eye", "d", "vlm", "llava-1.5", "faces/models/buffalo_l")(tmp_path)
    assert isinstance(theirs.faces, InsightFaces)
    with pytest.raises(PackError, match="not complete"):
        _ = theirs.encoder


def test_a_pack_without_its_list_of_files_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="familiar packs remove p"):
        _ = Downloaded("p", "eye", "d", "vlm", "llava-1.5")(tmp_path).encoder


@pytest.mark.parametrize("name", ["blip-2-opt", "llava-1.5", "gemma-3"])
def test_from_teaching_to_asking_with_a_large_models_classes(
    name: str, home: Path, tmp_path: Path
) -> None:
    one = tiny(name)
    one.model.save_pretrained(tmp_path / "vlm")
    one.processor.save_pretrained(tmp_path / "vlm")
    folder = tmp_path / "photos"
    reds = [paint(folder / f"red{n}.png", ["red", "black"], n) for n in range(4)]
    blue = paint(folder / "blue.png", ["blue"], 9)
    plain = one.vlm.caption(one.vlm.look([np.zeros((8, 8, 3), np.uint8)]), [[]])
    assert plain
    with Familiar(Library.open(home), _pack(name, tmp_path / "vlm")) as familiar:
        familiar.add(folder)
        familiar.index()
        before = familiar.show(blue).caption
        taught = familiar.teach("Rosso", "pet", reds[:3])
        assert (taught.tagged, taught.recognised) == (3, 1)
        (learned,) = load_embeddings(familiar.library, familiar.pack.vlm.version).values()
        assert learned.word == identifier(1)
        assert learned.vector.shape == (one.vlm.embedding_width,)
        assert familiar.show(blue).caption == before, "nobody there: the frozen model's own"
        assert identifier(1).lower() not in (familiar.show(reds[3]).caption or "").lower()
        assert familiar.ask(reds[3], "What is Rosso holding?").source == "model"
    again = _pack(name, tmp_path / "vlm")
    with Familiar(Library.open(home), again) as familiar:
        assert familiar.index().captioned == 0, "the same version at the next start"


def _pack(name: str, folder: Path) -> TinyPack:
    pack = TinyPack()
    pack.vlm = LazyVLM(tiny_spec(name), folder)  # type: ignore[assignment]
    return pack
