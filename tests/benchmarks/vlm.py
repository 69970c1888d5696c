"""Large models' classes at full size where a graphics card has room, else at a stated smaller one.

    python -m tests.benchmarks.vlm [--size full|small] [--photos N] [--tokens N]

Weights are random, so this measures time and memory and no quality. Beside each model runs what a
plain program does: transformers' own generate, one photo at a time, with as many words and beams.
"""

from __future__ import annotations

import argparse
import gc
import resource
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.concepts.embedding import train_embedding
from engine.concepts.recipes import FAMILIAR
from engine.concepts.views import altered_views
from engine.models import threads
from engine.models.devices import best_device, dtype_for
from engine.models.protocols import ConceptEmbedding, Look, Picture
from engine.models.vlm.frozen import FrozenVLM
from engine.models.vlm.qformer import QFormerVLM
from engine.models.vlm.specs import Join, VLMSpec, spec_named
from engine.models.vlm.tokens import TokenVLM
from tests.benchmarks.places import DATA
from tests.benchmarks.vlm_models import SIZES, make

BATCHES = (1, 4, 16, 32)
TAGGED = 4


def plain_loop(model: Any, processor: Any, spec: VLMSpec, pictures: list[Picture]) -> float:
    """Seconds of captioning one photo at a time with transformers alone."""
    began = time.perf_counter()
    for picture in pictures:
        if spec.join is Join.QFORMER:
            inputs = processor(images=[picture], text=[spec.prompt], return_tensors="pt")
        else:
            content = [{"type": "image"}, {"type": "text", "text": spec.prompt}]
            said = processor.apply_chat_template(
                [{"role": "user", "content": content}], add_generation_prompt=True
            )
            inputs = processor(images=[picture], text=[said], return_tensors="pt")
        inputs = inputs.to(model.device, model.dtype)
        with torch.inference_mode():
            model.generate(
                **inputs, do_sample=False, num_beams=spec.beams, max_new_tokens=spec.longest
            )
    return time.perf_counter() - began


def ours(vlm: FrozenVLM, pictures: list[Picture], concept: ConceptEmbedding | None) -> float:
    """Seconds of looking and captioning in the VLM's batches."""
    began = time.perf_counter()
    size = vlm.spec.batch
    for at in range(0, len(pictures), size):
        some = pictures[at : at + size]
        vlm.caption(vlm.look(some), [[concept] if concept else [] for _ in some])
    return time.perf_counter() - began


def peak(device: torch.device) -> float:
    """GB in use at most: of the graphics card since the last reset, else of this process."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated() / 1e9
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def step(model: Any, vlm: FrozenVLM, looks: list[Look], how: AbstractContextManager[None]) -> str:
    """What one step of training takes: seconds, and what is kept for the gradient."""
    kept = {p.untyped_storage().data_ptr(): 0 for p in model.parameters()}

    def keep(value: Tensor) -> Tensor:
        storage = value.untyped_storage()
        kept.setdefault(storage.data_ptr(), storage.nbytes())
        return value

    count = len(looks)
    e = torch.randn(vlm.embedding_width, requires_grad=True)
    with how:
        began = time.perf_counter()
        with torch.autograd.graph.saved_tensors_hooks(keep, lambda value: value):
            loss = vlm.loss(
                looks, e.expand(count, 1, -1), [["ada"]] * count, ["a picture of {0}"] * count, 0.04
            )
        torch.autograd.grad(loss, e)[0].sum().item()
        return f"{time.perf_counter() - began:.2f} s, {sum(kept.values()) / 1e9:.3f} GB kept"


def measure(name: str, size: str, pictures: list[Picture], tokens: int) -> None:
    """One model's lines."""
    device = best_device()
    found = spec_named(name)
    assert found is not None
    spec = replace(found, longest=tokens)
    dtype = dtype_for(device, spec.dtypes)
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    model, processor = make(name, SIZES[name][size], device, dtype)
    weights = sum(p.numel() * p.element_size() for p in model.parameters()) / 1e9
    parameters = sum(p.numel() for p in model.parameters()) / 1e9
    print(
        f"{name}, {size}: {parameters:.2f} billion parameters, {weights:.2f} GB, {device}, {dtype}"
    )
    joined = QFormerVLM if spec.join is Join.QFORMER else TokenVLM
    few = pictures[: max(4, len(pictures) // 4)]
    plain_loop(model, processor, spec, few[:1])
    alone = len(few) / plain_loop(model, processor, spec, few)
    print(f"  transformers, one photo at a time: {alone:.2f} captions/s")
    for batch in BATCHES:
        vlm = joined(replace(spec, batch=batch), model, processor, "bench")
        some = pictures[: max(batch, len(few))]
        rate = len(some) / ours(vlm, some, None)
        print(f"  batches of {batch}: {rate:.2f} captions/s, {rate / alone:.1f} times the loop")
    vlm = joined(spec, model, processor, "bench")
    vector = np.random.default_rng(0).standard_normal(vlm.embedding_width).astype(np.float32)
    rate = len(few) / ours(vlm, few, ConceptEmbedding(vector, "ada"))
    print(f"  batches of {spec.batch}, a concept in each photo: {rate:.2f} captions/s")
    print(f"  most memory while captioning: {peak(device):.2f} GB")
    began = time.perf_counter()
    views = [vlm.look(altered_views(p, FAMILIAR.views, n)) for n, p in enumerate(pictures[:TAGGED])]
    train_embedding(vlm, views, "pet", "dog", "ada", replace(FAMILIAR, questions=0.0))
    print(
        f"  one concept from {TAGGED} photos, {FAMILIAR.steps} steps: "
        f"{time.perf_counter() - began:.1f} s; most memory by then {peak(device):.2f} GB"
    )
    looks = [look for photo in views for look in photo][: FAMILIAR.batch]
    step(model, vlm, looks, nullcontext())
    print(
        f"  one step of {len(looks)} views: {step(model, vlm, looks, nullcontext())}; with layers "
        f"computed twice, as when memory is short: {step(model, vlm, looks, vlm.sparing())}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="not needed: pictures are random")
    parser.add_argument("--size", choices=("full", "small"))
    parser.add_argument("--photos", type=int, default=32)
    parser.add_argument("--tokens", type=int, default=20)
    options = parser.parse_args()
    threads.prepare()
    roomy = torch.cuda.is_available() and torch.cuda.mem_get_info()[1] > 30e9
    size = options.size or ("full" if roomy else "small")
    if size == "small":
        print("No graphics card with 30 GB is here: smaller models of the same classes.")
    random = np.random.default_rng(0)
    pictures = list(random.integers(0, 255, (options.photos, 336, 336, 3), dtype=np.uint8))
    for name in SIZES:
        measure(name, size, pictures, options.tokens)
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
