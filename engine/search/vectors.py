"""The vector index: exact, half precision, kept in `<home>/vectors` and rebuilt when it must be."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import json
import logging
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models import threads
from engine.search import ranking

_log = logging.getLogger(__name__)
_CHUNK = 1 << 20

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Stamp:
    """What an index was made from; one that differs in anything is made again."""

    encoder: str
    captions: str
    content: str
    layout: int = 2


@dataclass(frozen=True)
class Meanings:
    """Everything to be indexed: ids [n], pictures [n, d], captions [n, s], trust [n].

    trust: 0 where there is no caption, 1 for a machine's, more for the owner's.
    """

    ids: Ids
    pictures: NDArray[np.float16]
    captions: NDArray[np.float16]
    trust: ranking.Vectors


class Vectors:
    """An exact inner-product index over photos; ids are photo ids."""

    def __init__(self, index: Any, mean_caption: ranking.Vectors, picture: int) -> None:
        self.index = index
        self.mean_caption = mean_caption
        self.picture_width = picture

    def __len__(self) -> int:
        return int(self.index.ntotal)

    def search(
        self, queries: ranking.Vectors, count: int, within: Ids | None = None
    ) -> tuple[Ids, ranking.Vectors]:
        """The nearest photos of each query: ids [n, k] and scores [n, k], best first.

        `within` narrows the search to those ids, exactly. Absent places hold the id -1.
        """
        faiss = _faiss()
        count = max(1, min(count, len(self) if within is None else len(within)))
        if len(self) == 0 or (within is not None and len(within) == 0):
            shape = (len(queries), 0)
            return np.empty(shape, dtype=np.int64), np.empty(shape, dtype=np.float32)
        parameters = None
        if within is not None:
            selector = faiss.IDSelectorBatch(np.ascontiguousarray(within, dtype=np.int64))
            parameters = faiss.SearchParameters(sel=selector)
        scores, ids = self.index.search(np.ascontiguousarray(queries), count, params=parameters)
        return ids, scores

    def parts(self, ids: Ids) -> tuple[ranking.Vectors, ranking.Vectors]:
        """The stored picture vectors [n, d] and caption vectors [n, s + padding] of photos."""
        whole = self.index.reconstruct_batch(np.ascontiguousarray(ids, dtype=np.int64))
        end = self.picture_width + len(self.mean_caption)
        return whole[:, : self.picture_width], whole[:, self.picture_width : end]


def build(meanings: Meanings) -> Vectors:
    """Index everything anew."""
    faiss = _faiss()
    picture, caption = meanings.pictures.shape[1], meanings.captions.shape[1]
    flat = faiss.IndexScalarQuantizer(
        ranking.width(picture, caption),
        faiss.ScalarQuantizer.QT_fp16,
        faiss.METRIC_INNER_PRODUCT,
    )
    index = faiss.IndexIDMap2(flat)
    for start in range(0, len(meanings.ids), 50_000):  # bounds the float32 copy
        part = slice(start, start + 50_000)
        joined = ranking.stored(
            meanings.pictures[part], meanings.captions[part], meanings.trust[part]
        )
        index.add_with_ids(joined, np.ascontiguousarray(meanings.ids[part]))
    mean: ranking.Vectors = np.zeros(caption, dtype=np.float32)
    if meanings.trust.any():
        mean = meanings.captions[meanings.trust > 0].mean(axis=0, dtype=np.float32)
    return Vectors(index, mean, picture)


def fresh(folder: Path, stamp: Stamp, gather: Callable[[], Meanings]) -> Vectors:
    """The index for `stamp`: read from `folder` when it is that one and whole, else made again."""
    kept = _read(folder, stamp)
    if kept is not None:
        return kept
    made = build(gather())
    try:
        _write(folder, stamp, made)
    except OSError as error:  # a full or read-only disk: search still works, it starts slower
        _log.warning("The vector index could not be saved (%s).", type(error).__name__)
    return made


def _read(folder: Path, stamp: Stamp) -> Vectors | None:
    faiss = _faiss()
    try:
        about = json.loads((folder / "photos.json").read_text("utf-8"))
        if about["stamp"] != asdict(stamp):
            return None
        if _digest(folder / "photos.faiss") != about["digest"]:
            raise ValueError("digest")
        with open(folder / "photos.faiss", "rb") as stream:
            index = faiss.read_index(faiss.PyCallbackIOReader(stream.read, _CHUNK))
        mean = np.asarray(about["mean_caption"], dtype=np.float32)
        return Vectors(index, mean, int(about["picture_width"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        _log.warning("The vector index was damaged (%s) and is made again.", type(error).__name__)
        return None


def _write(folder: Path, stamp: Stamp, vectors: Vectors) -> None:
    """Replace both files; the small one comes last and vouches for the big one."""
    faiss = _faiss()
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        (folder / "photos.json").unlink()
    part = folder / f"photos.{os.getpid()}.part"
    with open(part, "wb") as stream:
        faiss.write_index(vectors.index, faiss.PyCallbackIOWriter(stream.write, _CHUNK))
    digest = _digest(part)
    os.replace(part, folder / "photos.faiss")
    about = {
        "stamp": asdict(stamp),
        "digest": digest,
        "picture_width": vectors.picture_width,
        "mean_caption": [float(value) for value in vectors.mean_caption],
    }
    part.write_text(json.dumps(about), "utf-8")
    os.replace(part, folder / "photos.json")


def _faiss() -> Any:
    """FAISS, loaded when first needed; its stubs do not know half of what it has."""
    faiss = importlib.import_module("faiss")
    threads.settle_faiss()
    return faiss


def _digest(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
