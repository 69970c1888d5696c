"""A box out of what a model writes when it is asked where something is."""

from __future__ import annotations

import re

from engine.models.protocols import Box
from engine.models.vlm.specs import Grounding


def box_in(text: str, how: Grounding) -> Box | None:
    """The first box in a model's answer that can be one; None where there is none.

    Text around it does not matter. A box can be one when its corners lie in the picture, the first
    above and to the left of the second: coordinates that do not are of another scale or mixed up,
    and are not guessed at.
    """
    for found in re.finditer(how.answer, text):
        x0, y0, x1, y1 = (float(found[edge]) / how.scale for edge in ("x0", "y0", "x1", "y1"))
        if 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1:
            return x0, y0, x1, y1
    return None
