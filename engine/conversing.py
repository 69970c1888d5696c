"""Free questions put to a pack's vision-language model, with the names of those in the photo."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.concepts.captioning import as_template, named_concepts
from engine.concepts.embeddings import load_embeddings
from engine.concepts.looks import stored_looks
from engine.library.library import Library
from engine.library.templates import render
from engine.models.protocols import ConversingVLM, Turn

if TYPE_CHECKING:
    from engine.models.packs import LoadedPack


def converse(
    library: Library,
    pack: LoadedPack,
    photo_id: int,
    question: str,
    history: Sequence[Turn] = (),
) -> str | None:
    """The model's answer, or None where the pack has none that answers or it has not looked yet.

    question, history and answer say names as people write them. Names of those who are not in the
    photo reach the model as plain words.
    """
    vlm = pack.vlm
    if not isinstance(vlm, ConversingVLM):
        return None
    look = stored_looks(library, pack, [photo_id]).get(photo_id)
    if look is None:
        return None
    learned = load_embeddings(library, vlm.version)
    present = named_concepts(library, [photo_id], learned, vlm.max_concepts)[photo_id]
    names = library.concepts.names()
    spoken = [names[one] for one in present]
    said = vlm.answer(
        look,
        [learned[one] for one in present],
        placed(question, spoken),
        [Turn(placed(one.question, spoken), placed(one.answer, spoken)) for one in history],
    )
    return render(as_template(said, present), names)


def placed(text: str, names: Sequence[str]) -> str:
    """Text in which the i-th name stands as `{i}`, longest names first; braces become brackets."""
    text = text.translate({ord("{"): "(", ord("}"): ")"})
    if not names:
        return text
    longest_first = sorted(names, key=len, reverse=True)
    any_name = "|".join(re.escape(name) for name in longest_first)
    places = {name.casefold(): f"{{{number}}}" for number, name in enumerate(names)}
    return re.sub(
        rf"(?<!\w)(?:{any_name})(?!\w)",
        lambda match: places.get(match[0].casefold(), match[0]),
        text,
        flags=re.IGNORECASE,
    )
