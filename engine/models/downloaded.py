"""Packs that were downloaded, put together from their parts' folders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.errors import PackError
from engine.models.manifest import Manifest
from engine.models.pack import LoadedPack
from engine.models.protocols import FaceAnalyser, ImageTextEncoder, PersonalisableVLM


@dataclass(frozen=True)
class Downloaded:
    """What a downloaded pack is made of; calling it with the pack's folder opens it.

    eye, vlm, faces: folders inside the pack's. design: open_clip's name of the encoder. kind: the
    VLM's entry in `engine.models.vlm.specs`. faces: "" for the faces that come with Familiar, else
    the folder of insightface's buffalo_l.
    """

    name: str
    eye: str
    design: str
    vlm: str
    kind: str
    faces: str = ""

    def __call__(self, folder: Path) -> LoadedPack:
        """The pack, ready to use; weights are loaded when first needed."""
        return LoadedPack(
            self.name,
            encoder=lambda: self._encoder(folder),
            faces=lambda: self._faces(folder),
            vlm=lambda: self._vlm(folder),
        )

    def _encoder(self, folder: Path) -> ImageTextEncoder:
        from engine.models.checkpoint import WEIGHTS, Checkpoint
        from engine.models.open_clip_encoder import open_encoder

        sums = self._sums(folder, self.eye)
        if WEIGHTS not in sums:
            raise PackError(f"The pack {self.name} is not complete: {WEIGHTS} is missing.")
        return open_encoder(Checkpoint(self.design, folder / self.eye, sums[WEIGHTS]))

    def _faces(self, folder: Path) -> FaceAnalyser:
        if not self.faces:
            from engine.models.faces import StarterFaces

            return StarterFaces()
        from engine.models.insightface_faces import FACE_PACKS, InsightFaces

        sums = self._sums(folder, self.faces)
        return InsightFaces(FACE_PACKS["buffalo_l"], folder / self.faces, sums)

    def _vlm(self, folder: Path) -> PersonalisableVLM:
        from engine.models.vlm.lazy import LazyVLM
        from engine.models.vlm.specs import spec_named

        spec = spec_named(self.kind)
        assert spec is not None, self.kind
        return LazyVLM(spec, folder / self.vlm)

    def _sums(self, folder: Path, part: str) -> dict[str, str]:
        """SHA-256 by file name, of the files in one part's folder."""
        manifest = Manifest.read(folder)
        if manifest is None:
            raise PackError(
                f"The list of files of the pack {self.name} is missing or damaged. Remove the "
                f"pack and get it again: `familiar packs remove {self.name}`."
            )
        return {
            path.name: file.sha256
            for file in manifest.files
            if (path := Path(file.path)).parent == Path(part)
        }
