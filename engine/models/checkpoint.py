"""open_clip models on the disk: which design, which weights, how they want their pictures.

Nothing is fetched: the weights are a safetensors file, or a folder as model hubs lay it out. What
there is to know before loading is read from JSON files, without importing open_clip or torch.
"""

from __future__ import annotations

import importlib.util
import json
import os
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import PackError

CONFIG = "open_clip_config.json"
WEIGHTS = "open_clip_model.safetensors"
"""The names model hubs use."""

_MEAN = (0.48145466, 0.4578275, 0.40821073)
_STD = (0.26862954, 0.26130258, 0.27577711)
"""How OpenAI's CLIP and most models after it want their pixels, where nothing else is said."""

_RESAMPLING = {
    "bicubic": Image.Resampling.BICUBIC,
    "bilinear": Image.Resampling.BILINEAR,
    "nearest": Image.Resampling.NEAREST,
}
_FILES = (".safetensors", ".bin", ".pt")
_NOT_LIKE_CLIP = (
    "attentional_pool", "final_ln_after_pool", "block_type", "qk_norm",
    "scaled_cosine_attn", "scale_heads", "scale_attn_inner", "scale_attn", "scale_fc",
)  # fmt: skip


@dataclass(frozen=True)
class Loaded:
    """A model in memory with its tokenizer, and how it wants its pictures.

    mean and std: float32 [3], of pixels between 0 and 1.
    """

    model: Any
    tokenizer: Any
    mean: NDArray[np.float32]
    std: NDArray[np.float32]
    resampling: Image.Resampling


