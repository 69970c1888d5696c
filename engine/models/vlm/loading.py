"""Opens a large model from a folder, as its makers publish it, without any network."""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors import SafetensorError, safe_open

from engine.errors import PackError
from engine.models.devices import best_device, dtype_for, quantised
from engine.models.vlm.frozen import FrozenVLM
from engine.models.vlm.qformer import QFormerVLM
from engine.models.vlm.specs import Join, VLMSpec
from engine.models.vlm.tokens import TokenVLM

_EDGE = 1 << 20
"""Bytes read at either end of a file for the version; weights of many gigabytes take moments."""


def load(
    spec: VLMSpec,
    folder: Path,
    device: torch.device | str | None = None,
    dtype: torch.dtype | None = None,
    bits: int | None = None,
) -> FrozenVLM:
    """The model in `folder`, frozen; weights as safetensors only, and no code from the folder.

    device: the best one where left out. dtype: what suits device and model. bits: 4 or 8 to store
    weights so. Raises PackError where files or libraries are missing, damaged, or of another model,
    UsageError for other bits.
    """
    place = best_device() if device is None else torch.device(device)
    number = dtype_for(place, spec.dtypes) if dtype is None else dtype
    if not any(folder.glob("*.safetensors")):
        raise PackError(f"There are no weights (safetensors) of {spec.name} in {folder}.")
    model_class = getattr(transformers, spec.model_class)
    options: dict[str, Any] = {}
    if bits is not None:
        options = {"quantization_config": quantised(bits, number), "device_map": {"": place}}
    try:
        found = transformers.AutoConfig.from_pretrained(folder, local_files_only=True)
        if found.model_type != model_class.config_class.model_type:
            raise PackError(f"{folder} holds a model of kind {found.model_type}, not {spec.name}.")
        model, report = model_class.from_pretrained(
            folder,
            local_files_only=True,
            use_safetensors=True,
            dtype=number,
            output_loading_info=True,
            **options,
        )
        processor = transformers.AutoProcessor.from_pretrained(folder, local_files_only=True)
    except ImportError as error:
        raise PackError(f"{spec.name} needs a library that is not installed: {error}") from error
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise PackError(f"{spec.name} cannot be read from {folder}: {error}") from error
    if report["missing_keys"]:
        raise PackError(f"The weights of {spec.name} in {folder} are not complete.")
    if bits is None:
        model = model.to(place)
    version = version_of(spec, folder, place, number, bits)
    joined = QFormerVLM if spec.join is Join.QFORMER else TokenVLM
    return joined(spec, model, processor, version)


def version_of(
    spec: VLMSpec,
    folder: Path,
    device: torch.device | str | None = None,
    dtype: torch.dtype | None = None,
    bits: int | None = None,
) -> str:
    """The version that `load` would give the model, without loading it."""
    place = best_device() if device is None else torch.device(device)
    number = dtype_for(place, spec.dtypes) if dtype is None else dtype
    return f"{spec.name}-{_fingerprint(folder)}-{_suffix(number, bits)}"


def parameters_in(folder: Path) -> int:
    """How many numbers the weights in a folder are, by the headers of their files."""
    total = 0
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, "pt") as file:
            keys = file.keys()
            total += sum(math.prod(file.get_slice(key).get_shape()) for key in keys)
    return total


def _suffix(dtype: torch.dtype, bits: int | None) -> str:
    return str(dtype).removeprefix("torch.") if bits is None else f"{bits}bit"


def _fingerprint(folder: Path) -> str:
    """Twelve digits that change with the files: their names, sizes, beginnings and ends."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        size = path.stat().st_size
        digest.update(f"{path.name} {size}\n".encode())
        with path.open("rb") as file:
            digest.update(file.read(_EDGE))
            file.seek(max(_EDGE, size - _EDGE))
            digest.update(file.read())
    return digest.hexdigest()[:12]
