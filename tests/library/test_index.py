"""What the machine can make again: vectors, faces, sightings, captions, stages, problems, jobs."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from engine.errors import LibraryError, UsageError
from engine.library import Library
from engine.library.info import Info
from engine.library.jobs import KEPT
from engine.library.sightings import Sighting
from engine.library.templates import render
from tests.library.shelves import encoded, face, stock

# -- vectors -------------------------------------------------------------------------------------


def test_encodings_come_back_as_they_went_in(library: Library) -> None:
    ids = stock(library, 50)
    made = {photo: encoded(n) for n, photo in enumerate(ids)}
    for start in range(0, 50, 16):
        library.encodings.put_many("v1", {p: made[p] for p in ids[start : start + 16]})
    found, vectors = library.encodings.embeddings("v1")
    assert found.tolist() == library.encodings.ids("v1") == ids
    assert found.dtype == np.int64
    assert vectors.dtype == np.float16
    np.testing.assert_array_equal(vectors, [made[photo].embedding for photo in ids])
    found, heads = library.encodings.heads("v1")
    np.testing.assert_array_equal(heads, [made[photo].heads for photo in found.tolist()])
    assert heads.shape == (50, 3, 6)
    rows = library.encodings.rows("v1", [ids[7], 99, ids[3]])
    assert set(rows) == {ids[7], ids[3]}
    np.testing.assert_array_equal(rows[ids[7]], made[ids[7]].rows)


def test_some_of_the_encodings(library: Library) -> None:
    ids = stock(library, 20)
    library.encodings.put_many("v1", {photo: encoded(n) for n, photo in enumerate(ids)})
    found, vectors = library.encodings.embeddings("v1", [ids[5], ids[2], 4])
    assert found.tolist() == [ids[2], ids[5]]
    np.testing.assert_array_equal(vectors[1], encoded(5).embedding)
    found, heads = library.encodings.heads("v1", [ids[9]])
    assert found.tolist() == [ids[9]]
    np.testing.assert_array_equal(heads[0], encoded(9).heads)
    assert library.encodings.embeddings("v1", [])[0].tolist() == []


def test_heads_can_be_read_bit_by_bit(library: Library) -> None:
    ids = stock(library, 50)
    library.encodings.put_many("v1", {photo: encoded(n) for n, photo in enumerate(ids)})
    parts = []
    for found, heads in library.encodings.stream_heads("v1", batch=16):
        parts.append((found, heads))
        # Writing meanwhile is allowed.
        library.encodings.put_many("v1", {ids[0]: encoded(0)})
    assert [len(found) for found, _ in parts] == [16, 16, 16, 2]
    whole = library.encodings.heads("v1")
    np.testing.assert_array_equal(np.concatenate([found for found, _ in parts]), whole[0])
    np.testing.assert_array_equal(np.concatenate([heads for _, heads in parts]), whole[1])


def test_a_new_version_takes_the_place_of_the_old(library: Library) -> None:
    ids = stock(library, 4)
    library.encodings.put_many("v1", {photo: encoded(n) for n, photo in enumerate(ids)})
    library.encodings.put_many("v2", {ids[1]: encoded(9, d=16, views=1, h=2, positions=7)})
    assert library.encodings.embeddings("v1")[1].shape == (3, 8)
    assert library.encodings.embeddings("v2")[1].shape == (1, 16)
    assert library.encodings.heads("v2")[1].shape == (1, 1, 2)
    assert library.encodings.rows("v2", ids)[ids[1]].shape == (7, 5)
    assert library.encodings.rows("v1", [ids[1]]) == {}


def test_no_encodings_at_all(library: Library) -> None:
    for version in ("v1", "never"):
        assert [len(part) for part in library.encodings.embeddings(version)] == [0, 0]
        assert [len(part) for part in library.encodings.heads(version)] == [0, 0]
        assert list(library.encodings.stream_heads(version)) == []
        assert library.encodings.rows(version, [1]) == {}
        assert len(library.faces.embeddings(version).ids) == 0
    library.encodings.put_many("v1", {})
    assert library.encodings.ids("v1") == []


def test_vectors_of_the_wrong_length_are_damage(library: Library) -> None:
    ids = stock(library, 2)
    library.encodings.put_many("v1", {ids[0]: encoded(0), ids[1]: encoded(1, d=9)})
    with pytest.raises(LibraryError, match="wrong length"):
        library.encodings.embeddings("v1")


def test_faces(library: Library) -> None:
    ids = stock(library, 3)
    library.faces.put_many("f1", {ids[0]: [face(1), face(2)], ids[1]: [], ids[2]: [face(3)]})
    assert library.faces.counts(ids) == {ids[0]: 2, ids[2]: 1}
    first, second = library.faces.of_photo(ids[0])
    assert first.box == (0.1, 0.2, 0.3, 0.4)
    assert first.score == 0.875
    np.testing.assert_array_equal(second.embedding, face(2).embedding)
    table = library.faces.embeddings("f1")
    assert table.photo_ids.tolist() == [ids[0], ids[0], ids[2]]
    assert table.ids.tolist()[:2] == [first.id, second.id]
    assert table.embeddings.dtype == np.float32
    np.testing.assert_array_equal(table.embeddings[2], face(3).embedding)
    assert table.boxes.shape == (3, 4)
    assert library.faces.embeddings("f1", [ids[2]]).photo_ids.tolist() == [ids[2]]
    library.faces.put_many("f2", {ids[0]: [face(4)]})
    assert len(library.faces.of_photo(ids[0])) == 1
    assert library.faces.embeddings("f1").photo_ids.tolist() == [ids[2]]


def test_info_and_thumbnails(library: Library) -> None:
    ids = stock(library, 3)
    known = Info(4000, 3000, "2023-07-01T18:30:05+02:00", 59.9, 10.75, "Canon EOS R5", "JPEG")
    bare = Info(1, 1, None, None, None, None, "GIF")
    library.info.put_many({ids[0]: known, ids[1]: bare})
    assert library.info.get(ids[0]) == known
    assert library.info.many(ids) == {ids[0]: known, ids[1]: bare}
    assert library.info.get(ids[2]) is None
    assert library.info.taken() == {ids[0]: "2023-07-01T18:30:05+02:00"}
    library.thumbnails.put_many({ids[0]: b"old", ids[1]: b"jpeg"})
    library.thumbnails.put_many({ids[0]: b"new"})
    assert library.thumbnails.get(ids[0]) == b"new"
    assert library.thumbnails.many(ids) == {ids[0]: b"new", ids[1]: b"jpeg"}
    assert library.thumbnails.get(ids[2]) is None


# -- sightings -----------------------------------------------------------------------------------

BOX = (0.25, 0.25, 0.5, 0.75)


def test_the_owner_always_wins(library: Library) -> None:
    ids = stock(library, 6)
    ada = library.concepts.add("Ada", "person").id
    library.sightings.put_scores(
        ada,
        "head-1",
        [
            (ids[0], 0.9, "recognised", BOX),
            (ids[1], 0.8, "recognised", None),
            (ids[2], 0.4, "suggested", None),
            (ids[3], 0.3, "suggested", BOX),
        ],
    )
    library.decisions.decide(ada, ids[1], "rejected")
    library.decisions.decide(ada, ids[2], "confirmed")
    library.tags.add(ada, ids[3])
    library.tags.add(ada, ids[4], (0, 0, 0.5, 0.5))
    library.decisions.decide(ada, ids[5], "rejected")
    sightings = {s.photo_id: s for s in library.sightings.of_concept(ada)}
    assert sightings == {
        ids[0]: Sighting(ids[0], ada, 0.9, BOX, "recognised"),
        ids[1]: Sighting(ids[1], ada, 0.8, None, "rejected"),
        ids[2]: Sighting(ids[2], ada, 0.4, None, "confirmed"),
        ids[3]: Sighting(ids[3], ada, 0.3, BOX, "confirmed"),
        ids[4]: Sighting(ids[4], ada, 1.0, (0, 0, 0.5, 0.5), "confirmed"),
        ids[5]: Sighting(ids[5], ada, 1.0, None, "rejected"),
    }
    assert {p for p, s in sightings.items() if s.named} == {ids[0], ids[2], ids[3], ids[4]}
    library.sightings.put_scores(ada, "head-2", [(ids[1], 0.99, "recognised", None)])
    assert library.sightings.of_photo(ids[1])[0].state == "rejected"
    assert library.sightings.of_photo(ids[0]) == []


def test_where_anyone_is_seen_or_suggested(library: Library) -> None:
    ids = stock(library, 7)
    given = (0, 0, 0.5, 0.5)
    ada, mum, momo = (
        library.concepts.add(name, kind).id
        for name, kind in (("Ada", "person"), ("Mum", "person"), ("Momo", "pet"))
    )
    library.sightings.put_scores(
        ada,
        "h",
        [(one, 0.9, "recognised", BOX) for one in ids[:3]] + [(ids[3], 0.4, "suggested", BOX)],
    )
    library.sightings.put_scores(momo, "h", [(ids[0], 0.9, "recognised", given)])
    library.tags.add(ada, ids[1], given)
    library.decisions.decide(ada, ids[2], "rejected")
    library.tags.add(mum, ids[4], given)
    library.decisions.decide(mum, ids[5], "confirmed")
    library.decisions.decide(mum, ids[6], "rejected")
    library.concepts.merge(ada, mum)
    assert dict(library.sightings.boxes([ada])) == {
        ids[0]: BOX,
        ids[1]: given,
        ids[3]: BOX,
        ids[4]: given,
        ids[5]: None,
    }
    assert library.sightings.boxes([momo]) == [(ids[0], given)]
    assert library.sightings.boxes([]) == []


def test_a_later_rejection_outweighs_a_tag_and_a_later_tag_a_rejection(library: Library) -> None:
    photo = stock(library, 1)[0]
    ada = library.concepts.add("Ada", "person").id

    def state() -> str:
        (sighting,) = library.sightings.of_photo(photo)
        assert library.sightings.of_concept(ada) == [sighting]
        return sighting.state

    library.tags.add(ada, photo)
    assert state() == "confirmed"
    library.decisions.decide(ada, photo, "rejected")
    assert state() == "rejected"
    library.tags.add(ada, photo)
    assert state() == "confirmed"
    library.decisions.decide(ada, photo, "rejected")
    assert state() == "rejected"
    library.decisions.undo(ada, photo)
    assert state() == "confirmed"
    library.tags.remove(ada, photo)
    assert state() == "rejected"


def test_several_concepts_in_one_photo(library: Library) -> None:
    ids = stock(library, 3)
    ada = library.concepts.add("Ada", "person").id
    momo = library.concepts.add("Momo", "pet").id
    library.sightings.put_scores(momo, "m", [(ids[0], 0.9, "recognised", None)])
    library.sightings.put_scores(ada, "a", [(photo, 0.8, "suggested", None) for photo in ids])
    found = library.sightings.of_photos(ids)
    assert [(s.concept_id, s.state) for s in found[ids[0]]] == [
        (ada, "suggested"),
        (momo, "recognised"),
    ]
    library.concepts.remove(ada)
    assert library.sightings.of_photos(ids) == {
        ids[0]: [Sighting(ids[0], momo, 0.9, None, "recognised")]
    }


def test_scores_say_which_captions_they_change(library: Library) -> None:
    ids = stock(library, 6)
    ada = library.concepts.add("Ada", "person").id
    library.decisions.decide(ada, ids[4], "confirmed")

    def put(*named: int, suggested: tuple[int, ...] = ()) -> set[int]:
        return library.sightings.put_scores(
            ada,
            "head",
            [(photo, 0.9, "recognised", None) for photo in named]
            + [(photo, 0.4, "suggested", None) for photo in suggested],
        )

    assert put(ids[0], ids[1], suggested=(ids[2],)) == {ids[0], ids[1]}
    assert put(ids[0], ids[1]) == set()
    assert put(ids[1], ids[2], ids[4]) == {ids[0], ids[2]}
    assert put(suggested=(ids[1],)) == {ids[1], ids[2]}


def test_scores_of_new_photos_leave_the_others_alone(library: Library) -> None:
    ids = stock(library, 4)
    ada = library.concepts.add("Ada", "person").id
    momo = library.concepts.add("Momo", "pet").id
    library.sightings.put_scores(ada, "a1", [(photo, 0.9, "recognised", None) for photo in ids[:2]])
    changed = library.sightings.put_for_photos(
        ids[1:3],
        {ada: "a1", momo: "m1"},
        [(ada, ids[2], 0.7, "recognised", BOX), (momo, ids[2], 0.4, "suggested", None)],
    )
    assert changed == {ids[1], ids[2]}
    assert [s.photo_id for s in library.sightings.of_concept(ada)] == [ids[0], ids[2]]
    assert [s.photo_id for s in library.sightings.of_concept(momo)] == [ids[2]]


def test_scores_of_a_concept_whose_head_was_not_asked_stay(library: Library) -> None:
    ids = stock(library, 2)
    ada = library.concepts.add("Ada", "person").id
    momo = library.concepts.add("Momo", "pet").id
    library.sightings.put_scores(momo, "m1", [(photo, 0.9, "recognised", None) for photo in ids])
    assert library.sightings.put_for_photos(ids, {ada: "a1"}, []) == set()
    assert [s.photo_id for s in library.sightings.of_concept(momo)] == sorted(ids)
    assert library.sightings.put_for_photos(ids[:1], {momo: "m2"}, []) == {ids[0]}
    assert [s.photo_id for s in library.sightings.of_concept(momo)] == ids[1:]


def test_no_state_but_the_two(library: Library) -> None:
    photo = stock(library, 1)[0]
    ada = library.concepts.add("Ada", "person").id
    library.sightings.put_scores(ada, "a", [(photo, 0.5, "suggested", None)])
    with pytest.raises(Exception, match="CHECK"):
        library.sightings.put_scores(ada, "a", [(photo, 0.9, "confirmed", None)])
    assert library.sightings.of_photo(photo)[0].state == "suggested"


# -- captions ------------------------------------------------------------------------------------


def vector(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=6).astype(np.float16)


def test_renaming_changes_every_shown_caption_at_once(library: Library) -> None:
    ids = stock(library, 1000)
    ada = library.concepts.add("Ada", "person").id
    library.captions.put_many([(p, f"{{c{ada}}} swims in lake {p}", "m", None) for p in ids])
    library.captions.edit(ids[0], f"My dear {{c{ada}}}!")

    def shown() -> dict[int, str]:
        names = library.concepts.shown_names()
        return {p: render(c.template, names) for p, c in library.captions.all().items()}

    assert shown()[ids[1]] == f"Ada swims in lake {ids[1]}"
    library.concepts.rename(ada, "Eve {x}")
    after = shown()
    assert after[ids[0]] == "My dear Eve {x}!"
    assert all(after[p] == f"Eve {{x}} swims in lake {p}" for p in ids[1:])
    assert library.stages.counts() == {}


def test_an_edit_is_never_overwritten_and_can_be_undone(library: Library, home: Path) -> None:
    photo = stock(library, 1)[0]
    library.captions.put_many([(photo, "a dog", "m1", None)])
    library.captions.edit(photo, "my good dog")
    library.captions.edit(photo, "my best dog")
    library.captions.put_many([(photo, "a cat", "m2", None)])
    caption = library.captions.get(photo)
    assert caption is not None
    assert (caption.template, caption.model, caption.edited) == ("my best dog", None, True)
    library.captions.undo(photo)
    assert library.captions.many([photo])[photo].template == "my good dog"
    library.captions.revert(photo)
    caption = library.captions.get(photo)
    assert caption is not None
    assert (caption.template, caption.model, caption.edited) == ("a cat", "m2", False)
    library.captions.undo(photo)
    assert library.captions.all()[photo].template == "my good dog"
    library.close()
    (home / "index.db").unlink()
    with Library.open(home) as later:
        assert later.captions.all()[photo].template == "my good dog"
        later.captions.undo(photo)
        later.captions.undo(photo)
        assert later.captions.get(photo) is None


def test_captions_are_counted_once_a_photo(library: Library) -> None:
    first, second, third = stock(library, 3)
    assert library.captions.count() == 0
    library.captions.put_many([(first, "a dog", "m1", None), (second, "a cat", "m1", None)])
    library.captions.edit(first, "my dog")
    library.captions.edit(third, "my bird")
    assert library.captions.count() == len(library.captions.all()) == 3
    library.captions.revert(third)
    assert library.captions.count() == len(library.captions.all()) == 2


def test_reverting_what_was_never_edited_does_nothing(library: Library) -> None:
    photo = stock(library, 1)[0]
    library.captions.put_many([(photo, "a dog", "m1", None)])
    library.captions.revert(photo)
    library.captions.edit(photo, "mine")
    library.captions.undo(photo)
    caption = library.captions.get(photo)
    assert caption is not None
    assert caption.template == "a dog"


@pytest.mark.parametrize("template", ["", "  ", "a {dog}", "{c1", "}"])
def test_captions_that_cannot_be(library: Library, template: str) -> None:
    photo = stock(library, 1)[0]
    with pytest.raises(UsageError, match="caption"):
        library.captions.edit(photo, template)
    with pytest.raises(UsageError, match="no such photo"):
        library.captions.edit(12, "fine")
    assert library.captions.all() == {}
    if template.strip():
        with pytest.raises(ValueError, match="a lone"):
            library.captions.put_many([(photo, "fine", "m", None), (photo, template, "m", None)])
        assert library.captions.all() == {}


def test_stale_captions_are_pending_again_and_shown_meanwhile(library: Library) -> None:
    ids = stock(library, 3)
    library.captions.put_many([(photo, "a dog", "m1", None) for photo in ids])
    library.stages.finish_many("caption", "m1", ids)
    library.captions.mark_stale([ids[1]])
    assert library.stages.pending("caption", "m1") == [ids[1]]
    caption = library.captions.get(ids[1])
    assert caption is not None
    assert (caption.template, caption.stale) == ("a dog", True)
    library.captions.put_many([(ids[1], "a cat", "m1", None)])
    caption = library.captions.get(ids[1])
    assert caption is not None
    assert (caption.template, caption.stale) == ("a cat", False)


def test_sentence_vectors_are_of_the_captions_shown(library: Library) -> None:
    ids = stock(library, 5)
    library.captions.put_many([(photo, "x", "m", vector(n)) for n, photo in enumerate(ids[:4])])
    library.captions.put_many([(ids[4], "no vector", "m", None)])

    def shown(version: str = "m") -> dict[int, list[float]]:
        found, vectors = library.captions.vectors(version)
        assert len(found) == len(vectors) == len(set(found.tolist()))
        return dict(zip(found.tolist(), vectors.tolist(), strict=True))

    machine = {photo: vector(n).tolist() for n, photo in enumerate(ids[:4])}
    assert shown() == machine
    assert shown("other") == {}
    library.captions.edit(ids[0], "mine")
    assert set(shown()) == set(ids[1:4])
    assert library.captions.edits_without_vector("m") == {ids[0]: "mine"}
    library.captions.put_edit_vectors("m", {ids[0]: vector(10), ids[1]: vector(11)})
    assert shown() == {**machine, ids[0]: vector(10).tolist()}
    assert library.captions.edits_without_vector("m") == {}
    assert library.captions.edits_without_vector("m2") == {ids[0]: "mine"}
    library.captions.put_many([(ids[0], "again", "m", vector(12)), (ids[1], "again", "m", None)])
    assert shown()[ids[0]] == vector(10).tolist()
    assert ids[1] not in shown()
    library.captions.put_many([(ids[0], "without a vector", "m", None)])
    assert shown()[ids[0]] == vector(10).tolist()
    library.captions.put_many([(ids[0], "again", "m", vector(12))])
    library.captions.edit(ids[0], "still mine")
    assert ids[0] not in shown()
    library.captions.revert(ids[0])
    assert shown()[ids[0]] == vector(12).tolist()


# -- stages --------------------------------------------------------------------------------------


def test_what_is_done_is_not_done_again(library: Library) -> None:
    ids = stock(library, 5)
    assert library.stages.pending("encode", "v1") == ids[::-1]
    library.stages.finish_many("encode", "v1", ids[1:3])
    library.stages.fail(ids[4], "encode", "v1", "It is cut short.")
    assert library.stages.pending("encode", "v1") == [ids[3], ids[0]]
    assert library.stages.pending("encode", "v2") == ids[::-1]
    assert library.stages.pending("faces", "v1") == ids[::-1]
    assert library.stages.done("encode", "v1") == set(ids[1:3])
    assert library.stages.settled("encode", "v1") == {*ids[1:3], ids[4]}
    (failure,) = library.stages.failures()
    assert (failure.photo_id, failure.stage, failure.version) == (ids[4], "encode", "v1")
    assert failure.reason == "It is cut short."
    counts = library.stages.counts()["encode"]
    assert (counts.done, counts.failed) == (2, 1)
    assert library.stages.retry() == 1
    assert ids[4] in library.stages.pending("encode", "v1")
    library.stages.forget("encode", [ids[1]])
    assert ids[1] in library.stages.pending("encode", "v1")


@pytest.mark.parametrize("others", [0, 50])
def test_the_newest_come_first_by_the_cameras_date_or_the_files(
    others: int, library: Library
) -> None:
    ids = stock(library, 3)
    library.stages.finish_many("encode", "v1", stock(library, others, first=3))
    old = Info(1, 1, "1969-01-01T00:00:00", None, None, None, "JPEG")
    new = Info(1, 1, "2024-01-01T00:00:00+02:00", None, None, None, "JPEG")
    library.info.put_many({ids[0]: new, ids[2]: old})
    assert library.stages.pending("encode", "v1") == [ids[0], ids[1], ids[2]]


def test_photos_that_lie_nowhere_are_not_waited_for(library: Library) -> None:
    ids = stock(library, 2)
    library.photos.forget_place("/photos/000001.jpg")
    assert library.stages.pending("encode", "v1") == [ids[0]]


def test_a_failure_becomes_done_and_the_other_way_round(library: Library) -> None:
    photo = stock(library, 1)[0]
    library.stages.fail(photo, "encode", "v1", "No.")
    library.stages.finish_many("encode", "v1", [photo])
    assert library.stages.failures() == []
    library.stages.fail_many("encode", "v2", {photo: "No."})
    assert library.stages.done("encode", "v1") == set()


# -- problems, learned parts, jobs ---------------------------------------------------------------


def test_problems(library: Library) -> None:
    odd = os.fsdecode(b"/photos/\xff.jpg")
    library.problems.put("/photos/b.jpg", "The file is empty (zero bytes).", 0, 17)
    library.problems.put(odd, "Its name is odd.")
    library.problems.put("/photos/b.jpg", "It is cut short.", 9, 18)
    first, second = library.problems.all()
    assert (first.path, first.reason) == (Path("/photos/b.jpg"), "It is cut short.")
    assert (first.size, first.mtime_ns) == (9, 18)
    assert (second.path, second.size, second.mtime_ns) == (Path(odd), None, None)
    assert set(library.problems.for_paths([odd, "/photos/c.jpg"])) == {Path(odd)}
    library.problems.clear("/photos/b.jpg")
    library.problems.clear_many([odd, "/photos/never.jpg"])
    assert library.problems.all() == []


def test_learned_parts(library: Library) -> None:
    library.learned.put(1, "head", "v1", b"old", "tags a")
    library.learned.put(1, "head", "v1", b"new", "tags b")
    library.learned.put(2, "head", "v1", b"two", "tags c")
    library.learned.put(1, "head", "v2", b"other pack", "tags b")
    library.learned.put(1, "embedding", "v1", b"e*", "tags b")
    head = library.learned.get(1, "head", "v1")
    assert head is not None
    assert (head.data, head.trained_on) == (b"new", "tags b")
    assert {id_: part.data for id_, part in library.learned.all("head", "v1").items()} == {
        1: b"new",
        2: b"two",
    }
    library.learned.remove(1, "head")
    assert library.learned.get(1, "head", "v2") is None
    assert library.learned.get(1, "embedding", "v1") is not None


def test_jobs(library: Library) -> None:
    first = library.jobs.start("index", 100)
    second = library.jobs.start("teach")
    library.jobs.progress(first, 40)
    library.jobs.progress(second, 1, 7)
    assert [(job.id, job.done, job.total) for job in library.jobs.running()] == [
        (first, 40, 100),
        (second, 1, 7),
    ]
    library.jobs.finish(first, "failed", "The disk is full.")
    assert [job.id for job in library.jobs.running()] == [second]
    assert library.jobs.interrupt_running() == 1
    recent = library.jobs.recent()
    assert [(job.id, job.state, job.message) for job in recent] == [
        (second, "interrupted", None),
        (first, "failed", "The disk is full."),
    ]
    assert library.jobs.recent(1) == recent[:1]


def test_of_all_jobs_the_last_are_kept(library: Library) -> None:
    for _ in range(KEPT + 20):
        last = library.jobs.start("index")
    assert [job.id for job in library.jobs.recent(2 * KEPT)] == list(range(last, last - KEPT, -1))
