"""What the engine asks of a frozen backbone, whichever pack it comes from.

Arrays cross these borders as numpy, so that the floors below need no torch. Gradients stay inside
`PersonalisableVLM` and `engine.concepts`, which share torch tensors.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

Picture = NDArray[np.uint8]
"""One upright RGB picture, [height, width, 3]."""

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 as fractions of the upright picture's width and height."""


@dataclass(frozen=True)
class Encoding:
    """What one vision pass over one photo leaves behind; everything else reads these.

    embedding: float16 [d], unit length, in the space shared with text (search).
    heads: float16 [views, h], what concept heads read; view 0 is the whole picture.
    rows: float16 [positions, r], the visual rows a VLM reads, after its final layer norm.
    """

    embedding: NDArray[np.float16]
    heads: NDArray[np.float16]
    rows: NDArray[np.float16]


class ImageTextEncoder(Protocol):
    """A picture-and-text encoder; `version` changes whenever its output would."""

    @property
    def version(self) -> str: ...

    @property
    def picture_size(self) -> int:
        """Longest side, in pixels, worth decoding for this encoder."""
        ...

    def encode_pictures(self, pictures: Sequence[Picture]) -> list[Encoding]: ...

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors [n, d] comparable with `Encoding.embedding`."""
        ...

    def encode_sentences(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors [n, s] comparable with one another: a query against stored captions."""
        ...


@runtime_checkable
class PlaceEncoder(Protocol):
    """An encoder that can also say what heads would read at each place of a picture."""

    @property
    def version(self) -> str: ...

    def around(self, picture: Picture) -> NDArray[np.float16]:
        """Head vectors [side, side, h] of each place and those beside it, row by row."""
        ...


@dataclass(frozen=True)
class Face:
    """One face: where it is, how sure the detector is, and its unit embedding float32 [e]."""

    box: Box
    score: float
    embedding: NDArray[np.float32]


class FaceAnalyser(Protocol):
    @property
    def version(self) -> str: ...

    @property
    def picture_size(self) -> int: ...

    @property
    def threshold(self) -> float:
        """Cosine similarity from which two faces are the same person for this embedder."""
        ...

    def analyse(self, picture: Picture) -> list[Face]: ...


@dataclass(frozen=True)
class Candidate:
    """One caption a VLM could write, and its mean log-probability a word."""

    text: str
    score: float


Look = Any
"""What one VLM keeps of one picture it has looked at; opaque, and only for the VLM that made it."""


@dataclass(frozen=True)
class ConceptEmbedding:
    """e* of one concept for one VLM (MyVLM, section 4.2).

    vector: float32 [w]. word: the identifier that e* makes this VLM say, "" for a VLM whose
    vocabulary has concept slots of its own.
    """

    vector: NDArray[np.float32]
    word: str = ""


class PersonalisableVLM(Protocol):
    """A frozen vision-language model that a concept embedding can join (MyVLM, section 4).

    Within one photo concepts are numbered from 0; a caption names the i-th as `{i}`.
    """

    @property
    def version(self) -> str: ...

    @property
    def max_concepts(self) -> int:
        """How many concepts one photo's caption can name."""
        ...

    @property
    def embedding_width(self) -> int: ...

    @property
    def has_slots(self) -> bool:
        """Whether its vocabulary has concept slots; else each concept needs an identifier word."""
        ...

    @property
    def attention_weight(self) -> float:
        """What the regulariser of section 4.2 weighs for this architecture."""
        ...

    @property
    def reads_rows(self) -> bool:
        """Whether a look is `Encoding.rows`, made by the pack's encoder and stored; else `look`
        makes one from the picture each time."""
        ...

    def look(self, pictures: Sequence[Picture]) -> list[Look]:
        """What it keeps of each picture. Only for a VLM that does not read stored rows."""
        ...

    def caption(
        self, looks: Sequence[Look], concepts: Sequence[Sequence[ConceptEmbedding]]
    ) -> list[str]:
        """One caption per photo, the likeliest; `concepts[n]` are those in photo n, maybe none.

        A photo without concepts gets exactly the frozen model's caption, with no placeholder.
        """
        ...

    def candidates(
        self, looks: Sequence[Look], concepts: Sequence[Sequence[ConceptEmbedding]]
    ) -> list[list[Candidate]]:
        """A few captions per photo, likeliest first, for whoever can judge them by the picture."""
        ...

    def warm_start(self, looks: Sequence[Look], nouns: Sequence[str]) -> NDArray[np.float32]:
        """A first e* [w] from the tagged photos and the first class noun it knows.

        nouns: from the most fitting ("hamster") to the most general ("animal").
        """
        ...

    def loss(
        self,
        looks: Sequence[Look],
        embeddings: Tensor,
        words: Sequence[Sequence[str]],
        targets: Sequence[str],
        attention_weight: float,
        questions: Sequence[str] | None = None,
    ) -> Tensor:
        """Cross-entropy of `targets` plus the weighted attention regulariser (section 4.2).

        The mean over photos, so that parts of a batch weighed by their size add up to the whole;
        float32 whatever the model computes in.
        embeddings: [batch, concepts, w], gradients reach them alone; words: each photo's
        identifiers, `ConceptEmbedding.word`; targets name concepts as `{0}`, `{1}`...
        questions: what each target answers, named alike; captions where left out. Only a
        `ConversingVLM` is given any.
        """
        ...


@dataclass(frozen=True)
class Turn:
    """One question about a photo and what was answered."""

    question: str
    answer: str


@runtime_checkable
class ConversingVLM(Protocol):
    """A VLM that answers free questions about a picture, concepts included."""

    def answer(
        self,
        look: Look,
        concepts: Sequence[ConceptEmbedding],
        question: str,
        history: Sequence[Turn] = (),
    ) -> str:
        """The answer; question, history and answer name the i-th concept as `{i}`."""
        ...


@runtime_checkable
class AttentiveVLM(Protocol):
    """A VLM that shows where in the picture it looks for a concept."""

    def attention(
        self, look: Look, concept: ConceptEmbedding, layer: int | None = None
    ) -> NDArray[np.float32]:
        """[rows, columns] over the whole picture, sums to 1; one layer, or the mean of all."""
        ...


@runtime_checkable
class SparingVLM(Protocol):
    """A VLM that can do with less memory while an embedding is trained."""

    @property
    def can_spare(self) -> bool:
        """Whether `sparing` makes a difference to this model."""
        ...

    def sparing(self) -> AbstractContextManager[None]:
        """While it lasts, a loss and the gradient taken of it need less memory and more time."""
        ...


@runtime_checkable
class GroundingVLM(Protocol):
    """A VLM that can be asked where in the picture a concept is."""

    @property
    def grounds(self) -> bool:
        """Whether this model was made to answer that; known without loading it."""
        ...

    def ground(self, look: Look, concept: ConceptEmbedding, noun: str) -> Box | None:
        """The box it names; None where it does not ground, or names none that can be one.

        noun: what the concept is, "dog". Whatever the model writes, nothing is raised for it.
        """
        ...
