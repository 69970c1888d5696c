"""Everyone known, counted and with a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from engine.library import Library
from engine.library.concepts import Cover
from tests.library.shelves import FOLDER, stock

BOX = (0.25, 0.25, 0.5, 0.75)


def seen(
    library: Library, concept: int, recognised: Sequence[int], suggested: Sequence[int] = ()
) -> None:
    """A head saw someone in these photos, and is surest of the first."""
    library.sightings.put_scores(
        concept,
        "h",
        [(one, 0.9 - n / 1000, "recognised", BOX) for n, one in enumerate(recognised)]
        + [(one, 0.4, "suggested", BOX) for one in suggested],
    )


def counts(library: Library) -> list[tuple[int, int, int, int]]:
    return [(one.photos, one.confirmed, one.suggested, one.tagged) for one in library.people.all()]


def test_the_owners_word_counts(library: Library) -> None:
    ids = stock(library, 8)
    ada = library.concepts.add("Ada", "person").id
    library.concepts.add("Momo", "pet")
    seen(library, ada, ids[:2], ids[2:4])
    assert counts(library) == [(2, 0, 2, 0), (0, 0, 0, 0)]
    library.decisions.decide(ada, ids[1], "rejected")
    library.decisions.decide(ada, ids[2], "confirmed")
    library.tags.add(ada, ids[4])
    assert counts(library) == [(3, 2, 1, 1), (0, 0, 0, 0)]


def test_photos_that_lie_nowhere_count_no_more_until_they_are_back(library: Library) -> None:
    ids = stock(library, 4)
    ada = library.concepts.add("Ada", "person").id
    seen(library, ada, ids[:2], ids[2:3])
    library.tags.add(ada, ids[3])
    assert counts(library) == [(3, 1, 1, 1)]
    paths = [library.photos.many([one])[one].paths[0] for one in (ids[0], ids[2], ids[3])]
    library.photos.forget_places(paths)
    assert counts(library) == [(1, 0, 0, 1)]
    (cover,) = [one.cover for one in library.people.all()]
    assert cover is not None
    assert cover.photo_id == ids[1]
    folder = library.folders.all()[0].id
    hashes = library.photos.hashes([ids[0]])
    library.photos.record(paths[0], hashes[0], 1, 1, folder)
    assert counts(library) == [(2, 0, 0, 1)]


def test_counting_says_the_same_as_reading(library: Library) -> None:
    ids = stock(library, 400)
    random = np.random.default_rng(3)
    concepts = [library.concepts.add(f"P{n}", "person").id for n in range(6)]
    for concept in concepts:
        scores = random.random(len(ids)).tolist()
        of = list(zip(ids, scores, strict=True))
        recognised = [one for one, score in of if score > 0.7]
        suggested = [one for one, score in of if 0.5 < score <= 0.7]
        seen(library, concept, recognised, suggested)
        library.decisions.decide_many(concept, random.choice(ids, 40).tolist(), "rejected")
        library.decisions.decide_many(concept, random.choice(ids, 40).tolist(), "confirmed")
        library.tags.add_many(concept, dict.fromkeys(random.choice(ids, 20).tolist()))
    library.concepts.merge(concepts[0], concepts[5])
    library.concepts.remove(concepts[1])
    found = library.people.all()
    assert [one.concept.id for one in found] == [concepts[0], *concepts[2:5]]
    for one in found:
        states = Counter(s.state for s in library.sightings.of_concept(one.concept.id))
        assert one.photos == states["recognised"] + states["confirmed"]
        assert one.confirmed == states["confirmed"]
        assert one.suggested == states["suggested"]
        assert one.tagged == len(library.tags.of_concept(one.concept.id))


def test_a_picture_of_everyone(library: Library) -> None:
    ids = stock(library, 6)
    ada = library.concepts.add("Ada", "person").id

    def cover() -> Cover | None:
        (person,) = library.people.all()
        return person.cover

    assert cover() is None
    seen(library, ada, ids[::-1])
    assert cover() == Cover(ids[5], BOX), "the surest"
    library.decisions.decide(ada, ids[5], "rejected")
    assert cover() == Cover(ids[4], BOX)
    library.photos.forget_place(f"{FOLDER}/000004.jpg")
    assert cover() == Cover(ids[3], BOX)
    library.tags.add(ada, ids[0])
    assert cover() == Cover(ids[0]), "where the owner named it"
    library.tags.add(ada, ids[1], (0.5, 0.5, 0.75, 0.75))
    assert cover() == Cover(ids[1], (0.5, 0.5, 0.75, 0.75)), "and pointed at it"
    library.concepts.set_cover(ada, Cover(ids[2]))
    assert cover() == Cover(ids[2]), "what the owner chose"
    library.decisions.decide(ada, ids[2], "rejected")
    assert cover() == Cover(ids[1], (0.5, 0.5, 0.75, 0.75)), "it is not her after all"
    library.decisions.undo(ada, ids[2])
    assert cover() == Cover(ids[2])


def test_the_picture_of_a_merged_one_will_do(library: Library) -> None:
    ids = stock(library, 1)
    ada = library.concepts.add("Ada", "person").id
    mum = library.concepts.add("Mum", "person").id
    seen(library, mum, ids)
    library.concepts.merge(ada, mum)
    (person,) = library.people.all()
    assert (person.photos, person.cover) == (1, Cover(ids[0], BOX))
