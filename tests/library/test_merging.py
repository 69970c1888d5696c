"""Two that turn out to be one, and one that turns out to be two; each undone as well."""

from __future__ import annotations

import pytest

from engine.errors import UsageError
from engine.library import Library
from engine.library.concepts import Cover
from engine.library.sightings import Sighting
from engine.library.templates import render
from tests.library.shelves import stock

BOX = (0.25, 0.25, 0.5, 0.75)
OTHER_BOX = (0.5, 0.25, 0.75, 0.75)


def states(library: Library, concept_id: int) -> dict[int, str]:
    return {one.photo_id: one.state for one in library.sightings.of_concept(concept_id)}


def test_all_that_was_said_of_either_counts_for_the_one_that_stays(library: Library) -> None:
    ids = stock(library, 8)
    ada = library.concepts.add("Ada", "person").id
    mum = library.concepts.add("Mum", "person").id
    library.tags.add(ada, ids[0])
    library.tags.add(mum, ids[1], BOX)
    library.decisions.decide(mum, ids[2], "confirmed")
    library.decisions.decide(mum, ids[3], "rejected")
    library.sightings.put_scores(ada, "h", [(ids[4], 0.9, "recognised", None)])
    library.sightings.put_scores(
        mum, "h", [(ids[4], 0.9375, "recognised", BOX), (ids[5], 0.4, "suggested", BOX)]
    )
    library.captions.put_many(
        [(ids[0], f"{{c{ada}}} swims", "m", None), (ids[1], f"{{c{mum}}} swims", "m", None)]
    )
    before = {one: (states(library, one), library.tags.of_concept(one)) for one in (ada, mum)}

    assert library.concepts.merge(ada, mum).name == "Ada"

    assert states(library, ada) == {
        ids[0]: "confirmed",
        ids[1]: "confirmed",
        ids[2]: "confirmed",
        ids[3]: "rejected",
        ids[4]: "recognised",
        ids[5]: "suggested",
    }
    assert [tag.photo_id for tag in library.tags.of_concept(ada)] == ids[:2]
    assert library.sightings.of_photo(ids[4]) == [Sighting(ids[4], ada, 0.9375, BOX, "recognised")]
    assert library.decisions.of_concept(ada) == {ids[2]: "confirmed", ids[3]: "rejected"}
    assert library.decisions.of_photo(ids[3]) == {ada: "rejected"}
    assert [tag.concept_id for tag in library.tags.of_photo(ids[1])] == [ada]
    names = library.concepts.shown_names()
    assert {render(c.template, names) for c in library.captions.all().values()} == {"Ada swims"}
    assert library.concepts.noun_phrases() == {ada: "a person", mum: "a person"}
    assert [one.id for one in library.concepts.all()] == [ada]
    assert library.concepts.named("Mum") is None
    merged = library.concepts.get(mum)
    assert merged is not None
    assert merged.id == ada
    assert [one.name for one in library.concepts.merged(ada)] == ["Mum"]

    assert library.concepts.unmerge(mum).name == "Mum"

    assert before == {
        one: (states(library, one), library.tags.of_concept(one)) for one in (ada, mum)
    }
    assert library.concepts.shown_names() == {ada: "Ada", mum: "Mum"}
    assert library.concepts.merged(ada) == []


def test_what_is_said_after_a_merge_stays_with_the_one_that_stayed(library: Library) -> None:
    ids = stock(library, 4)
    ada = library.concepts.add("Ada", "person").id
    mum = library.concepts.add("Mum", "person").id
    library.tags.add(mum, ids[0])
    library.concepts.merge(ada, mum)
    library.tags.add(ada, ids[1])
    library.tags.add(mum, ids[2])  # by somebody who has not heard of it yet
    library.decisions.decide(mum, ids[3], "rejected")
    library.concepts.unmerge(mum)
    assert states(library, ada) == {
        ids[1]: "confirmed",
        ids[2]: "confirmed",
        ids[3]: "rejected",
    }
    assert states(library, mum) == {ids[0]: "confirmed"}


def test_the_last_word_counts_whoever_it_was_said_of(library: Library) -> None:
    photo = stock(library, 1)[0]
    ada = library.concepts.add("Ada", "person").id
    mum = library.concepts.add("Mum", "person").id
    library.tags.add(ada, photo)
    library.decisions.decide(mum, photo, "rejected")
    library.concepts.merge(ada, mum)
    assert states(library, ada) == {photo: "rejected"}
    assert library.decisions.decide_many(ada, [photo], "rejected") == []
    library.tags.add(ada, photo)
    assert states(library, ada) == {photo: "confirmed"}
    assert library.decisions.decide_many(ada, [photo], "rejected") == [photo]
    library.decisions.undo(ada, photo)
    library.decisions.undo(ada, photo)
    assert library.decisions.of_concept(ada) == {}


