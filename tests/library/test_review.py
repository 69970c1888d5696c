"""What the owner is asked, and never asked again."""

from __future__ import annotations

from engine.concepts.heads import RECOGNISE
from engine.library import Library
from engine.library.review import EDGE
from tests.library.shelves import FOLDER, stock

BOX = (0.25, 0.25, 0.5, 0.75)


def asked(library: Library, concept: int | None = None, **options: int) -> list[tuple[int, int]]:
    queue = library.review.queue(concept, **options)
    return [(one.concept_id, one.photo_id) for one in queue]


def test_the_edge_is_where_heads_become_sure() -> None:
    assert EDGE == RECOGNISE


def test_nearest_the_edge_first_from_both_sides(library: Library) -> None:
    ids = stock(library, 7)
    ada = library.concepts.add("Ada", "person").id
    library.sightings.put_scores(
        ada,
        "h",
        [
            (ids[0], 0.3, "suggested", None),
            (ids[1], 0.49, "suggested", BOX),
            (ids[2], 0.4, "suggested", None),
            (ids[3], 0.54, "recognised", BOX),
            (ids[4], 0.58, "recognised", None),
            (ids[5], 0.61, "recognised", None),
            (ids[6], 0.9, "recognised", None),
        ],
    )
    queue = library.review.queue(ada, doubtful=2)
    assert [one.photo_id for one in queue] == [ids[1], ids[3], ids[4], ids[2], ids[0]]
    assert [one.state for one in queue][:3] == ["suggested", "recognised", "recognised"]
    assert queue[0].box == BOX
    assert asked(library, ada, doubtful=9)[-1] == (ada, ids[0])
    assert len(asked(library, ada, doubtful=9)) == 6
    assert asked(library, ada, limit=1) == [(ada, ids[1])]
    assert asked(library, ada, limit=0) == []


def test_what_was_answered_is_never_asked_again(library: Library) -> None:
    ids = stock(library, 1200)
    ada = library.concepts.add("Ada", "person").id
    scores = [(one, 0.49 - n / 10_000, "suggested", None) for n, one in enumerate(ids)]
    library.sightings.put_scores(ada, "h", scores)
    library.decisions.decide_many(ada, ids[:600], "rejected")
    library.decisions.decide_many(ada, ids[600:900], "confirmed")
    library.tags.add(ada, ids[900])
    assert asked(library, limit=2) == [(ada, ids[901]), (ada, ids[902])]
    library.sightings.put_scores(ada, "h2", scores)
    assert asked(library, limit=1) == [(ada, ids[901])]
    library.decisions.undo(ada, ids[3])
    assert asked(library, limit=1) == [(ada, ids[3])]


def test_of_all_but_the_hidden_the_removed_and_photos_that_are_gone(library: Library) -> None:
    ids = stock(library, 4)
    ada, tom, eve = (library.concepts.add(name, "person").id for name in ("Ada", "Tom", "Eve"))
    for concept, score in ((ada, 0.4), (tom, 0.45), (eve, 0.48)):
        library.sightings.put_scores(concept, "h", [(ids[0], score, "suggested", None)])
    library.sightings.put_scores(
        ada, "h", [(ids[0], 0.4, "suggested", None), (ids[1], 0.47, "suggested", None)]
    )
    assert asked(library) == [(eve, ids[0]), (ada, ids[1]), (tom, ids[0]), (ada, ids[0])]
    library.concepts.hide(tom)
    library.concepts.remove(eve)
    library.photos.forget_place(f"{FOLDER}/000001.jpg")
    assert asked(library) == [(ada, ids[0])]
    assert asked(library, tom) == [(tom, ids[0])], "asked for by itself it is there"
    assert asked(library, eve) == []


def test_merged_ones_are_asked_about_as_one(library: Library) -> None:
    ids = stock(library, 3)
    ada = library.concepts.add("Ada", "person").id
    mum = library.concepts.add("Mum", "person").id
    library.sightings.put_scores(ada, "h", [(ids[0], 0.4, "suggested", None)])
    library.sightings.put_scores(
        mum,
        "h",
        [
            (ids[0], 0.9, "recognised", None),
            (ids[1], 0.45, "suggested", None),
            (ids[2], 0.3, "suggested", None),
        ],
    )
    library.decisions.decide(mum, ids[2], "rejected")
    library.concepts.merge(ada, mum)
    assert asked(library, mum) == asked(library) == [(ada, ids[1])]
