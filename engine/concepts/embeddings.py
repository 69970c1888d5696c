"""Concept embeddings as they are kept: safetensors that say what they were made for, and how."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping

import numpy as np

from engine.errors import UsageError
from engine.library.learned import EMBEDDING
from engine.library.library import Library
from engine.models.protocols import ConceptEmbedding

_log = logging.getLogger(__name__)


def to_bytes(embedding: ConceptEmbedding, vlm: str, about: Mapping[str, object]) -> bytes:
    """As safetensors, with the VLM's version and `about` (recipe, photos' hashes) in its header."""
    from safetensors.numpy import save

    header = {"vlm": vlm, "word": embedding.word, "about": json.dumps(about, sort_keys=True)}
    return save({"vector": embedding.vector.astype("<f4")}, metadata=header)


def from_bytes(data: bytes, vlm: str) -> ConceptEmbedding:
    """What `to_bytes` wrote; raises UsageError when it is damaged or was made for another VLM."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        vector = load(data)["vector"]
        header = header_of(data)
        made_for, word = header["vlm"], header["word"]
    except (SafetensorError, KeyError, ValueError) as error:
        raise UsageError("What was learned for captions is damaged; teach it again.") from error
    if made_for != vlm:
        raise UsageError("What was learned for captions belongs to another pack; teach it again.")
    return ConceptEmbedding(vector.astype(np.float32), word)


def load_embeddings(library: Library, vlm: str) -> dict[int, ConceptEmbedding]:
    """Every living concept's embedding for a VLM's version, by concept id.

    One whose bytes are damaged is left out until it is taught again.
    """
    alive = library.concepts.names()
    found: dict[int, ConceptEmbedding] = {}
    for concept_id, learned in library.learned.all(EMBEDDING, vlm).items():
        if concept_id not in alive:
            continue
        try:
            found[concept_id] = from_bytes(learned.data, vlm)
        except UsageError:
            _log.warning("The embedding of concept %d is damaged.", concept_id)
    return found


def header_of(data: bytes) -> dict[str, str]:
    """The metadata of safetensors bytes: eight bytes of length, then JSON."""
    # safetensors gives metadata of files alone, not of bytes.
    length = int.from_bytes(data[:8], "little")
    metadata: dict[str, str] = json.loads(data[8 : 8 + length])["__metadata__"]
    return metadata