@dataclass(frozen=True)
class Checkpoint:
    """One open_clip model with its weights.

    model: open_clip's name of the design, such as "ViT-L-14". path: a .safetensors file, or a
    folder with `CONFIG`, `WEIGHTS` and the tokenizer's files if it has any; the folder then says
    what the design is. sha256: hex, of the weights, as the pack's list has it; it was compared when
    the pack was installed, because reading 4 GB twice at every start would be a waste.
    tag: open_clip's name of the weights of a file, such as "datacomp_xl_s13b_b90k", which says how
    they want their pictures.
    """

    model: str
    path: Path
    sha256: str
    tag: str = ""

    @property
    def version(self) -> str:
        """Changes with the weights, the design and the way pictures are prepared."""
        return " ".join(part for part in (self.model, self.tag, self.sha256[:12]) if part)

    @property
    def side(self) -> int:
        """Pixels of the square picture it looks at. Raises PackError."""
        size = self._design["vision_cfg"].get("image_size", 224)
        sides = {size} if isinstance(size, int) else set(size)
        if len(sides) != 1:
            raise PackError(f"{self.model} looks at oblong pictures; Familiar needs square ones.")
        return int(sides.pop())

    @property
    def width(self) -> int:
        """Numbers in a vector. Raises PackError."""
        return int(self._design["embed_dim"])

    @property
    def has_places(self) -> bool:
        """Whether its patches can be brought into the space of its vectors; raises PackError.

        So it is with CLIP's own vision transformer and with those that pool by attention (SigLIP).
        """
        vision = self._design["vision_cfg"]
        if vision.get("timm_model_name"):
            return bool(vision.get("timm_pool") == "map")
        return (
            not any(vision.get(key) for key in _NOT_LIKE_CLIP)
            and vision.get("pool_type", "tok") == "tok"
            and isinstance(vision.get("layers", 12), int)
        )

    def load(self, device: str, precision: str) -> Loaded:
        """Read the weights; the model is frozen and in evaluation mode.

        device: as torch names it. precision: "fp32" or "fp16". Raises PackError when open_clip is
        not installed, when a file is missing or damaged, or when weights and design do not match.
        """
        weights = self._weights()
        wishes = self._wishes()
        source = f"local-dir:{self.path}" if self._is_folder else self.model
        os.environ["HF_HUB_OFFLINE"] = "1"
        open_clip = _library()
        import torch
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(weights, framework="pt"):
                pass  # a damaged file shows before the model is built, which takes seconds
            model = open_clip.create_model(
                source,
                pretrained=None if self._is_folder else str(weights),
                precision=precision,
                device=device,
                pretrained_text=False,
            )
            tokenizer = open_clip.get_tokenizer(source)
        except SafetensorError as error:
            raise PackError(
                f"The model file {weights.name} of {self.model} is damaged. "
                "Installing its pack again brings it back."
            ) from error
        except torch.OutOfMemoryError as error:
            raise PackError(
                f"{self.model} does not fit into the memory of the graphics card. "
                "Close other programs that use it, or choose a smaller pack."
            ) from error
        except (OSError, RuntimeError, ValueError, KeyError, TypeError) as error:
            raise PackError(
                f"The files of {self.model} do not fit together, so it is not used. "
                "Installing its pack again brings the right ones."
            ) from error
        return Loaded(
            model.eval().requires_grad_(False),
            tokenizer,
            np.array(wishes.get("mean", _MEAN), np.float32),
            np.array(wishes.get("std", _STD), np.float32),
            _RESAMPLING.get(wishes.get("interpolation", ""), Image.Resampling.BICUBIC),
        )

    @cached_property
    def _is_folder(self) -> bool:
        return self.path.suffix not in _FILES

    @cached_property
    def _config(self) -> dict[str, Any]:
        path = self.path / CONFIG if self._is_folder else _designs() / f"{self.model}.json"
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            config: dict[str, Any] = found if self._is_folder else {"model_cfg": found}
            complete = {"embed_dim", "vision_cfg", "text_cfg"} <= set(config["model_cfg"])
        except FileNotFoundError as error:
            raise PackError(
                f"{CONFIG} is missing beside the weights of {self.model}. "
                "Installing its pack again brings it back."
                if self._is_folder
                else f"open_clip knows no model called {self.model}."
            ) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _unreadable(path, self.model) from error
        if not complete:
            raise _unreadable(path, self.model)
        return config

    @property
    def _design(self) -> dict[str, Any]:
        design: dict[str, Any] = self._config["model_cfg"]
        return design

    def _weights(self) -> Path:
        """The weight file, once design and file are such that they can be read safely."""
        path = self.path / WEIGHTS if self._is_folder else self.path
        if not path.is_file():
            raise PackError(
                f"The model file {path.name} of {self.model} is missing. "
                "Installing its pack again brings it back."
            )
        if path.suffix != ".safetensors":
            raise PackError(
                f"{path.name} is no safetensors file. Familiar reads no other kind, "
                "because they can carry programs."
            )
        words = self._design["text_cfg"]
        if words.get("hf_model_name"):
            raise PackError(
                f"{self.model} reads text with a model of another library; "
                "Familiar cannot use it without a network."
            )
        if words.get("hf_tokenizer_name") and not self._is_folder:
            raise PackError(
                f"{self.model} needs its tokenizer's files too: name the folder with {CONFIG}, "
                "the weights and the tokenizer, not the file of weights alone."
            )
        return path

    def _wishes(self) -> dict[str, Any]:
        """How the weights want their pictures: mean, std, interpolation; what is known of it."""
        if self._is_folder:
            wishes: dict[str, Any] = self._config.get("preprocess_cfg") or {}
            return wishes
        if not self.tag:
            return {}
        wishes = _library().get_pretrained_cfg(self.model, self.tag)
        if not wishes:
            raise PackError(f"open_clip knows no weights called {self.tag} for {self.model}.")
        # The weights fit both designs, and with the wrong one the model only sees a little worse.
        if wishes.get("quick_gelu", False) and not self._design.get("quick_gelu", False):
            raise PackError(
                f"The weights {self.tag} belong to the design {self.model}-quickgelu, "
                f"not to {self.model}."
            )
        return dict(wishes)


def _library() -> ModuleType:
    """open_clip; raises PackError when it is not installed or does not start."""
    try:
        return import_module("open_clip")
    except ImportError as error:
        raise _not_installed() from error
    except (RuntimeError, OSError) as error:
        # A torchvision for CUDA beside a torch without: it fails as it registers its operators.
        raise PackError(
            "torch and torchvision come from different sources, so open_clip does not start. "
            "Install both from the same one: both for the processor alone, or both for CUDA."
        ) from error


def _designs() -> Path:
    """open_clip's folder of designs, found without importing it."""
    spec = importlib.util.find_spec("open_clip")
    if spec is None or not spec.submodule_search_locations:
        raise _not_installed()
    return Path(spec.submodule_search_locations[0]) / "model_configs"


def _not_installed() -> PackError:
    return PackError(
        "open_clip is not installed, and this pack needs it. "
        "Install it with: pip install 'familiar[full]'"
    )


def _unreadable(path: Path, model: str) -> PackError:
    return PackError(
        f"{path.name} of {model} cannot be read. Installing its pack again brings it back."
    )
