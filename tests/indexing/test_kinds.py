"""Files of every kind on their way through the library: videos, raws, Live Photos, sidecars."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.indexing.pipeline import Indexed, Indexer
from engine.library import Library
from engine.library.hints import Hints
from engine.photos import live
from engine.progress import Cancel, silent
from engine.search.searching import Searcher
from tests.photos import movies
from tests.photos.corpus import every_case
from tests.photos.movies import black, movie
from tests.photos.packets import face, packet, words
from tests.photos.pictures import corners, encoded
from tests.tiny import COLOURS, TinyPack, paint

_MIDDLE = (0.5, 0.5, 0.5, 0.5)


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    with Library.open(home) as library:
        yield library


@pytest.fixture
def photos(tmp_path: Path, library: Library) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    library.folders.add(folder)
    return folder


def index(library: Library) -> Indexed:
    return Indexer(library, TinyPack(), silent, Cancel(), readers=2).run()


def id_of(library: Library, path: Path) -> int:
    photo = library.photos.by_path(path)
    assert photo is not None
    return photo.id


def of(colour: str) -> np.ndarray:
    """A frame of one colour but for a black corner."""
    frame = np.full((64, 64, 3), COLOURS[colour], np.uint8)
    frame[:20, :20] = 0
    return frame


def test_the_whole_corpus(library: Library, photos: Path) -> None:
    cases = every_case()
    for case in cases:
        # In a folder of their own, or else vast.mov would be thought to belong to vast.jpg.
        folder = photos / case.name.rpartition(".")[2]
        folder.mkdir(exist_ok=True)
        (folder / case.name).write_bytes(case.make())
    result = index(library)
    troubles = {path.name: reason for path, reason in result.troubles}
    assert set(troubles) == {case.name for case in cases if case.refused}
    for case in cases:
        if case.refused:
            continue
        photo_id = id_of(library, photos / case.name.rpartition(".")[2] / case.name)
        info = library.info.get(photo_id)
        assert info is not None
        assert ((info.width, info.height), info.format) == (case.size, case.format), case.name
        assert library.captions.get(photo_id) is not None, case.name
        assert library.thumbnails.get(photo_id) is not None, case.name
    assert index(library).looked == 0


def test_a_video_is_found_by_what_any_of_its_moments_shows(library: Library, photos: Path) -> None:
    frames = [*[black(64, 64)] * 10, *[of("red")] * 40, *[of("blue")] * 50]
    (photos / "a.mp4").write_bytes(movie(frames))
    paint(photos / "b.png", ["green"], 1)
    index(library)
    photo_id = id_of(library, photos / "a.mp4")
    info = library.info.get(photo_id)
    assert info is not None
    assert info.format == "video"
    assert info.duration == pytest.approx(4.0)
    caption = library.captions.get(photo_id)
    assert caption is not None
    assert " in red" in caption.template, "the poster's"
    version = TinyPack().encoder.version
    _, (vector,) = library.encodings.embeddings(version, [photo_id])
    red, blue = (vector[list(COLOURS).index(one)] for one in ("red", "blue"))
    assert min(red, blue) > 0.3
    assert float(np.linalg.norm(vector.astype(np.float32))) == pytest.approx(1, abs=0.01)


def test_a_live_photo_is_one_photo(library: Library, photos: Path) -> None:
    (photos / "IMG_1.JPG").write_bytes(encoded(corners()))
    (photos / "IMG_1.MOV").write_bytes(movie())
    (photos / "IMG_2.MOV").write_bytes(movie([of("red")] * 5))
    result = index(library)
    assert (result.files, result.added, result.troubles) == (2, 2, [])
    assert library.photos.by_path(photos / "IMG_1.MOV") is None
    assert library.photos.by_path(photos / "IMG_2.MOV") is not None
    (photos / "IMG_1.JPG").unlink()
    assert index(library).added == 1, "without its still it is a video like any other"
    assert library.photos.by_path(photos / "IMG_1.MOV") is not None


def test_a_movie_that_a_service_renamed_is_known_by_its_mark(
    library: Library, photos: Path
) -> None:
    mark = {"com.apple.quicktime.content.identifier": "9F6B1F5C-0000"}
    (photos / "IMG_1.HEIC").write_bytes(encoded(corners(), "HEIF"))
    (photos / "IMG_1.MP4").write_bytes(movie(codec=movies.QUICKTIME, about=mark))
    (photos / "party.jpg").write_bytes(encoded(corners(64, 64)))
    (photos / "party.mp4").write_bytes(movie())
    assert index(library).added == 3
    assert library.photos.by_path(photos / "IMG_1.MP4") is None
    assert library.photos.by_path(photos / "party.mp4") is not None


def test_a_long_movie_beside_a_still_of_its_name_is_a_video(
    library: Library, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LARGEST", 1000)
    (photos / "party.jpg").write_bytes(encoded(corners()))
    (photos / "party.mov").write_bytes(movie())
    assert index(library).added == 2


def test_what_others_wrote_is_kept_and_found_like_a_caption(library: Library, photos: Path) -> None:
    xmp = packet(words("Midsummer", "Dancing at Leksand", ["midsommar"]) + face("Ada", _MIDDLE))
    (photos / "a.jpg").write_bytes(encoded(corners(), xmp=xmp))
    (photos / "b.jpg").write_bytes(encoded(corners(64, 64)))
    (photos / "b.xmp").write_bytes(packet(words("Winter in Leksand"), 'xmp:Rating="5"'))
    (photos / "c.jpg").write_bytes(encoded(corners(48, 64)))
    index(library)
    a, b, c = (id_of(library, photos / name) for name in ("a.jpg", "b.jpg", "c.jpg"))
    hints = library.hints.get(a)
    assert (hints.title, hints.keywords) == ("Midsummer", ("midsommar",))
    (region,) = hints.regions
    assert (region.name, region.kind, region.box) == ("Ada", "face", (0.25, 0.25, 0.75, 0.75))
    assert library.hints.get(b).rating == 5
    assert library.hints.get(c) == Hints()
    searcher = Searcher(library, TinyPack())

    def found(query: str) -> dict[int, list[str]]:
        return {hit.photo_id: hit.why for hit in searcher.search([query], 9)[0].hits}

    assert set(found('"Leksand"')) == {a, b}
    assert set(found('"midsommar"')) == {a}
    assert found('"dancing at leksand"')[a][0] == "its description has “dancing at leksand”"
    assert c in found('"some"'), "captions are searched as before"
