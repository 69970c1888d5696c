"""What is known of a photo and its file, in lines."""

from __future__ import annotations

import shutil

import pytest

from desktop.pages.photo.details import Line, coordinates, file_size
from desktop.pages.photo.page import PhotoPage
from engine.library.hints import Hints
from engine.library.info import Info
from engine.library.spots import Spot
from engine.news import Change
from engine.photos import read_file
from tests.desktop.pages.photo.conftest import House, Open


def again(page: PhotoPage) -> list[str]:
    page.context.changes.tell(Change.of("photos", "albums"))
    return page.panel.details.lines


def test_the_lines_of_a_photo(page: PhotoPage, house: House) -> None:
    size = file_size((house.folder / "beach.jpg").stat().st_size)
    assert page.panel.details.lines == [
        "14 August 2024, 16:20",
        "Canon EOS R6",
        f"beach.jpg · 1,200 × 800 · {size}",
        f"In {house.folder}",
        "Caption by the starter pack",
    ]


def test_a_photo_without_a_date_says_so(open_photo: Open, house: House) -> None:
    assert open_photo(house.plain).panel.details.lines[0] == "Without a date"


def test_a_place_has_its_name_where_that_is_known(page: PhotoPage, house: House) -> None:
    with house.library() as library:
        info = Info(1200, 800, None, 57.7209, 10.5839, None, "JPEG")
        library.info.put_many({house.beach: info})
    assert "57.7209° N, 10.5839° E" in again(page)
    with house.library() as library:
        spot = Spot("Skagen", "North Denmark", "Denmark", "DK")
        library.spots.put_many({house.beach: spot})
    lines = again(page)
    assert "Skagen, Denmark" in lines
    assert not any("°" in line for line in lines)


def test_stars_are_said(page: PhotoPage, house: House) -> None:
    for rating, said in ((4, "Rated 4 of 5 stars"), (-1, "Rejected in another program")):
        with house.library() as library:
            library.hints.put_many({house.beach: Hints(rating=rating)})
        assert said in again(page)


def test_a_day_without_a_time(page: PhotoPage, house: House) -> None:
    with house.library() as library:
        info = Info(1200, 800, "1987-06-05", None, None, None, "JPEG")
        library.info.put_many({house.beach: info})
    assert again(page)[0] == "5 June 1987"


@pytest.mark.parametrize(
    ("latitude", "longitude", "words"),
    [(-33.86, 151.21, "33.8600° S, 151.2100° E"), (0.0, -0.5, "0.0000° N, 0.5000° W")],
)
def test_south_and_west(latitude: float, longitude: float, words: str) -> None:
    assert coordinates(latitude, longitude) == words


def test_other_places_albums_and_problems(page: PhotoPage, house: House) -> None:
    copy = house.folder / "copies" / "beach (1).jpg"
    copy.parent.mkdir()
    shutil.copy(house.folder / "beach.jpg", copy)
    with house.library() as library:
        place = library.photos.place(house.folder / "beach.jpg")
        file = read_file(copy)
        assert place is not None
        folder = library.folders.all()[0]
        library.photos.record(copy, file.content_hash, file.size, file.mtime_ns, folder.id)
        album = library.albums.create("Summer")
        library.albums.add(album.id, [house.beach])
        library.problems.put(copy, "The end of the file is missing.")
    lines = again(page)
    assert f"Also in {copy.parent}" in lines
    assert "In your albums: Summer" in lines
    assert lines[-1] == "The end of the file is missing."


def test_a_long_name_is_cut_in_its_middle_and_told_whole(page: PhotoPage, house: House) -> None:
    long = house.folder / ("a" * 60 + ".jpg")
    with house.library() as library:
        folder = library.folders.all()[0]
        photo = library.photos.get(house.beach)
        assert photo is not None
        (house.folder / "beach.jpg").rename(long)
        library.photos.forget_place(house.folder / "beach.jpg")
        library.photos.record(long, photo.content_hash, 1, 1, folder.id)
    again(page)
    lines = page.panel.details.findChildren(Line)
    cut = [one for one in lines if "…" in one.text()]
    assert any(long.name in one.toolTip() for one in cut)
    inside = page.panel.widget()
    assert inside is not None
    assert inside.width() <= page.panel.viewport().width()
