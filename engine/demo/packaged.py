"""Files that lie inside installed packages."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def packaged(package: str, name: str) -> Path | None:
    """The file `name` inside an installed package, which is not imported; None if there is none."""
    spec = importlib.util.find_spec(package)
    places = (spec.submodule_search_locations or ()) if spec else ()
    return next((path for place in places if (path := Path(place) / name).is_file()), None)
