"""The starter's captioner: BLIP-2's architecture at a thousandth of its size.

EfficientNet's map is projected to visual rows, a Q-Former (transformers' own) reads them with a few
queries, and an OPT-style language model writes the caption (BLIP-2, arXiv 2301.12597). Where BLIP-2
has learned queries alone, each of these also starts from a glance at its own part of the picture:
six thousand photos teach too little about where to look. The vocabulary has slots `<c0>`...`<c7>`
and the captioner is trained with concept rows appended to the visual rows, so that MyVLM's
embeddings can steer it although it is small and frozen.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import Blip2QFormerConfig, Blip2QFormerModel, OPTConfig, OPTForCausalLM

from engine.models.joining import QFormerJoin
from engine.models.weights import read_weights

SLOTS = 8
PAD, START, STOP, UNKNOWN = range(4)
FIRST_SLOT = 4
FIRST_WORD = FIRST_SLOT + SLOTS


@dataclass(frozen=True)
class CaptionerConfig:
    """Sizes of the captioner; the defaults are the starter's."""

    channels: int = 1280
    positions: int = 81
    row_width: int = 256
    width: int = 320
    heads: int = 8
    glances: int = 5
    reader_layers: int = 2
    writer_layers: int = 3
    words: int = 3000
    nouns: int = 200
    longest: int = 22
    dropout: float = 0.2

    @property
    def queries(self) -> int:
        """Queries of the Q-Former: a square of `glances` on a side."""
        return self.glances**2

    @property
    def side(self) -> int:
        """Positions on one side of the square map."""
        return math.isqrt(self.positions)


class Captioner(nn.Module):
    """Visual rows -> Q-Former -> language model; everything the starter ships as one state dict."""

    def __init__(self, config: CaptionerConfig) -> None:
        super().__init__()
        self.config = config
        self.project = nn.Sequential(
            nn.LayerNorm(config.channels), nn.Linear(config.channels, config.row_width)
        )
        self.place = nn.Parameter(torch.randn(config.positions, config.row_width) * 0.02)
        self.row_norm = nn.LayerNorm(config.row_width)
        self.slot_codes = nn.Embedding(SLOTS, config.row_width)
        self.noun_codes = nn.Embedding(config.nouns, config.row_width)
        self.queries = nn.Parameter(torch.randn(1, config.queries, config.width) * 0.02)
        self.glance = nn.Linear(config.row_width, config.width)
        self.qformer = Blip2QFormerModel(
            Blip2QFormerConfig(
                hidden_size=config.width,
                num_hidden_layers=config.reader_layers,
                num_attention_heads=config.heads,
                intermediate_size=4 * config.width,
                encoder_hidden_size=config.row_width,
                cross_attention_frequency=1,
                hidden_dropout_prob=config.dropout,
                attention_probs_dropout_prob=0.0,
                use_qformer_text_input=False,
                attn_implementation="eager",
            )
        )
        self.bridge = nn.Linear(config.width, config.width)
        self.writer = OPTForCausalLM(
            OPTConfig(
                vocab_size=config.words,
                hidden_size=config.width,
                word_embed_proj_dim=config.width,
                num_hidden_layers=config.writer_layers,
                num_attention_heads=config.heads,
                ffn_dim=4 * config.width,
                max_position_embeddings=config.queries + config.longest + 2,
                dropout=config.dropout,
                attention_dropout=0.0,
                attn_implementation="eager",
                pad_token_id=PAD,
                bos_token_id=START,
                eos_token_id=STOP,
            )
        )
        self.join = QFormerJoin(self.qformer)

    @classmethod
    def load(cls, path: Path) -> Captioner:
        """The captioner in a safetensors file written by `engine.training.ship`."""
        config, state = read_weights(path)
        model = cls(CaptionerConfig(**config))
        state["writer.lm_head.weight"] = state["writer.model.decoder.embed_tokens.weight"]
        model.load_state_dict(state)
        return model.eval().requires_grad_(False)

    def rows(self, grid: Tensor) -> Tensor:
        """Visual rows [batch, positions, r] of a backbone map [batch, positions, channels]."""
        return cast(Tensor, self.row_norm(self.project(grid) + self.place))

    def prefix(self, rows: Tensor, embeddings: Tensor | None) -> Tensor:
        """What the language model reads [batch, queries, width].

        embeddings: [batch, concepts, r] or None. Each is normalised, then scaled to the mean norm
        of the rows it joins (MyVLM, section 4.1).
        """
        square = rows.unflatten(1, (self.config.side, self.config.side)).movedim(-1, 1)
        parts = F.adaptive_avg_pool2d(square, self.config.glances).flatten(2).mT
        queries = self.queries + self.glance(parts)
        if embeddings is None or embeddings.shape[1] == 0:
            out = self.qformer(query_embeds=queries, encoder_hidden_states=rows)
        else:
            norm = rows.norm(dim=-1).mean(dim=1)[:, None, None]
            joined = torch.cat([rows, F.normalize(embeddings, dim=-1) * norm], dim=1)
            with self.join.present(rows.shape[1]):
                out = self.qformer(query_embeds=queries, encoder_hidden_states=joined)
        return cast(Tensor, self.bridge(out.last_hidden_state))

    def logits(self, prefix: Tensor, tokens: Tensor, wanted: Tensor) -> Tensor:
        """Next-word scores [wanted places, words] of several captions per prefix.

        tokens: [batch, captions, length], each starting with START; wanted: bool, same shape. All
        captions of a photo stand in one sequence behind one prefix, blind to each other, so that
        the prefix is computed once.
        """
        batch, captions, length = tokens.shape
        count = prefix.shape[1]
        words = self.writer.model.decoder.embed_tokens(tokens.flatten(1))
        total = count + captions * length
        group = torch.cat(
            [
                torch.full((count,), -1, device=tokens.device),
                torch.arange(captions, device=tokens.device).repeat_interleave(length),
            ]
        )
        order = torch.arange(total, device=tokens.device)
        seen = (order[None] <= order[:, None]) & (
            (group[None] == -1) | (group[None] == group[:, None])
        )
        places = torch.cat(
            [
                torch.arange(count, device=tokens.device),
                (count + torch.arange(length, device=tokens.device)).repeat(captions),
            ]
        )
        mask = torch.zeros(1, 1, total, total, dtype=prefix.dtype, device=tokens.device)
        mask = mask.masked_fill(~seen, torch.finfo(prefix.dtype).min)
        out = self.writer.model.decoder(
            inputs_embeds=torch.cat([prefix, words.to(prefix.dtype)], dim=1),
            attention_mask=mask.expand(batch, -1, -1, -1),
            position_ids=places.expand(batch, -1),
            use_cache=False,
        )
        hidden = out.last_hidden_state[:, count:].unflatten(1, (captions, length))
        return cast(Tensor, self.writer.lm_head(hidden[wanted]))

    def metadata(self) -> dict[str, str]:
        """The configuration as safetensors metadata."""
        return {key: str(value) for key, value in asdict(self.config).items()}
