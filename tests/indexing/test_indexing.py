"""Indexing end to end, with a tiny pack: what is done, done once, and kept."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from engine.errors import LibraryError
from engine.indexing import stages
from engine.indexing.lock import only_writer
from engine.indexing.pipeline import Indexed, Indexer
from engine.indexing.scanner import Scanner, _hash
from engine.indexing.walking import File
from engine.library import Library
from engine.models.protocols import Encoding, Picture
from engine.progress import Cancel, Cancelled, Progress
from tests.tiny import COLOURS, TinyEncoder, TinyPack, paint

NAMES = list(COLOURS)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for number in range(40):
        colours = [NAMES[number % 6], NAMES[(number + 1) % 6]]
        faces = [(250, 30, 30)] if number % 10 == 0 else []
        paint(folder / f"{number // 20}" / f"{number:03}.png", colours, number, faces)
    return folder


@pytest.fixture
def library(home: Path, photos: Path) -> Iterator[Library]:
    with Library.open(home) as library:
        library.folders.add(photos)
        yield library


def index(
    library: Library, pack: TinyPack, cancel: Cancel | None = None, captions: bool = True
) -> tuple[Indexed, list[Progress]]:
    events: list[Progress] = []
    indexer = Indexer(library, pack, events.append, cancel or Cancel(), readers=2)
    return indexer.run(captions=captions), events


def test_a_photo_in_two_places_is_looked_at_once(library: Library, photos: Path) -> None:
    """Even when its second place is found while the first is in hand."""
    for path in photos.glob("0/*.png"):
        (photos / f"copy-{path.name}").write_bytes(path.read_bytes())
        os.utime(photos / f"copy-{path.name}", (0, 0))
    pack = TinyPack()
    result, _ = index(library, pack)
    assert (result.files, result.looked) == (60, 40)
    assert pack.encoder.pictures == pack.faces.pictures == 40


def test_every_photo_goes_through_every_stage(library: Library, photos: Path) -> None:
    pack = TinyPack()
    result, events = index(library, pack)
    assert (result.files, result.added, result.looked, result.captioned) == (40, 40, 40, 40)
    assert result.troubles == []
    ids = library.photos.ids()
    counts = library.stages.counts()
    assert {stage: (one.done, one.failed) for stage, one in counts.items()} == dict.fromkeys(
        stages.ALL, (40, 0)
    )
    for photo in library.photos.many(ids).values():
        number = int(photo.paths[0].stem)
        caption = library.captions.get(photo.id)
        assert caption is not None
        assert caption.template.startswith(f"a picture in {NAMES[number % 6]}")
        assert len(library.faces.of_photo(photo.id)) == (1 if number % 10 == 0 else 0)
        assert library.thumbnails.get(photo.id)
    assert [one.stage for one in events if one.done == one.total and one.total] == [
        "scan", "look", "recognise", "group", "caption",
    ]  # fmt: skip


def test_captions_can_wait_for_another_day(library: Library) -> None:
    pack = TinyPack()
    assert index(library, pack, captions=False)[0].captioned == 0
    assert pack.vlm.captions == 0
    assert index(library, pack)[0].captioned == 40
    assert pack.encoder.pictures == 40


def test_an_unchanged_library_costs_no_model(library: Library) -> None:
    index(library, TinyPack())

    class Unloadable(TinyPack):
        """Its versions are known, but touching a model would fail."""

        def __init__(self) -> None:
            super().__init__()
            for part in (self.encoder, self.faces, self.vlm):
                for method in ("encode_pictures", "encode_sentences", "analyse", "caption"):
                    setattr(part, method, None)

    result, _ = index(library, Unloadable())
    assert (result.files, result.added, result.looked, result.captioned) == (40, 0, 0, 0)


def test_a_new_version_of_a_model_is_used(library: Library) -> None:
    index(library, TinyPack())
    pack = TinyPack()
    pack.encoder.version = "tiny-encoder-2"
    index(library, pack)
    assert (pack.encoder.pictures, pack.faces.pictures, pack.vlm.captions) == (40, 0, 40)


def test_only_what_changed_is_done_again(library: Library, photos: Path) -> None:
    index(library, TinyPack())
    paint(photos / "0" / "003.png", ["white"], 999)
    paint(photos / "new" / "100.png", ["black"], 1000)
    pack = TinyPack()
    result, _ = index(library, pack)
    assert (result.added, result.looked, pack.encoder.pictures) == (2, 2, 2)
    changed = library.photos.by_path(photos / "0" / "003.png")
    assert changed is not None
    caption = library.captions.get(changed.id)
    assert caption is not None
    assert "in white" in caption.template
    assert len(library.photos.ids()) == 41


def test_a_touched_or_copied_file_is_known_by_its_content(library: Library, photos: Path) -> None:
    index(library, TinyPack())
    os.utime(photos / "0" / "005.png", ns=(1, 1))
    (photos / "copy.png").write_bytes((photos / "0" / "006.png").read_bytes())
    (photos / "0" / "007.png").rename(photos / "moved.png")
    pack = TinyPack()
    index(library, pack)
    assert pack.encoder.pictures == 0
    assert len(library.photos.ids()) == 40
    copied = library.photos.by_path(photos / "copy.png")
    assert copied is not None
    assert copied.paths == (photos / "0" / "006.png", photos / "copy.png")
    moved = library.photos.by_path(photos / "moved.png")
    assert moved is not None
    assert moved.paths == (photos / "moved.png",)


def test_an_unplugged_drive_loses_nothing(library: Library, photos: Path) -> None:
    index(library, TinyPack())
    away = photos.rename(photos.with_name("away"))
    result, _ = index(library, TinyPack())
    assert [(path, "not there" in reason) for path, reason in result.troubles] == [(photos, True)]
    assert len(library.photos.ids()) == 40
    away.rename(photos)
    pack = TinyPack()
    result, _ = index(library, pack)
    assert (result.files, result.troubles, pack.encoder.pictures) == (40, [], 0)
    assert library.problems.all() == []


def test_a_drive_unplugged_before_its_photos_were_read(library: Library, photos: Path) -> None:
    pack = TinyPack()
    indexer = Indexer(library, pack, lambda _: None, Cancel(), readers=2)
    Scanner(library, lambda _: None, Cancel()).scan(library.folders.all())
    away = photos.rename(photos.with_name("away"))
    result = Indexed()
    indexer.look(result)
    assert (result.looked, result.away, result.troubles) == (0, 40, [])
    away.rename(photos)
    assert index(library, pack)[0].looked == 40


def test_stopping_keeps_what_is_done(library: Library) -> None:
    pack, cancel = TinyPack(), Cancel()

    def stop_early(progress: Progress) -> None:
        if progress.stage == "look" and progress.done:
            cancel.cancel()

    with pytest.raises(Cancelled):
        Indexer(library, pack, stop_early, cancel, readers=2).run()
    done = library.stages.counts()[stages.ENCODE].done
    assert 0 < done < 40
    assert library.jobs.recent()[0].state == "cancelled"
    index(library, pack)
    assert library.stages.counts()[stages.ENCODE].done == 40
    assert pack.encoder.pictures == 40, "nothing is done twice"


def test_stopping_waits_for_no_more_files_to_be_read(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty large videos take minutes; what goes on later reads them all."""
    cancel, read, stopped = Cancel(), [], threading.Event()

    class Pool(ThreadPoolExecutor):
        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            super().shutdown(wait=False, cancel_futures=cancel_futures)
            stopped.set()
            super().shutdown(wait=wait)

    def hashed(file: File) -> tuple[str, int, int] | str | None:
        read.append(file)
        if cancel.cancelled:
            stopped.wait(30)
        cancel.cancel()
        return _hash(file)

    monkeypatch.setattr("engine.indexing.scanner._hash", hashed)
    monkeypatch.setattr("engine.indexing.scanner.ThreadPoolExecutor", Pool)
    scanner = Scanner(library, lambda _: None, cancel)
    scanner.survey(library.folders.all())
    with pytest.raises(Cancelled):
        scanner.take(32)
    assert 0 < len(read) < 5
    assert (scanner.left, library.photos.count()) == (40, 0)
    monkeypatch.undo()
    scanner._cancel = Cancel()
    while scanner.take() is not None:
        pass
    assert library.photos.count() == 40


