"""Searching a small library: names as conditions, meaning for the rest, and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.indexing.pipeline import Indexer
from engine.library import Library
from engine.library.hints import Hints
from engine.library.info import Info
from engine.library.spots import Spot
from engine.library.trips import FoundTrip
from engine.progress import Cancel, silent
from engine.search.searching import Searcher
from tests.tiny import TinyPack, paint

PICTURES = {
    "beach": ["yellow", "blue"],
    "sea": ["blue", "white"],
    "forest": ["green", "black"],
    "snow": ["white", "grey"],
    "night": ["black", "grey"],
    "roses": ["red", "green"],
}


class Place:
    """A library of six pictures with Ada, Tom and Biscuit in some of them."""

    def __init__(self, library: Library, photos: Path) -> None:
        self.library = library
        self.pack = TinyPack()
        for number, (name, colours) in enumerate(PICTURES.items()):
            paint(photos / f"{name}.png", colours, number)
        library.folders.add(photos)
        Indexer(library, self.pack, silent, Cancel(), readers=1).run()
        self.ids = {}
        for name in PICTURES:
            photo = library.photos.by_path(photos / f"{name}.png")
            assert photo is not None
            self.ids[name] = photo.id
        self.names = {photo_id: name for name, photo_id in self.ids.items()}
        self.see("Ada", "person", {"beach": 0.9, "sea": 0.8, "snow": 0.99})
        self.see("Tom", "person", {"sea": 0.7, "night": 0.95})
        self.see("Biscuit", "pet", {"snow": 0.9, "forest": 0.8, "beach": 0.6})
        for name, day in (("beach", "2019-07-01"), ("snow", "2023-01-05"), ("sea", "2023-08-01")):
            info = Info(64, 64, f"{day}T12:00:00", None, None, None, "PNG")
            library.info.put_many({self.ids[name]: info})
        self.searcher = Searcher(library, self.pack)

    def see(self, name: str, kind: str, scores: dict[str, float]) -> None:
        concept = self.library.concepts.add(name, kind)
        rows = [(self.ids[one], score, "recognised", None) for one, score in scores.items()]
        self.library.sightings.put_scores(concept.id, "head-1", rows)

    def find(self, query: str, limit: int = 20) -> list[str]:
        self.searcher.refresh()
        hits = self.searcher.search([query], limit)[0].hits
        return [self.names[hit.photo_id] for hit in hits]

    def concept(self, name: str) -> int:
        concept = self.library.concepts.named(name)
        assert concept is not None
        return concept.id


@pytest.fixture
def place(home: Path, tmp_path: Path) -> Iterator[Place]:
    with Library.open(home) as library:
        yield Place(library, tmp_path / "photos")


def test_meaning_alone_ranks_every_photo(place: Place) -> None:
    found = place.find("something red")
    assert found[0] == "roses"
    assert len(found) == 6
    assert place.find("white", limit=2)[0] == "snow"
    assert len(place.find("white", limit=2)) == 2


def test_names_are_conditions(place: Place) -> None:
    assert set(place.find("Ada")) == {"beach", "sea", "snow"}
    assert place.find("Ada and Biscuit") == ["snow", "beach"]
    assert place.find("Ada and Tom and Biscuit") == []
    assert set(place.find("Tom or Biscuit")) == {"sea", "night", "snow", "forest", "beach"}
    assert place.find("Ada without Tom") == ["snow", "beach"]
    assert set(place.find("without Ada")) == {"forest", "night", "roses"}


def test_the_surest_first_and_what_the_owner_confirmed_before_that(place: Place) -> None:
    assert place.find("Ada") == ["snow", "beach", "sea"]
    place.library.decisions.decide(place.concept("Ada"), place.ids["sea"], "confirmed")
    assert place.find("Ada") == ["sea", "snow", "beach"]


def test_a_rejected_sighting_is_gone_and_a_suggested_one_does_not_count(place: Place) -> None:
    place.library.decisions.decide(place.concept("Ada"), place.ids["sea"], "rejected")
    assert "sea" not in place.find("Ada")
    place.library.sightings.put_scores(
        place.concept("Tom"), "head-2", [(place.ids["sea"], 0.5, "suggested", None)]
    )
    assert place.find("Tom") == []


def test_names_and_meaning_together(place: Place) -> None:
    assert place.find("Ada in the blue")[0] == "sea"
    assert place.find("Ada in the white")[0] == "snow"
    assert set(place.find("Ada in the white")) == {"beach", "sea", "snow"}
    assert place.find("photos where Biscuit is in something green")[0] == "forest"


def test_dates(place: Place) -> None:
    assert place.find("2023") == ["sea", "snow"]
    assert place.find("Ada before:2020") == ["beach"]
    assert place.find("Ada in January") == ["snow"]
    assert place.find("after:2030") == []


def test_a_number_that_dates_no_photo_is_a_word(place: Place) -> None:
    assert len(place.find("red 1984")) == 6
    assert place.find("red 1984")[0] == "roses"


def test_exact_words_of_the_caption_shown(place: Place) -> None:
    assert place.find('"in white"') == ["snow"]
    assert place.find('"white in"') == []
    ada = place.concept("Ada")
    place.library.captions.edit(place.ids["beach"], f"{{c{ada}}} builds a château, alone")
    assert place.find('"Ada builds a chateau"') == ["beach"]
    place.library.concepts.rename(ada, "Zoë")
    assert place.find('"zoe builds"') == ["beach"]


def test_what_the_owner_writes_is_found(place: Place) -> None:
    place.library.captions.edit(place.ids["night"], "fireworks over the harbour")
    assert place.find("fireworks harbour")[0] == "night"


def test_favourites(place: Place) -> None:
    place.library.photos.set_favourite(place.ids["sea"], True)
    assert place.find("is:favourite") == ["sea"]
    assert place.find("is:favourite Biscuit") == []


def test_stars(place: Place) -> None:
    stars = {"sea": 5, "snow": 4, "roses": 3, "night": -1}
    place.library.hints.put_many({place.ids[one]: Hints(rating=n) for one, n in stars.items()})
    assert sorted(place.find("rating:4")) == ["sea", "snow"]
    assert place.find("rating:5") == ["sea"]
    assert place.find("rating:4 Biscuit") == ["snow"]
    (hit,) = place.searcher.search(["rating:5"], 5)[0].hits
    assert hit.why == ["rated 5 of 5 stars"]
    assert place.find("rating:4 red")[0] in ("sea", "snow")


def test_why(place: Place) -> None:
    place.library.decisions.decide(place.concept("Ada"), place.ids["sea"], "confirmed")
    place.searcher.refresh()
    hits = place.searcher.search(["Ada and Tom in the blue 2023"], 5)[0].hits
    assert [place.names[hit.photo_id] for hit in hits] == ["sea"]
    why = hits[0].why
    assert "Ada, confirmed by you" in why
    assert "Tom, 70% sure" in why
    assert "taken 2023-08-01" in why
    assert any("blue" in reason for reason in why)


def test_many_queries_are_encoded_at_once_and_each_text_once(place: Place) -> None:
    queries = ["red", "Ada in the white", "red", "Tom", "blue", ""]
    one_by_one = [place.searcher.search([query], 3)[0].hits for query in queries]
    place.pack.encoder.texts = 0
    together = place.searcher.search(queries, 3)
    assert place.pack.encoder.texts == 3
    assert [answer.hits for answer in together] == one_by_one
    assert len(together[5].hits) == 3, "an empty query shows the newest photos"


def test_a_name_alone_needs_no_model_and_no_vectors(place: Place) -> None:
    place.pack.encoder.texts = 0
    place.find("Ada and Biscuit")
    assert place.pack.encoder.texts == 0
    assert not (place.library.home / "vectors").exists()


def test_a_caption_written_later_is_found_without_being_told(place: Place) -> None:
    place.find("red")
    version = next(iter(place.library.captions.all().values())).model
    assert version is not None
    vector = place.pack.encoder.encode_sentences(["a zebra crossing"])[0].astype("float16")
    place.library.captions.put_many([(place.ids["night"], "a zebra crossing", version, vector)])
    assert place.find("zebra")[0] == "night"


def test_photos_that_lie_nowhere_are_not_found(place: Place) -> None:
    photo = place.library.photos.get(place.ids["roses"])
    assert photo is not None
    place.library.photos.forget_place(photo.paths[0])
    assert "roses" not in place.find("red")
    assert "roses" not in place.find("")


def test_an_empty_library_answers(home: Path) -> None:
    with Library.open(home) as library:
        searcher = Searcher(library, TinyPack())
        assert [one.hits for one in searcher.search(["red", "", "Ada", "2020"], 5)] == [[]] * 4


def test_a_library_without_captions_is_searched_by_its_pictures(home: Path, tmp_path: Path) -> None:
    paint(tmp_path / "photos" / "red.png", ["red"], 1)
    blue = paint(tmp_path / "photos" / "blue.png", ["blue"], 2)
    with Library.open(home) as library:
        library.folders.add(tmp_path / "photos")
        pack = TinyPack()
        Indexer(library, pack, silent, Cancel(), readers=1).run(captions=False)
        photo = library.photos.by_path(blue)
        assert photo is not None
        assert Searcher(library, pack).search(["blue"], 1)[0].hits[0].photo_id == photo.id


def test_the_total_counts_beyond_the_limit(place: Place) -> None:
    for query, total in (
        ("Ada", 3),
        ("Ada in the snow", 3),
        ("red", 6),
        ("", 6),
        ("Ada before:2000", 0),
    ):
        (results,) = place.searcher.search([query], 2)
        assert (len(results.hits), results.total) == (min(2, total), total), query


def test_what_people_say_is_read_anew_without_the_vectors(place: Place) -> None:
    place.searcher.search(["something red"], 1)
    vectors = place.searcher.vectors
    place.library.concepts.rename(place.concept("Ada"), "Zoë")
    assert place.searcher.search(["Zoë"], 9)[0].query.wanted == []
    place.searcher.refresh(vectors=False)
    assert len(place.searcher.search(["Zoë"], 9)[0].hits) == 3
    assert place.searcher.vectors is vectors


def put_in_places(place: Place) -> None:
    oslo, bergen = Spot("Oslo", "Oslo", "Norway", "NO"), Spot("Bergen", "Vestland", "Norway", "NO")
    skagen = Spot("Skagen", "North Denmark", "Denmark", "DK")
    place.library.spots.put_many(
        {place.ids["sea"]: oslo, place.ids["snow"]: bergen, place.ids["beach"]: skagen}
    )


def test_where_a_photo_was_taken(place: Place) -> None:
    put_in_places(place)
    assert set(place.find("in:norway")) == {"sea", "snow"}
    assert place.find("Ada in:bergen") == ["snow"]
    assert place.find("Tom in:Denmark") == []
    assert place.find("white in:NO")[0] in {"sea", "snow"}
    answer = place.searcher.search(["Ada in:Skagen"], 5)[0]
    assert [(chip.kind, chip.text) for chip in answer.query.chips] == [
        ("place", "Skagen"),
        ("name", "Ada"),
    ]
    assert "taken in Skagen" in answer.hits[0].why


def test_a_place_nobody_was_in_is_only_words(place: Place) -> None:
    put_in_places(place)
    answer = place.searcher.search(["red in:Iceland"], 6)[0]
    assert answer.query.meaning == "red in Iceland"
    assert place.names[answer.hits[0].photo_id] == "roses"


def test_photos_of_an_album(place: Place) -> None:
    library = place.library
    album = library.albums.create("Summer holiday")
    library.albums.add(album.id, [place.ids["sea"], place.ids["beach"], place.ids["night"]])
    assert set(place.find('album:"summer holiday"')) == {"sea", "beach", "night"}
    assert set(place.find('Tom album:"Summer holiday"')) == {"sea", "night"}
    library.albums.remove(album.id)
    assert len(place.find('album:"Summer holiday" red')) == 6, "words now, and never an error"


def test_photos_of_a_trip(place: Place) -> None:
    ids = [place.ids["sea"], place.ids["snow"]]
    ada = place.library.concepts.named("Ada")
    assert ada is not None
    trip = FoundTrip(ids, 0, 86_400, f"Weekend with {{c{ada.id}}}", ids[0])
    place.library.trips.replace([trip], "stamp")
    assert set(place.find('album:"Weekend with Ada"')) == {"sea", "snow"}


def test_an_album_that_is_a_saved_search(place: Place) -> None:
    place.library.albums.save_search("Her winters", "Ada 2023 white")
    assert place.find('album:"Her winters" Biscuit') == ["snow"]
    assert set(place.find('album:"her winters"')) == {"snow", "sea"}
    answer = place.searcher.search(['album:"Her winters"'], 5)[0]
    assert [(chip.kind, chip.text) for chip in answer.query.chips] == [("album", "Her winters")]
    # One that names itself does not go round in circles.
    place.library.albums.save_search("Loop", 'Tom album:"Loop"')
    assert set(place.find('album:"Loop"')) == set()


def test_what_type_a_photo_is_of(place: Place) -> None:
    ids = place.ids
    place.library.info.put_many(
        {
            ids["sea"]: Info(64, 64, None, None, None, None, "video"),
            ids["snow"]: Info(64, 64, None, None, None, None, "JPEG"),
        }
    )
    assert place.find("type:video") == ["sea"]
    assert place.find("Tom type:videos") == ["sea"]
    assert place.find("type:jpg") == ["snow"]
    assert set(place.find("type:photo")) == set(PICTURES) - {"sea"}
    assert set(place.find("type:PNG")) == set(PICTURES) - {"sea", "snow"}
    assert place.find("type:raw") == []
    assert len(place.find("type:funny")) == 6, "a word like any other"
