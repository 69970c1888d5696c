"""Weight files: where they lie, and that they are what they should be before anything reads them.

Third-party files come inside ordinary packages. They are found without importing the package (its
code never runs) and compared with a pinned SHA-256. Familiar's own files are listed, with theirs,
in `SHA256SUMS` beside them.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import FamiliarError, PackError
from engine.resources import resource

if TYPE_CHECKING:
    from torch import Tensor

SUMS = "SHA256SUMS"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Part:
    """One third-party weight file: the package that carries it and where in it, and its SHA-256."""

    package: str
    distribution: str
    path: str
    sha256: str

    def verified(self) -> Path:
        """The file's place, once its content is checked.

        Raises PackError when the package is missing, or the file is missing or another one.
        """
        spec = importlib.util.find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            raise PackError(
                f"The package {self.distribution} is not installed, and the starter pack needs it. "
                f"Install it with: pip install {self.distribution}"
            )
        return verified(Path(spec.submodule_search_locations[0]) / self.path, self.sha256)


def verified(path: Path, sha256: str) -> Path:
    """`path`, if its content has this SHA-256 (hex); raises PackError if not."""
    try:
        found = _sha256(path)
    except OSError as error:
        raise PackError(
            f"The model file {path.name} cannot be read ({error.strerror}). "
            "Installing Familiar again brings it back."
        ) from error
    if found != sha256:
        raise PackError(
            f"The model file {path.name} is not the one Familiar was made for, so it is not used. "
            "Installing Familiar again brings the right one back."
        )
    return path


@dataclass(frozen=True)
class OwnWeights:
    """The files this project trained for one pack: a folder in resources/ with its checksums."""

    folder: Path
    sums: dict[str, str]

    @classmethod
    def find(cls, name: str) -> OwnWeights:
        """The folder resources/<name>; reads its list of checksums, no weights.

        Raises PackError when the folder or the list is missing or unreadable.
        """
        try:
            folder = resource(name)
            lines = (folder / SUMS).read_text(encoding="ascii").splitlines()
        except (FamiliarError, OSError, UnicodeDecodeError) as error:
            raise PackError(
                f"Familiar's own weights for the {name} pack are missing, so this installation is "
                "incomplete. Installing Familiar again brings them back."
            ) from error
        pairs = (line.split(maxsplit=1) for line in lines if line.strip())
        return cls(folder, {path: digest for digest, path in pairs})

    def verified(self, name: str) -> Path:
        """One of the folder's files, once its content is checked; raises PackError."""
        if name not in self.sums:
            raise PackError(
                f"{name} is not among this installation's checksums, so it is not used. "
                "Installing Familiar again brings the right files back."
            )
        return verified(self.folder / name, self.sums[name])

    def version(self, *names: str) -> str:
        """A short name for the content of these files, from the list alone."""
        sums = "".join(self.sums.get(name, "missing") for name in names)
        return hashlib.sha256(sums.encode()).hexdigest()[:12]


def read_weights(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """A module's sizes, from the metadata of a safetensors file, and its float32 tensors.

    Raises PackError when the file is not what `engine.training.ship` writes.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            config = {key: json.loads(value) for key, value in (file.metadata() or {}).items()}
            return config, {key: file.get_tensor(key).float() for key in file.keys()}  # noqa: SIM118
    except (SafetensorError, json.JSONDecodeError) as error:
        raise PackError(
            f"The model file {path.name} is damaged. Installing Familiar again brings it back."
        ) from error


def write_sums(folder: Path) -> None:
    """List the folder's .safetensors and .json files with their checksums, as sha256sum does."""
    paths = sorted(p for p in folder.iterdir() if p.suffix in {".safetensors", ".json"})
    text = "".join(f"{_sha256(path)}  {path.name}\n" for path in paths)
    (folder / SUMS).write_text(text, encoding="ascii")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
