"""From the library to the vector index: which vectors belong in it, and whether it is of today."""

from __future__ import annotations

import hashlib

import numpy as np

from engine.library.library import Library
from engine.search import ranking
from engine.search.vectors import Meanings, Stamp, Vectors, fresh


def open_vectors(library: Library, encoder: str, captions: str) -> Vectors:
    """The library's vector index for these versions, made again when it is not of today."""
    stamp = Stamp(encoder, captions, _digest(library, encoder))
    return fresh(library.home / "vectors", stamp, lambda: gather(library, encoder, captions))


def gather(library: Library, encoder: str, captions: str) -> Meanings:
    """Picture and caption vectors of every photo that lies somewhere."""
    ids, pictures = library.encodings.embeddings(encoder)
    here = np.isin(ids, np.fromiter(library.photos.ids(), np.int64))
    ids, pictures = ids[here], pictures[here]
    captioned, sentences = library.captions.vectors(captions)
    place = {photo_id: row for row, photo_id in enumerate(ids.tolist())}
    rows = np.array([place.get(photo_id, -1) for photo_id in captioned.tolist()], dtype=np.int64)
    joined = np.zeros((len(ids), sentences.shape[1]), dtype=np.float16)
    joined[rows[rows >= 0]] = sentences[rows >= 0]
    weights = ranking.WEIGHTS
    own = weights.own_words / weights.caption
    trust = np.zeros(len(ids), dtype=np.float32)
    trust[rows[rows >= 0]] = 1
    trust[[place[one] for one in library.captions.edited() if one in place]] *= own
    return Meanings(ids, pictures, joined, trust)


def _digest(library: Library, encoder: str) -> str:
    """A digest of all that vectors follow from: the photos, and the captions' words.

    It is of the contents themselves, so no crash or outside change can leave an old index in use.
    """
    digest = hashlib.blake2b(digest_size=16)
    encoded = np.array(library.encodings.ids(encoder), dtype=np.int64)
    here = np.array(library.photos.ids(), dtype=np.int64)
    digest.update(np.sort(encoded).tobytes())
    digest.update(np.sort(here).tobytes())
    for photo_id, caption in sorted(library.captions.all().items()):
        digest.update(f"{photo_id} {caption.model} {caption.template}\n".encode())
    for concept_id, noun in sorted(library.concepts.noun_phrases().items()):
        digest.update(f"{concept_id} {noun}\n".encode())
    return digest.hexdigest()
