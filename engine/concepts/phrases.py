"""Class nouns ("dog", "woman") and the noun phrases around them in plain English captions.

MyVLM trains on captions that contain the identifier (section 4.2); Familiar writes them itself by
putting the identifier in the place of the phrase that names the concept's class: "a brown dog is
running" becomes "{0} is running". The same rule prepares the starter captioner's own training.
"""

from __future__ import annotations

from dataclasses import dataclass

PERSON = (
    "man woman boy girl person child lady guy kid baby toddler player surfer skateboarder "
    "snowboarder skier cyclist biker climber swimmer runner dancer rider driver wrestler singer "
    "hiker rollerblader skater bicyclist teenager worker performer musician gentleman student "
    "racer jumper athlete diver cowboy clown bride adult infant male female"
).split()
PET = "dog puppy cat kitten horse bird pony rabbit animal duck goat cow fish terrier poodle".split()
THING = (
    "ball toy bike bicycle car truck boat umbrella hat frisbee skateboard surfboard guitar "
    "chair bench tree rock camera bottle cup sign swing slide stick backpack bag kite "
    "motorcycle raft canoe kayak bowl table wall fountain tent statue sandcastle helmet balloon "
    "book box bucket flag ladder bridge building fence hoop rope sled snowboard trampoline tube "
    "instrument shoe drum flower cake drink towel blanket stroller wagon scooter sneaker clock "
    "vase can robot bear plushie tire net microphone cigarette phone pole tunnel basketball "
    "football soccerball raquet racket bat plane train bus"
).split()
NOUNS: dict[str, tuple[str, ...]] = {
    "person": tuple(PERSON),
    "pet": tuple(PET),
    "thing": tuple(THING),
}
KIND_OF: dict[str, str] = {noun: kind for kind, nouns in NOUNS.items() for noun in nouns}
DEFAULT_NOUN = {"person": "person", "pet": "animal", "thing": "toy"}
NAMED_BY_SIGHT: dict[str, list[str]] = {
    "person": "man woman boy girl baby".split(),
    "pet": "dog cat horse bird rabbit hamster fish turtle".split(),
    "thing": (
        "ball toy bike car truck boat umbrella hat skateboard guitar chair camera bottle cup can "
        "bag backpack vase clock shoe robot plushie book bowl box instrument"
    ).split(),
}
"""Nouns that a concept can be called by what it looks like (`engine.concepts.nouns`)."""

_STARTERS = frozenset({"a", "an", "one", "the", "another", "this", "that", "his", "her", "its"})
# Words that cannot stand between a determiner and its noun.
_BREAKS = frozenset(
    """of in on with and or at to from by for is are was were be has have that which who while as
    into onto through over under near behind beside a an the two three four his her its their some
    one another up down out off holding wearing playing running jumping standing sitting riding
    walking looking , .""".split()
)
_COLOURS = frozenset("black white brown red blue green yellow tan grey gray orange pink".split())
_COMPOUNDS = frozenset({"house", "trick", "game", "face", "park", "racket", "court", "lot"})
_LONGEST = 5


@dataclass(frozen=True)
class Phrase:
    """Words [start, stop) of a caption, and the class noun that ends them."""

    start: int
    stop: int
    noun: str


def find_phrases(words: list[str]) -> list[Phrase]:
    """Singular noun phrases whose last word is a class noun, in reading order.

    Possessives ("a dog 's tail") and compounds ("a dog house", "a boy scout") are left alone:
    there the noun does not name what the phrase is about.
    """
    found: list[Phrase] = []
    at = 0
    while at < len(words):
        phrase = _phrase_at(words, at) if words[at] in _STARTERS else None
        if phrase:
            found.append(phrase)
            at = phrase.stop
        else:
            at += 1
    return found


def _phrase_at(words: list[str], start: int) -> Phrase | None:
    for end in range(start + 1, min(len(words), start + 1 + _LONGEST)):
        word = words[end]
        following = words[end + 1] if end + 1 < len(words) else ""
        if word in _BREAKS:
            if word == "and" and words[end - 1] in _COLOURS and following in _COLOURS:
                continue
            return None
        compound = following in KIND_OF or following in _COMPOUNDS or following.startswith("'")
        if word in KIND_OF and not compound:
            return Phrase(start, end + 1, word)
    return None


def replace_phrases(words: list[str], replacements: dict[Phrase, str]) -> list[str]:
    """`words` with each phrase exchanged for its replacement."""
    starts = {phrase.start: (phrase.stop, text) for phrase, text in replacements.items()}
    out: list[str] = []
    at = 0
    while at < len(words):
        if at in starts:
            at, text = starts[at]
            out.append(text)
        else:
            out.append(words[at])
            at += 1
    return out
