"""Words that stand for a concept inside a VLM whose vocabulary has no concept slots.

They look like names, are short, and mean nothing in English, so that a sentence around one stays
natural and no caption contains one by chance. Owners never see them: stored captions have slots.
"""

from __future__ import annotations

_STARTS = "Z K V M T B R L D N P G".split()
_VOWELS = "o a u e i".split()
_MIDDLES = "v z k x b d m p".split()
_ENDS = "ua ie oa ei yu".split()


def identifier(number: int) -> str:
    """The number-th word, different for every number below 2,400: "Zovua", "Kovua", ..."""
    rest, start = divmod(number, len(_STARTS))
    rest, vowel = divmod(rest, len(_VOWELS))
    rest, middle = divmod(rest, len(_MIDDLES))
    end = rest % len(_ENDS)
    return _STARTS[start] + _VOWELS[vowel] + _MIDDLES[middle] + _ENDS[end]
