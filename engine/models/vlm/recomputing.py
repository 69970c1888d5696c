"""Gradients that need little memory: layers are computed again instead of remembered.

transformers has gradient checkpointing for models in training mode alone, where dropout would be
on too. Here the same layers are wrapped for a while in torch's own checkpointing, and the model
stays in evaluation mode. What is kept for the gradient shrinks from all that a layer computes to
what goes into it: on the small models of `make bench-vlm` to a fifth or a twelfth, for a third to a
half more time. Nothing is moved to the machine's own memory beside it: frozen weights have neither
gradients nor an optimiser's moments, so once the layers' results are gone there is little left to
move but the weights that captioning needs too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial, wraps
from typing import Any

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint
from transformers.modeling_layers import GradientCheckpointingLayer

AsNow = Callable[[], AbstractContextManager[None]]
"""What holds in this moment, as a context in which a layer can be computed a second time."""


def layers_of(model: nn.Module) -> list[nn.Module]:
    """The layers that transformers declares fit to be computed twice; none for some classes."""
    return [layer for layer in model.modules() if isinstance(layer, GradientCheckpointingLayer)]


@contextmanager
def recomputed(model: nn.Module, as_now: AsNow = nullcontext) -> Iterator[None]:
    """The model's layers keep only what goes into them, and are computed again for the gradient.

    The gradient must be taken while the context lasts. as_now: asked when a layer is computed
    first, entered when it is computed again; for hooks inside it.
    """
    layers = layers_of(model)
    # Hooks of accelerate, which places quantised weights, stand there too.
    before = [vars(layer).get("forward") for layer in layers]
    for layer in layers:
        vars(layer)["forward"] = _twice(layer.forward, as_now)
    try:
        yield
    finally:
        for layer, usual in zip(layers, before, strict=True):
            if usual is None:
                del vars(layer)["forward"]
            else:
                vars(layer)["forward"] = usual


def _twice(forward: Callable[..., Any], as_now: AsNow) -> Callable[..., Any]:
    contexts = partial(_contexts, as_now)

    @wraps(forward)
    def computed(*args: Any, **kwargs: Any) -> Any:
        if not torch.is_grad_enabled():
            return forward(*args, **kwargs)
        # Nothing in a frozen model is drawn by chance, so there is no random state to restore.
        return checkpoint(
            forward,
            *args,
            use_reentrant=False,
            preserve_rng_state=False,
            context_fn=contexts,
            **kwargs,
        )

    return computed


def _contexts(as_now: AsNow) -> tuple[AbstractContextManager[None], AbstractContextManager[None]]:
    return nullcontext(), as_now()
