"""Packs of frozen models that work together, described as data, and the loading of one.

A pack says what it is made of, how large it is, under which licences, and what it needs, before
anything is loaded or fetched. Nothing here fetches anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from engine.errors import PackError
from engine.models import threads
from engine.models.protocols import FaceAnalyser, ImageTextEncoder, PersonalisableVLM


@dataclass(frozen=True)
class PackPart:
    """One part of a pack: what it does, what it is, its licence, its size in megabytes."""

    does: str
    what: str
    licence: str
    megabytes: int


@dataclass(frozen=True)
class Pack:
    """A pack before it is loaded.

    needs: in plain words. open: makes its loader; None for a pack that is only described so far.
    """

    name: str
    title: str
    parts: tuple[PackPart, ...]
    needs: str
    note: str
    open: Callable[[], LoadedPack] | None = None

    @property
    def megabytes(self) -> int:
        """Size of all parts together."""
        return sum(part.megabytes for part in self.parts)

    @property
    def licences(self) -> list[str]:
        """One line per part, and what follows from them for the owner."""
        return [*(f"{part.what}: {part.licence}" for part in self.parts), self.note]

    @property
    def available(self) -> bool:
        """Whether this version of Familiar can use it."""
        return self.open is not None


class LoadedPack:
    """A pack in use. Each part is made at its first use; versions are known before."""

    def __init__(
        self,
        name: str,
        encoder: Callable[[], ImageTextEncoder],
        faces: Callable[[], FaceAnalyser],
        vlm: Callable[[], PersonalisableVLM],
    ) -> None:
        self.name = name
        self._make_encoder = encoder
        self._make_faces = faces
        self._make_vlm = vlm

    @cached_property
    def encoder(self) -> ImageTextEncoder:
        """Light to make: it loads its weights when it first encodes."""
        return self._make_encoder()

    @cached_property
    def faces(self) -> FaceAnalyser:
        """Light to make: it loads its weights when it first analyses."""
        return self._make_faces()

    @cached_property
    def vlm(self) -> PersonalisableVLM:
        """Light to make: it loads its weights when it first captions."""
        return self._make_vlm()

    @property
    def version(self) -> str:
        """Changes whenever some part's results would."""
        return f"{self.name}: {self.encoder.version}; {self.faces.version}; {self.vlm.version}"


def _starter() -> LoadedPack:
    from engine.models.faces import StarterFaces
    from engine.models.starter import FOLDER, StarterCaptions, StarterEncoder
    from engine.models.weights import OwnWeights

    weights = OwnWeights.find(FOLDER)
    captions = StarterCaptions(weights)
    return LoadedPack(
        "starter",
        encoder=lambda: StarterEncoder(weights, captions),
        faces=StarterFaces,
        vlm=lambda: captions,
    )


_NON_COMMERCIAL = "research and non-commercial use only"

PACKS: dict[str, Pack] = {
    pack.name: pack
    for pack in (
        Pack(
            name="starter",
            title="Starter: comes with Familiar, needs no network",
            parts=(
                PackPart("pictures", "EfficientNet-Lite2 (ImageNet)", "Apache-2.0", 25),
                PackPart("words", "all-MiniLM-L6-v2", "Apache-2.0", 91),
                PackPart("faces", "YuNet", "MIT", 1),
                PackPart("faces", "SFace", "Apache-2.0", 11),
                PackPart(
                    "search, captions and heads",
                    "Familiar's connectors, trained on Flickr8k",
                    _NON_COMMERCIAL,
                    26,
                ),
            ),
            needs="a processor with two cores and 3 GB of memory; no graphics card",
            note="Flickr8k is for research and non-commercial use, and so is what learned from it.",
            open=_starter,
        ),
        Pack(
            name="full-blip2",
            title="BLIP-2: captions as in the MyVLM paper",
            parts=(
                PackPart(
                    "pictures, words and heads", "DFN5B CLIP ViT-H/14",
                    "Apple's own licence for machine-learning research models", 3950,
                ),
                PackPart("captions", "BLIP-2 OPT-2.7B", "MIT (OPT: non-commercial research)", 7500),
                PackPart("faces", "insightface buffalo_l", _NON_COMMERCIAL, 340),
            ),
            needs="a graphics card with 12 GB, and a download of about 12 GB when you ask for it",
            note="The face models and OPT are licensed for non-commercial research only.",
        ),
        Pack(
            name="full-llava",
            title="LLaVA: captions and answers as in the MyVLM paper",
            parts=(
                PackPart(
                    "pictures, words and heads", "DFN5B CLIP ViT-H/14",
                    "Apple's own licence for machine-learning research models", 3950,
                ),
                PackPart(
                    "captions and answers", "LLaVA 1.6 Vicuna 7B", "Llama 2 Community", 14100
                ),
                PackPart("faces", "insightface buffalo_l", _NON_COMMERCIAL, 340),
            ),
            needs="a graphics card with 20 GB, and a download of about 18 GB when you ask for it",
            note="The face models are licensed for non-commercial research only.",
        ),
    )
}  # fmt: skip
"""Every pack there is, by name. Sizes of packs that are only described are approximate."""

DEFAULT = "starter"


def load(name: str = DEFAULT) -> LoadedPack:
    """The pack of this name, ready to use; cheap, weights are loaded when first needed.

    Raises PackError when there is no such pack, this version cannot use it, or files are missing.
    """
    pack = PACKS.get(name)
    if pack is None:
        raise PackError(f"There is no pack called {name}. There are: {', '.join(PACKS)}.")
    if pack.open is None:
        raise PackError(f"The pack {name} is planned; this version of Familiar cannot use it yet.")
    threads.prepare()
    return pack.open()