def test_merged_one_after_the_other_and_taken_out_in_any_order(library: Library) -> None:
    ids = stock(library, 3)
    one, two, three = (library.concepts.add(name, "pet").id for name in ("One", "Two", "Three"))
    for concept, photo in zip((one, two, three), ids, strict=True):
        library.tags.add(concept, photo)
    library.concepts.merge(two, three)
    library.concepts.merge(one, two)
    assert set(states(library, one)) == set(ids)
    assert library.concepts.shown_names() == {one: "One", two: "One", three: "One"}
    library.concepts.unmerge(three)
    assert set(states(library, one)) == set(ids[:2])
    assert set(states(library, three)) == {ids[2]}
    library.concepts.merge(three, one)
    assert set(states(library, three)) == set(ids)
    library.concepts.unmerge(one)
    assert set(states(library, one)) == set(ids[:2])


def test_what_cannot_be_merged(library: Library) -> None:
    ada = library.concepts.add("Ada", "person").id
    mum = library.concepts.add("Mum", "person").id
    momo = library.concepts.add("Momo", "pet").id
    for pair, why in (
        ((ada, ada), "itself"),
        ((ada, momo), "two of a kind"),
        ((ada, 99), "nobody"),
        ((99, ada), "nobody"),
    ):
        with pytest.raises(UsageError, match=why):
            library.concepts.merge(*pair)
    library.concepts.merge(ada, mum)
    with pytest.raises(UsageError, match="nobody"):
        library.concepts.merge(mum, ada)
    with pytest.raises(UsageError, match="nobody"):
        library.concepts.unmerge(ada)
    assert [one.id for one in library.concepts.all()] == [ada, momo]


def test_the_name_of_a_merged_one_is_free_and_must_be_free_to_take_it_out(
    library: Library,
) -> None:
    ada = library.concepts.add("Ada", "person").id
    mum = library.concepts.add("Mum", "person").id
    library.concepts.merge(ada, mum)
    library.concepts.rename(ada, "Mum")
    with pytest.raises(UsageError, match="already someone or something named “Mum”"):
        library.concepts.unmerge(mum)
    library.concepts.rename(ada, "Ada")
    assert library.concepts.unmerge(mum).id == mum


def test_a_cover_is_inherited_and_never_taken_over(library: Library) -> None:
    ids = stock(library, 2)
    ada = library.concepts.add("Ada", "person").id
    mum = library.concepts.add("Mum", "person").id
    library.concepts.set_cover(mum, Cover(ids[0], BOX))
    library.concepts.merge(ada, mum)
    assert library.concepts.all()[0].cover == Cover(ids[0], BOX)
    assert library.concepts.set_cover(ada, Cover(ids[1])).cover == Cover(ids[1])
    library.concepts.unmerge(mum)
    assert [one.cover for one in library.concepts.all()] == [Cover(ids[1]), Cover(ids[0], BOX)]


def test_captions_that_name_both_are_written_again(library: Library) -> None:
    ids = stock(library, 5)
    ada, mum, eve = (library.concepts.add(name, "person").id for name in ("Ada", "Mum", "Eve"))
    library.captions.put_many(
        [
            (ids[0], f"{{c{ada}}} and {{c{mum}}} swim", "m", None),
            (ids[1], f"{{c{ada}}} swims", "m", None),
            (ids[2], f"{{c{ada}}} and {{c{mum}1}} swim", "m", None),
            (ids[3], f"{{c{eve}}} and {{c{ada}}} swim", "m", None),
            (ids[4], f"a {{{{c{mum}}}}} beside {{c{ada}}}", "m", None),
        ]
    )
    library.stages.finish_many("caption", "m", ids)
    library.concepts.merge(ada, mum)
    assert library.stages.pending("caption", "m") == [ids[0]]
    library.concepts.merge(eve, ada)
    assert set(library.stages.pending("caption", "m")) == {ids[0], ids[3]}


def test_new_scores_take_the_place_of_those_of_merged_ones(library: Library) -> None:
    ids = stock(library, 3)
    ada = library.concepts.add("Ada", "person").id
    mum = library.concepts.add("Mum", "person").id
    library.sightings.put_scores(ada, "h", [(ids[0], 0.9, "recognised", None)])
    library.sightings.put_scores(mum, "h", [(one, 0.9, "recognised", None) for one in ids[:2]])
    library.concepts.merge(ada, mum)
    # The caption of the first may name both; that of the second reads right as it is.
    scores = [(one, 0.9, "recognised", None) for one in ids[:2]]
    assert library.sightings.put_scores(ada, "h2", scores) == {ids[0]}
    assert library.sightings.put_scores(ada, "h2", scores) == set()
    library.concepts.unmerge(mum)
    assert states(library, mum) == {}


def test_tags_of_merged_ones_are_put_back_where_they_were(library: Library) -> None:
    photo, other = stock(library, 2)
    ada = library.concepts.add("Ada", "person").id
    mum = library.concepts.add("Mum", "person").id
    library.tags.add(mum, photo, BOX)
    library.concepts.merge(ada, mum)
    removed = library.tags.remove_many(ada, [photo, other])
    assert library.tags.of_concept(ada) == []
    library.tags.put_back(ada, [photo, other], removed)
    moved = library.tags.add_many(ada, {photo: OTHER_BOX})
    assert [tag.box for tag in library.tags.of_photo(photo)] == [OTHER_BOX]
    library.tags.put_back(ada, [photo], moved)
    library.concepts.unmerge(mum)
    assert [tag.box for tag in library.tags.of_concept(mum)] == [BOX]
    assert library.tags.of_concept(ada) == []


