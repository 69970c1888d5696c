"""Concept embeddings as they are kept, and VLMs that look at pictures themselves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open

from engine.concepts.embeddings import from_bytes, load_embeddings, to_bytes
from engine.concepts.identifiers import identifier
from engine.errors import UsageError
from engine.familiar import Familiar
from engine.library import Library
from engine.library.learned import EMBEDDING
from engine.models.protocols import ConceptEmbedding, Look, Picture
from tests.tiny import TinyEncoder, TinyPack, TinyVLM, paint

E_STAR = ConceptEmbedding(np.arange(4, dtype=np.float32), "Zovua")


def test_kept_bytes_say_what_they_were_made_for(tmp_path: Path) -> None:
    data = to_bytes(E_STAR, "vlm-1", {"recipe": {"steps": 3}, "photos": ["ab"]})
    again = from_bytes(data, "vlm-1")
    assert again.word == "Zovua"
    assert np.array_equal(again.vector, E_STAR.vector)
    file = tmp_path / "kept.safetensors"
    file.write_bytes(data)
    with safe_open(file, "numpy") as kept:
        header = kept.metadata()
    assert header["vlm"] == "vlm-1"
    assert json.loads(header["about"]) == {"recipe": {"steps": 3}, "photos": ["ab"]}


def test_an_embedding_made_for_one_vlm_is_not_used_with_another() -> None:
    data = to_bytes(E_STAR, "vlm-1", {})
    with pytest.raises(UsageError, match="another pack"):
        from_bytes(data, "vlm-2")


@pytest.mark.parametrize("damaged", [b"", b"\x00" * 4, b"\xff" * 64, np.ones(4, "<f4").tobytes()])
def test_damaged_bytes_are_a_sentence(damaged: bytes) -> None:
    with pytest.raises(UsageError, match="damaged"):
        from_bytes(damaged, "vlm-1")


def test_a_damaged_embedding_is_left_out(home: Path) -> None:
    with Library.open(home) as library:
        good, bad = library.concepts.add("Ada", "person"), library.concepts.add("Bo", "pet")
        library.learned.put(good.id, EMBEDDING, "v", to_bytes(E_STAR, "v", {}), "[]")
        library.learned.put(bad.id, EMBEDDING, "v", b"?", "[]")
        assert list(load_embeddings(library, "v")) == [good.id]


def test_identifiers_all_differ() -> None:
    words = [identifier(number) for number in range(2400)]
    assert len(set(words)) == 2400
    assert all(word.isalpha() and word.istitle() and len(word) <= 6 for word in words)


class LookingVLM(TinyVLM):
    """Looks at pictures itself and calls concepts by words, as the larger packs' do."""

    version = "looking-1"
    has_slots = False
    reads_rows = False

    def __init__(self) -> None:
        super().__init__()
        self.looked = 0
        self.words: set[str] = set()

    def look(self, pictures: Sequence[Picture]) -> list[Look]:
        self.looked += len(pictures)
        return [one.rows for one in TinyEncoder().encode_pictures(pictures)]

    def caption(
        self, looks: Sequence[Look], concepts: Sequence[Sequence[ConceptEmbedding]]
    ) -> list[str]:
        self.words |= {one.word for present in concepts for one in present}
        return super().caption(looks, concepts)


def test_a_vlm_that_looks_itself_reads_thumbnails_never_files(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    reds = [paint(folder / f"red{n}.png", ["red", "black"], n) for n in range(4)]
    paint(folder / "blue.png", ["blue"], 9)
    pack = TinyPack()
    vlm = LookingVLM()
    pack.vlm = vlm
    with Familiar(Library.open(home), pack) as familiar:
        familiar.add(folder)
        familiar.index()
        assert vlm.looked == 5
        for photo in folder.iterdir():
            photo.rename(photo.with_suffix(".gone"))
        familiar.teach("Rosso", "thing", [one.with_suffix(".png") for one in reds[:3]])
        caption = familiar.show(reds[3]).caption
    assert caption is not None
    assert caption.startswith("Rosso in red")
    assert vlm.words == {identifier(1)}
