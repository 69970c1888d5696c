"""How a frozen model is made to write: greedily or by beams, never by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor
from transformers import PreTrainedModel

from engine.errors import PackError


@dataclass(frozen=True)
class Manner:
    """beams: 1 is greedy. texts: how many per photo, likeliest first. longest: in new tokens."""

    beams: int
    texts: int
    longest: int


@dataclass(frozen=True)
class Written:
    """What was written for one photo: token numbers [texts, length], and where beams were used the
    mean log-probability a token of each text."""

    ids: Tensor
    scores: list[float]


def write(
    model: PreTrainedModel,
    inputs: dict[str, Any],
    manner: Manner,
    pad: int,
    never: Sequence[int] = (),
) -> list[Written]:
    """Texts for each photo of a batch whose prompts all have the same length.

    inputs: what `model.generate` takes. pad: the padding token. never: tokens it may not write.
    """
    options: dict[str, Any] = {}
    if never:
        options["suppress_tokens"] = list(never)
    if manner.beams > 1:
        options["length_penalty"] = 1.0
    out = model.generate(
        **inputs,
        **options,
        num_beams=manner.beams,
        num_return_sequences=manner.texts,
        max_new_tokens=manner.longest,
        do_sample=False,
        temperature=None,
        top_p=None,
        top_k=None,
        pad_token_id=pad,
        return_dict_in_generate=True,
        output_scores=manner.beams > 1,
    )
    # Where the prompt was given as token numbers they stand before the new ones.
    prompt = inputs["input_ids"].shape[1] if "input_ids" in inputs else 0
    ids = out.sequences[:, prompt:].cpu()
    scores = out.sequences_scores.tolist() if manner.beams > 1 else []
    return [
        Written(ids[at : at + manner.texts], scores[at : at + manner.texts])
        for at in range(0, len(ids), manner.texts)
    ]


def stop_token(model: PreTrainedModel, tokenizer: Any, named: str) -> int:
    """The token that ends a text: `named` if there is one, else the first that ends generation.

    Raises PackError where the vocabulary lacks `named`.
    """
    if named:
        return known_token(tokenizer, [named])
    ends = model.generation_config.eos_token_id
    if ends is None:
        return int(tokenizer.eos_token_id)
    return int(ends[0] if isinstance(ends, list) else ends)


def pad_token(tokenizer: Any, stop: int) -> int:
    """What fills up a text that ended before the others of its batch."""
    return stop if tokenizer.pad_token_id is None else int(tokenizer.pad_token_id)


def known_token(tokenizer: Any, names: Sequence[str]) -> int:
    """The number of the first of the tokens that the vocabulary has.

    Raises PackError where it has none of them.
    """
    vocabulary = tokenizer.get_vocab()
    for name in names:
        if name in vocabulary:
            return int(vocabulary[name])
    raise PackError(f"This model's vocabulary has none of these tokens: {', '.join(names)}.")