# -- splitting -----------------------------------------------------------------------------------


def test_splitting_and_undoing_it(library: Library) -> None:
    ids = stock(library, 5)
    ada = library.concepts.add("Ada", "person", "girl").id
    library.tags.add(ada, ids[0])
    library.tags.add(ada, ids[1], BOX)
    library.decisions.decide(ada, ids[2], "confirmed")
    library.sightings.put_scores(
        ada,
        "h",
        [(ids[2], 0.8, "recognised", OTHER_BOX), (ids[3], 0.8, "recognised", OTHER_BOX)],
    )
    before = library.sightings.of_concept(ada), library.tags.of_concept(ada)

    split = library.splits.split(ada, [ids[1], ids[2], ids[3], ids[1]], " Eve ")

    eve = split.new.id
    assert (split.new.name, split.new.kind, split.new.noun) == ("Eve", "person", "girl")
    assert states(library, ada) == {
        ids[0]: "confirmed",
        ids[1]: "rejected",
        ids[2]: "rejected",
        ids[3]: "rejected",
    }
    assert {tag.photo_id: tag.box for tag in library.tags.of_concept(eve)} == {
        ids[1]: BOX,
        ids[2]: OTHER_BOX,
        ids[3]: OTHER_BOX,
    }

    library.splits.undo(split)

    assert (library.sightings.of_concept(ada), library.tags.of_concept(ada)) == before
    assert [one.id for one in library.concepts.all()] == [ada]
    assert library.tags.of_concept(eve) == []


def test_a_split_that_is_done_again_is_of_the_same_two(library: Library) -> None:
    ids = stock(library, 3)
    ada = library.concepts.add("Ada", "person").id
    for photo in ids:
        library.tags.add(ada, photo, BOX)
    split = library.splits.split(ada, ids[1:], "Eve")
    after = states(library, ada), states(library, split.new.id)
    library.splits.undo(split)
    again = library.splits.again(split)
    assert again.new.id == split.new.id
    assert (states(library, ada), states(library, again.new.id)) == after
    library.splits.undo(again)
    assert states(library, ada) == dict.fromkeys(ids, "confirmed")
    library.concepts.add("Eve", "person")
    with pytest.raises(UsageError, match="already"):
        library.splits.again(again)
    assert states(library, ada) == dict.fromkeys(ids, "confirmed")


def test_photos_go_over_to_somebody_who_is_known(library: Library) -> None:
    ids = stock(library, 4)
    ada, eve = (library.concepts.add(name, "person").id for name in ("Ada", "Eve"))
    rex = library.concepts.add("Rex", "pet").id
    for photo in ids[:3]:
        library.tags.add(ada, photo, BOX)
    library.tags.add(eve, ids[1])
    library.decisions.decide(eve, ids[2], "rejected")
    before = states(library, ada), states(library, eve), library.tags.of_concept(eve)

    split = library.splits.move(ada, ids[1:3], eve)

    assert states(library, ada) == {
        ids[0]: "confirmed", ids[1]: "rejected", ids[2]: "rejected"
    }  # fmt: skip
    assert states(library, eve) == dict.fromkeys(ids[1:3], "confirmed")
    after = states(library, ada), states(library, eve)
    for _ in range(2):
        library.splits.undo(split)
        now = states(library, ada), states(library, eve), library.tags.of_concept(eve)
        assert now == before
        split = library.splits.again(split)
        assert (states(library, ada), states(library, eve)) == after
    for other, why in (
        (ada, "among those"),
        (rex, "Rex is a pet and Ada a person"),
        (99, "nobody"),
    ):
        with pytest.raises(UsageError, match=why):
            library.splits.move(ada, ids[:1], other)
    assert (states(library, ada), states(library, eve)) == after


def test_merging_joins_again_what_was_split(library: Library) -> None:
    ids = stock(library, 2)
    ada = library.concepts.add("Ada", "person").id
    for photo in ids:
        library.tags.add(ada, photo)
    split = library.splits.split(ada, ids[1:], "Eve")
    library.concepts.merge(ada, split.new.id)
    assert states(library, ada) == dict.fromkeys(ids, "confirmed")


def test_splits_that_cannot_be_leave_no_trace(library: Library) -> None:
    ids = stock(library, 2)
    ada = library.concepts.add("Ada", "person").id
    library.concepts.add("Eve", "person")
    library.tags.add(ada, ids[0])
    for concept, photos, name, why in (
        (ada, [], "Zoe", "at least one"),
        (ada, ids, "Zoe", "not in all"),
        (ada, ids[:1], "eve", "already"),
        (ada, ids[:1], " ", "empty"),
        (99, ids[:1], "Zoe", "nobody"),
    ):
        with pytest.raises(UsageError, match=why):
            library.splits.split(concept, photos, name)
    assert states(library, ada) == {ids[0]: "confirmed"}
    assert [one.name for one in library.concepts.all()] == ["Ada", "Eve"]
    assert library.concepts.removed() == []
