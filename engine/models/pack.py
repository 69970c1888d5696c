"""What a pack is: its parts and their licences, where they come from, what they need; and in use.

A pack says all this before anything is loaded or fetched. Nothing here opens a connection.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from engine.models import turns
from engine.models.protocols import FaceAnalyser, ImageTextEncoder, PersonalisableVLM

Part = TypeVar("Part")

SAFE_SUFFIXES = frozenset({".safetensors", ".onnx", ".json", ".txt", ".model", ".jinja"})
"""What a pack may consist of: weights that are data alone, settings and vocabularies; no pickle."""

WEIGHTS = frozenset({".safetensors", ".onnx"})


@dataclass(frozen=True)
class HubFiles:
    """Files of one repository on the Hugging Face hub.

    files: patterns; one without a slash stands for files at the top of the repository alone.
    revision: a branch; which commit it was is written down when the pack is downloaded. gated: the
    owner must accept terms on the hub first, and files are only given to those who are signed in.
    """

    repository: str
    files: tuple[str, ...]
    revision: str = "main"
    gated: bool = False

    @property
    def folder(self) -> str:
        """The folder, inside the pack's, that holds these files as the repository has them."""
        return self.repository.replace("/", "--")


@dataclass(frozen=True)
class PackPart:
    """One part of a pack: what it does, what it is, its licence, its size in megabytes.

    The licence is the model's, not its code's. commercial: whether it allows commercial use. hub:
    where it is downloaded from; None for what comes with Familiar.
    """

    does: str
    what: str
    licence: str
    megabytes: int
    hub: HubFiles | None = None
    commercial: bool = True


@dataclass(frozen=True)
class Needs:
    """What a pack asks of a machine, in GB: main memory, and graphics memory to run well.

    only_with_graphics: whether it is of no use on the processor alone.
    """

    memory: int
    graphics: int = 0
    only_with_graphics: bool = False

    @property
    def words(self) -> str:
        """The same in words."""
        memory = f"{self.memory} GB of memory"
        if not self.graphics:
            return f"{memory}; no graphics card"
        if self.only_with_graphics:
            return f"{memory} and a graphics card with {self.graphics} GB"
        return f"{memory}; slow without a graphics card with {self.graphics} GB"


@dataclass(frozen=True)
class Pack:
    """A pack before it is loaded.

    open: makes its loader, given the folder that holds its downloaded files (see
    `HubFiles.folder`; a pack that comes with Familiar needs none). None while this version of
    Familiar can describe and download the pack but not open it yet.
    """

    name: str
    title: str
    parts: tuple[PackPart, ...]
    needs: Needs
    open: Callable[[Path], LoadedPack] | None = None

    @property
    def megabytes(self) -> int:
        """Size of all parts together; approximate for those that are downloaded."""
        return sum(part.megabytes for part in self.parts)

    @property
    def download_megabytes(self) -> int:
        """About how much there is to download; 0 for a pack that comes with Familiar."""
        return sum(part.megabytes for part in self.parts if part.hub is not None)

    @property
    def sources(self) -> tuple[HubFiles, ...]:
        """What is downloaded."""
        return tuple(part.hub for part in self.parts if part.hub is not None)

    @property
    def commercial(self) -> bool:
        """Whether every part allows commercial use."""
        return all(part.commercial for part in self.parts)

    @property
    def note(self) -> str:
        """What follows from the licences for the owner."""
        if self.commercial:
            return "Commercial use is allowed, within the terms of these licences."
        limiting = ", ".join(part.what for part in self.parts if not part.commercial)
        return f"For research and non-commercial use only, because of: {limiting}."

    @property
    def licences(self) -> list[str]:
        """One line per part, and what follows from them for the owner."""
        return [*(f"{part.what}: {part.licence}" for part in self.parts), self.note]

    @property
    def available(self) -> bool:
        """Whether this version of Familiar can open it."""
        return self.open is not None


class LoadedPack:
    """A pack in use. Each part is made at its first use; versions are known before.

    source: opens the same pack again, in another process too, if there is such a function at the
    top of a module. Threads may share it: of one kind of call at a part, such as reading texts,
    one runs at a time.
    """

    def __init__(
        self,
        name: str,
        encoder: Callable[[], ImageTextEncoder],
        faces: Callable[[], FaceAnalyser],
        vlm: Callable[[], PersonalisableVLM],
    ) -> None:
        self.name = name
        self.source: Callable[[], LoadedPack] | None = None
        self._make_encoder = encoder
        self._make_faces = faces
        self._make_vlm = vlm
        self._making = threading.RLock()

    @cached_property
    def encoder(self) -> ImageTextEncoder:
        """Light to make: it loads its weights when it first encodes."""
        pictures, texts = ("encode_pictures", "around"), ("encode_texts", "encode_sentences")
        return self._once("encoder", lambda: turns.taking(self._make_encoder(), pictures, texts))

    @cached_property
    def faces(self) -> FaceAnalyser:
        """Light to make: it loads its weights when it first analyses."""
        return self._once("faces", self._make_faces)

    @cached_property
    def vlm(self) -> PersonalisableVLM:
        """Light to make: it loads its weights when it first captions."""
        calls = ("look", "caption", "candidates", "warm_start", "loss", "attention", "answer")
        return self._once("vlm", lambda: turns.taking(self._make_vlm(), calls))

    @property
    def version(self) -> str:
        """Changes whenever some part's results would."""
        return f"{self.name}: {self.encoder.version}; {self.faces.version}; {self.vlm.version}"

    def _once(self, name: str, make: Callable[[], Part]) -> Part:
        """A part, made once also when several threads ask for it at the same time."""
        with self._making:
            if name not in self.__dict__:
                self.__dict__[name] = make()
            part: Part = self.__dict__[name]
            return part
