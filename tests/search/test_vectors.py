"""The vector index: exact, filtered, and made again whenever it must be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.search import ranking
from engine.search.vectors import Meanings, Stamp, Vectors, build, fresh

STAMP = Stamp("encoder-1", "captioner-1", "content-1")


def unit(rows: int, columns: int, seed: int) -> ranking.Vectors:
    values = np.random.default_rng(seed).standard_normal((rows, columns)).astype(np.float32)
    unit: ranking.Vectors = values / np.linalg.norm(values, axis=1, keepdims=True)
    return unit


@pytest.fixture(scope="module")
def meanings() -> Meanings:
    trust = np.where(np.arange(200) < 150, 1, 0) + np.where(np.arange(200) < 9, 3, 0)
    captions = unit(200, 20, 1) * (trust > 0)[:, None]
    ids = np.random.default_rng(2).integers(0, 2**62, 200)
    half = np.float16
    return Meanings(
        ids, unit(200, 24, 3).astype(half), captions.astype(half), trust.astype(np.float32)
    )


def expected(meanings: Meanings, pictures: ranking.Vectors, sentences: ranking.Vectors) -> object:
    mean = meanings.captions[meanings.trust > 0].mean(axis=0)
    weights = ranking.WEIGHTS
    caption = (sentences @ meanings.captions.T) - (sentences @ mean)[:, None]
    trusted = weights.caption * meanings.trust * caption
    return weights.picture * (pictures @ meanings.pictures.T) + trusted


def test_one_inner_product_is_the_whole_fused_similarity(meanings: Meanings) -> None:
    vectors = build(meanings)
    pictures, sentences = unit(7, 24, 4), unit(7, 20, 5)
    ids, scores = vectors.search(ranking.fuse(pictures, sentences, vectors.mean_caption), 200)
    place = {int(photo): at for at, photo in enumerate(meanings.ids)}
    wanted = np.asarray(expected(meanings, pictures, sentences))
    for row in range(7):
        got = [wanted[row, place[int(photo)]] for photo in ids[row]]
        np.testing.assert_allclose(scores[row], got, atol=2e-3)
        assert got[0] == pytest.approx(wanted[row].max(), abs=2e-3)


def test_a_filtered_search_is_exact_inside_the_filter(meanings: Meanings) -> None:
    vectors = build(meanings)
    query = ranking.fuse(unit(1, 24, 6), unit(1, 20, 7), vectors.mean_caption)
    within = np.sort(meanings.ids[::17])
    everything, _ = vectors.search(query, 200)
    some, _ = vectors.search(query, 50, within)
    assert list(some[0]) == [one for one in everything[0] if one in set(within)]
    assert vectors.search(query, 5, within[:0])[0].shape == (1, 0)


def test_an_empty_library_has_no_results() -> None:
    empty = Meanings(
        np.empty(0, dtype=np.int64),
        np.empty((0, 24), dtype=np.float16),
        np.empty((0, 20), dtype=np.float16),
        np.empty(0, dtype=np.float32),
    )
    vectors = build(empty)
    query = ranking.fuse(unit(2, 24, 6), unit(2, 20, 7), vectors.mean_caption)
    assert vectors.search(query, 10)[0].shape == (2, 0)


def _cut(folder: Path) -> None:
    whole = (folder / "photos.faiss").read_bytes()
    (folder / "photos.faiss").write_bytes(whole[: len(whole) // 2])


def _flip(folder: Path) -> None:
    whole = bytearray((folder / "photos.faiss").read_bytes())
    whole[len(whole) // 2] ^= 1
    (folder / "photos.faiss").write_bytes(whole)


def _remove(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def _garble(text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / "photos.json").write_text(text)


@pytest.mark.parametrize(
    "harm",
    [
        _cut, _flip, _remove("photos.faiss"), _remove("photos.json"),
        _garble(""), _garble("[]"), _garble("{}"), _garble('{"stamp": 1}'),
    ],
)  # fmt: skip
def test_a_missing_or_damaged_index_is_made_again(
    meanings: Meanings, tmp_path: Path, harm: Callable[[Path], object]
) -> None:
    calls: list[int] = []

    def gather() -> Meanings:
        calls.append(1)
        return meanings

    query = ranking.fuse(unit(1, 24, 6), unit(1, 20, 7), np.zeros(20, dtype=np.float32))
    first = fresh(tmp_path, STAMP, gather).search(query, 10)
    again = fresh(tmp_path, STAMP, gather)
    assert len(calls) == 1, "an index that is whole and of today is only read"
    harm(tmp_path)
    healed = fresh(tmp_path, STAMP, gather)
    assert len(calls) == 2
    for vectors in (again, healed, fresh(tmp_path, STAMP, gather)):
        assert isinstance(vectors, Vectors)
        np.testing.assert_array_equal(vectors.search(query, 10)[0], first[0])
    assert len(calls) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["photos.faiss", "photos.json"]


@pytest.mark.parametrize(
    "change",
    [{"encoder": "encoder-2"}, {"captions": "none"}, {"content": "other"}, {"layout": 1}],
)
def test_an_older_index_is_made_again(
    meanings: Meanings, tmp_path: Path, change: dict[str, object]
) -> None:
    calls: list[int] = []

    def gather() -> Meanings:
        calls.append(1)
        return meanings

    fresh(tmp_path, STAMP, gather)
    fresh(tmp_path, replace(STAMP, **change), gather)  # type: ignore[arg-type]
    assert len(calls) == 2


def test_a_disk_that_takes_nothing_does_not_stop_the_search(
    meanings: Meanings, tmp_path: Path
) -> None:
    blocked = tmp_path / "vectors"
    blocked.write_text("a file where the folder should be")
    vectors = fresh(blocked, STAMP, lambda: meanings)
    assert len(vectors) == 200
