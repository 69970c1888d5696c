"""Names for positions, from the towns that come with the package."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.albums import gazetteer
from engine.albums.gazetteer import distance, locate_photos, spots
from engine.library import Library
from engine.library.info import Info
from engine.library.spots import Spot
from engine.progress import Cancel, Cancelled
from tests.library.shelves import stock


def placed(latitude: float | None, longitude: float | None) -> Info:
    return Info(4, 3, None, latitude, longitude, None, "JPEG")


PLACES = {
    (57.72, 10.58): ("Skagen", "Denmark", "DK"),
    (48.8584, 2.2945): ("Paris", "France", "FR"),  # nearer to the middle of Vanves
    (51.55, -0.1): ("London", "United Kingdom", "GB"),
    (-33.857, 151.215): ("Sydney", "Australia", "AU"),
    (61.6, 8.3): ("", "Norway", "NO"),  # in the mountains, far from any town
}


def test_the_names_people_would_say() -> None:
    found = spots(list(PLACES))
    assert [(one.city, one.country, one.country_code) for one in found if one] == list(
        PLACES.values()
    )
    assert found[0] is not None
    assert found[0].region == "North Denmark"


def test_at_sea_is_nowhere() -> None:
    assert spots([(0.0, -30.0), (-75.0, 0.0)]) == [None, None]


def test_distances_go_around_the_globe() -> None:
    assert distance((0, 0), (0, 1)) == pytest.approx(111.2, abs=0.1)
    assert distance((60, 0), (60, 1)) == pytest.approx(55.6, abs=0.1)
    assert distance((0, 179.5), (0, -179.5)) == pytest.approx(111.2, abs=0.1)
    assert distance((90, 0), (-90, 0)) == pytest.approx(20015, abs=1)


def test_old_photos_are_looked_up_some_at_a_time(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gazetteer, "_TOGETHER", 2)
    with Library.open(home) as library:
        ids = stock(library, 6)
        library.info.put_many({one: placed(57.72, 10.58) for one in ids[:5]})
        library.info.put_many({ids[5]: placed(0.0, -30.0)})
        cancel = Cancel()
        real = library.spots.put_many

        def stop(found: Mapping[int, Spot | None]) -> None:
            real(found)
            cancel.cancel()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(library.spots, "put_many", stop)
            with pytest.raises(Cancelled):
                locate_photos(library, cancel)
        assert library.spots.count() == 2
        assert locate_photos(library, Cancel()) == 4
        assert library.spots.photos("Skagen") == set(ids[:5])
        assert locate_photos(library, Cancel()) == 0


def test_the_towns_are_not_loaded_for_nothing(home: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from engine.library import Library; from engine.progress import Cancel\n"
        "from engine.albums.gazetteer import locate_photos\n"
        "with Library.open(Path(sys.argv[1])) as library: locate_photos(library, Cancel())\n"
        "print('reverse_geocode' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, home], capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == "False"
