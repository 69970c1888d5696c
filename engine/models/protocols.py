"""What the engine asks of a frozen backbone, whichever pack it comes from.

Arrays cross these borders as numpy, so that the floors below need no torch. Gradients stay inside
`PersonalisableVLM` and `engine.concepts`, which share torch tensors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

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

    def caption(
        self,
        rows: Sequence[NDArray[np.float16]],
        concepts: Sequence[Sequence[NDArray[np.float32]]],
    ) -> list[str]:
        """One caption per photo, the likeliest; `concepts[n]` are the e* of photo n, maybe none.

        A photo without concepts gets exactly the frozen model's caption, with no placeholder.
        """
        ...

    def candidates(
        self,
        rows: Sequence[NDArray[np.float16]],
        concepts: Sequence[Sequence[NDArray[np.float32]]],
    ) -> list[list[Candidate]]:
        """A few captions per photo, likeliest first, for whoever can judge them by the picture."""
        ...

    def warm_start(
        self, rows: Sequence[NDArray[np.float16]], nouns: Sequence[str]
    ) -> NDArray[np.float32]:
        """A first e* [w] from the tagged photos' rows and the first class noun it knows.

        nouns: from the most fitting ("hamster") to the most general ("animal").
        """
        ...

    def loss(
        self, rows: Tensor, embeddings: Tensor, targets: Sequence[str], attention_weight: float
    ) -> Tensor:
        """Cross-entropy of `targets` plus the weighted attention regulariser (section 4.2).

        rows: [batch, positions, r]; embeddings: [batch, concepts, w], gradients reach them alone;
        targets name concepts as `{0}`, `{1}`...
        """
        ...
