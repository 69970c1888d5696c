"""`python -m tests.service.placing_service --home DIR` is the tiny engine, whose recogniser also
says where it responds: at the left edge."""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

from engine.models.protocols import Picture
from engine.service.__main__ import main
from tests.service import tiny_service


class PlacingEncoder(tiny_service.GatedEncoder):
    """Heads read the picture at one place, and nothing elsewhere."""

    def around(self, picture: Picture) -> NDArray[np.float16]:
        places = np.zeros((3, 3, 8), np.float16)
        places[1, 0] = self.encode_pictures([picture])[0].heads[0]
        return places


if __name__ == "__main__":
    tiny_service.GatedEncoder = PlacingEncoder  # type: ignore[misc]
    tiny_service.install()
    sys.exit(main())
