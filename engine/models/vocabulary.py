"""The starter's words: a plain list, one a line, with concept slots and class nouns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

SPECIAL = ("<pad>", "<s>", "</s>", "<unk>")


class Vocabulary:
    """Words and class nouns by number; slots follow the four special tokens."""

    def __init__(self, words: Sequence[str], nouns: Sequence[str], slots: int) -> None:
        self.words = [*SPECIAL, *(f"<c{n}>" for n in range(slots)), *words]
        self.nouns = list(nouns)
        self.slots = slots
        self._word_ids = {word: n for n, word in enumerate(self.words)}
        self._noun_ids = {noun: n for n, noun in enumerate(self.nouns)}

    def __len__(self) -> int:
        return len(self.words)

    def encode(self, words: Iterable[str]) -> list[int]:
        """Word numbers; unknown words become `<unk>`."""
        unknown = SPECIAL.index("<unk>")
        return [self._word_ids.get(word, unknown) for word in words]

    def decode(self, ids: Iterable[int]) -> list[str]:
        """Words up to the first stop token, special tokens left out."""
        words = []
        for number in ids:
            if number == SPECIAL.index("</s>"):
                break
            if number >= len(SPECIAL):
                words.append(self.words[number])
        return words

    def noun(self, noun: str) -> int:
        """A class noun's number; KeyError if it is not one of `nouns`."""
        return self._noun_ids[noun]

    def knows_noun(self, noun: str) -> bool:
        return noun in self._noun_ids

    def save(self, path: Path) -> None:
        words = self.words[len(SPECIAL) + self.slots :]
        data = {"slots": self.slots, "nouns": self.nouns, "words": words}
        path.write_text(json.dumps(data, indent=0) + "\n")

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        data = json.loads(path.read_text())
        return cls(data["words"], data["nouns"], data["slots"])
