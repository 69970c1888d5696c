"""Questions about one photo, answered from what is known about it and never from a guess.

Who is there, how many, where, and when is known from sightings, faces and the file. Anything else
is put to the pack's model if it converses; else the caption is given, and said to be one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.cards import Card, Seen
from engine.library.tags import Box
from engine.search.query import Known, names_in
from engine.search.words import fold

_WHO = re.compile(r"\b(who|whom|whose)\b")
_WHERE = re.compile(r"\bwhere\b")
_WHEN = re.compile(r"\bwhen\b|\bwhat (date|day|year)\b")
_COUNT = re.compile(r"\bhow many\b")
_PEOPLE = re.compile(r"\b(people|persons?|faces?|men|women|children|kids|friends)\b")
_PETS = re.compile(r"\b(pets?|animals?)\b")
_KNOWN = re.compile(r"\b(know|known|taught|named|recogni[sz]ed?)\b")
_PRESENT = re.compile(r"^(is|are|was|were|do|does|can|did)\b")

NEEDS_MORE = (
    "The starter pack cannot answer questions like this one; this is the photo's caption. "
    "Larger packs can: `familiar packs` lists them, for example smolvlm2-500m and qwen3-vl-2b."
)


@dataclass(frozen=True)
class Answer:
    """An answer in a sentence, where it comes from, and what should be said with it.

    source: sightings, faces, file, model or caption.
    """

    text: str
    source: str
    note: str | None = None


def answer(
    question: str,
    card: Card,
    known: Sequence[Known],
    converse: Callable[[], str | None] = lambda: None,
) -> Answer:
    """Answer a question about the photo on `card`; `known` are all concepts of the library.

    converse: asks the pack's model, for what is not known; None where it cannot answer.
    """
    asked = fold(question)
    named = [one.name for one in names_in(question, known)]
    if _COUNT.search(asked) and not named:
        counted = _count(asked, card)
        if counted is not None:
            return counted
    if named and _WHERE.search(asked):
        return Answer(" ".join(_where(name, card) for name in named), "sightings")
    if named and _PRESENT.search(asked) and len(asked.split()) <= 5 + 2 * len(named):
        present = _is_question_of_presence(asked, named)
        if present:
            return Answer(" ".join(_present(name, card) for name in named), "sightings")
    if _WHO.search(asked) and not named:
        return _who(card)
    if _WHEN.search(asked) and not named:
        return _when(card)
    said = converse()
    if said is not None:
        return Answer(said, "model")
    if card.caption is None:
        return Answer("This photo has no caption yet.", "caption", NEEDS_MORE)
    return Answer(card.caption, "caption", NEEDS_MORE)


def _is_question_of_presence(asked: str, named: Sequence[str]) -> bool:
    """`is Ada here`, `do you see Ada`: nothing is asked about the one named but being there."""
    left = asked
    for name in named:
        left = left.replace(fold(name), " ")
    small = (
        "is are was were do does can did you see there here in on this that the a photo picture "
        "image it and or any visible present recognise recognize"
    ).split()
    return not set(re.findall(r"\w+", left)) - set(small)


def _named(card: Card) -> list[Seen]:
    return [one for one in card.sightings if one.state in ("confirmed", "recognised")]


def _who(card: Card) -> Answer:
    here = [one for one in _named(card) if one.kind != "thing"]
    perhaps = [one for one in card.sightings if one.state == "suggested" and one.kind != "thing"]
    strangers = card.faces - sum(one.kind == "person" for one in here)
    parts = []
    if here:
        parts.append(
            f"{_list([one.name for one in here])} {'is' if len(here) == 1 else 'are'} here."
        )
    if perhaps:
        parts.append(f"Perhaps also {_list([one.name for one in perhaps])}; that is not sure.")
    if strangers > 0:
        others = "face" if strangers == 1 else "faces"
        parts.append(f"{strangers} {'more ' if here else ''}{others} nobody has named yet.")
    return Answer(" ".join(parts) or "Nobody that Familiar knows.", "sightings")


def _count(asked: str, card: Card) -> Answer | None:
    if _KNOWN.search(asked):
        here = [one.name for one in _named(card)]
        names = f": {_list(here)}" if here else ""
        return Answer(f"{len(here)}{names}.", "sightings")
    if _PEOPLE.search(asked):
        text = f"{card.faces} {'face is' if card.faces == 1 else 'faces are'} visible."
        return Answer(text, "faces", "People who show no face are not counted.")
    if _PETS.search(asked):
        here = [one.name for one in _named(card) if one.kind == "pet"]
        names = f": {_list(here)}" if here else ""
        return Answer(f"{len(here)} that you named{names}.", "sightings")
    return None


def _when(card: Card) -> Answer:
    if card.taken_at is None:
        return Answer("The photo does not say when it was taken.", "file")
    day, _, time = card.taken_at.partition("T")
    at = f" at {time[:5]}" if time else ""
    return Answer(f"It was taken on {day}{at}.", "file")


def _present(name: str, card: Card) -> str:
    seen = next((one for one in card.sightings if one.name == name), None)
    if seen is None:
        return f"No, {name} was not recognised here."
    return {
        "confirmed": f"Yes, {name} is here; you said so.",
        "recognised": f"Yes, {name} is here ({seen.score:.0%} sure).",
        "suggested": f"Perhaps: it may be {name} ({seen.score:.0%} sure).",
        "rejected": f"No, you said that {name} is not here.",
    }[seen.state]


def _where(name: str, card: Card) -> str:
    seen = next((one for one in _named(card) if one.name == name), None)
    if seen is None:
        return f"{name} was not recognised here."
    if seen.box is None:
        return f"{name} is in the photo; where exactly is not known."
    return f"{name} is {place_in_words(seen.box)}."


def place_in_words(box: Box) -> str:
    """Where a box lies: "at the top left", "in the middle", "over most of the picture"."""
    if (box[2] - box[0]) * (box[3] - box[1]) > 0.6:
        return "over most of the picture"
    across = _third((box[0] + box[2]) / 2, ("left", "", "right"))
    down = _third((box[1] + box[3]) / 2, ("top", "", "bottom"))
    if not across and not down:
        return "in the middle"
    return "at the " + " ".join(word for word in (down, across) if word)


def _third(position: float, words: tuple[str, str, str]) -> str:
    return words[min(2, int(position * 3))]


def _list(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]