def test_newest_photos_are_captioned_first(library: Library, photos: Path) -> None:
    for number, path in enumerate(sorted(photos.rglob("*.png"))):
        os.utime(path, (1_600_000_000 + number * 86_400,) * 2)
    cancel, pack = Cancel(), TinyPack()

    def stop(progress: Progress) -> None:
        if progress.stage == "caption" and progress.done:
            cancel.cancel()

    with pytest.raises(Cancelled):
        Indexer(library, pack, stop, cancel, readers=2).run()
    captioned = {
        int(photo.paths[0].stem)
        for photo in library.photos.many(list(library.captions.all())).values()
    }
    assert captioned == set(range(40 - len(captioned), 40))


class Moody(TinyEncoder):
    """Cannot bear batches of more than three, nor any picture that is mostly yellow."""

    def encode_pictures(self, pictures: list[Picture]) -> list[Encoding]:  # type: ignore[override]
        yellow = [int(p[..., 2].mean()) < 90 < int(p[..., 1].mean()) > 150 for p in pictures]
        if len(pictures) > 3 or any(yellow):
            raise RuntimeError("out of memory")
        return super().encode_pictures(pictures)


def test_one_photo_the_model_refuses_does_not_take_others_with_it(library: Library) -> None:
    pack = TinyPack()
    pack.encoder = Moody()
    result, _ = index(library, pack)
    refused = {path.name for path, _ in result.troubles}
    assert 0 < len(refused) < 10
    plain = TinyPack().encoder
    version = pack.encoder.version
    ids, vectors = library.encodings.embeddings(version)
    assert len(ids) == 40 - len(refused)
    from engine.photos import read

    for photo_id, vector in zip(ids.tolist(), vectors, strict=True):
        photo = library.photos.get(photo_id)
        assert photo is not None
        assert photo.paths[0].name not in refused
        alone = plain.encode_pictures([read(photo.paths[0], 512).picture])[0]
        np.testing.assert_array_equal(vector, alone.embedding)
    again, _ = index(library, pack)
    assert again.troubles == [], "a failure is not tried again until something changes"


class Cramped(TinyEncoder):
    """Has room for three pictures at a time."""

    calls = 0

    def encode_pictures(self, pictures: Sequence[Picture]) -> list[Encoding]:
        self.calls += 1
        if len(pictures) > 3:
            raise RuntimeError("CUDA out of memory")
        return super().encode_pictures(pictures)


def test_where_memory_is_short_batches_are_smaller_for_good(library: Library) -> None:
    pack, encoder = TinyPack(), Cramped()
    pack.encoder = encoder
    result, _ = index(library, pack)
    assert (result.looked, result.troubles, encoder.pictures) == (40, [], 40)
    assert encoder.calls <= 3 + 40 / 2, "it does not run out of memory again and again"


def test_one_writer_at_a_time(library: Library) -> None:
    with only_writer(library.home), pytest.raises(LibraryError, match="Another Familiar"):
        index(library, TinyPack())
    assert index(library, TinyPack())[0].looked == 40
