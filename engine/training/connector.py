"""Trains the starter's picture-to-text connector on cached maps and sentence states.

python -m engine.training.connector --cache MAPS --out FOLDER
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.connector import Connector, ConnectorConfig
from engine.training.features import Maps, Sentences
from engine.training.runs import follow, warmed


@dataclass(frozen=True)
class Recipe:
    """How the connector is trained; the defaults made the shipped weights."""

    epochs: int = 14
    photos: int = 250
    rate: float = 1e-3
    decay: float = 0.05
    hidden_places: float = 0.15
    hidden_words: float = 0.1
    average: float = 0.99
    coldest: float = 60.0
    seed: int = 0


def contrast(pictures: Tensor, texts: Tensor, scale: Tensor) -> Tensor:
    """Symmetric cross-entropy of picture-text similarities."""
    scores = pictures @ texts.T * scale.exp()
    own = torch.arange(len(pictures))
    return (F.cross_entropy(scores, own) + F.cross_entropy(scores.T, own)) / 2


def recall(pictures: Tensor, texts: Tensor, owner: Tensor, at: tuple[int, ...]) -> list[float]:
    """Share of texts whose own picture is among the best `at`, in percent."""
    scores = texts @ pictures.T
    rank = (scores > scores.gather(1, owner[:, None])).sum(1)
    return [round((rank < n).float().mean().item() * 100, 2) for n in at]


def train(cache: Path, out: Path, recipe: Recipe) -> None:
    """Trains on the first photos of the cache, prints dev recall, writes `connector.pt`."""
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    sentences = Sentences(cache)
    count = sentences.train_photos
    maps = Maps(cache, count)
    model = Connector(ConnectorConfig())
    average = copy.deepcopy(model).eval()
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters")
    heavy = [p for p in model.parameters() if p.ndim >= 2]
    light = [p for p in model.parameters() if p.ndim < 2]
    optimiser = torch.optim.AdamW(
        [{"params": heavy, "weight_decay": recipe.decay}, {"params": light, "weight_decay": 0.0}],
        lr=recipe.rate,
    )
    steps = recipe.epochs * (count // recipe.photos)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.rate, total_steps=steps, pct_start=0.1
    )
    done, started = 0, time.monotonic()
    for epoch in range(recipe.epochs):
        model.train()
        order = random.permutation(count)
        losses = []
        for at in range(0, count - recipe.photos + 1, recipe.photos):
            photos = order[at : at + recipe.photos].tolist()
            grid = maps.training(photos, random)
            seen = torch.rand(grid.shape[:2]) >= recipe.hidden_places
            with torch.autocast("cpu", torch.bfloat16):
                pictures = model.pictures(grid, seen).float()
            loss = torch.zeros(())
            for _ in range(2):
                states, mask, sentence = sentences.drawn(photos, random)
                mask = mask & (torch.rand(mask.shape) >= recipe.hidden_words)
                mask[:, 0] = True
                loss = loss + contrast(pictures, model.texts(states, mask, sentence), model.scale)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            model.scale.data.clamp_(max=math.log(recipe.coldest))
            done += 1
            follow(average, model, warmed(recipe.average, done))
            losses.append(loss.item() / 2)
        spent = time.monotonic() - started
        figures = evaluate(average, maps, sentences) if epoch % 4 == 3 else ""
        print(epoch, round(float(np.mean(losses)), 3), figures, f"{spent:.0f} s", flush=True)
        torch.save(average.state_dict(), out / "connector.pt")


def evaluate(model: Connector, maps: Maps, sentences: Sentences) -> list[float]:
    """Text-to-picture R@1, R@5, R@10 on dev, connector alone."""
    with torch.inference_mode():
        first, last = sentences.train_photos, len(maps.plain)
        pictures = torch.cat(
            [
                model.pictures(torch.from_numpy(maps.plain[at : min(at + 200, last)]).float())
                for at in range(first, last, 200)
            ]
        )
        states, mask, sentence, owner = sentences.of_photos(first, last)
        texts = torch.cat(
            [
                model.texts(
                    states[at : at + 500].float(), mask[at : at + 500], sentence[at : at + 500]
                )
                for at in range(0, len(states), 500)
            ]
        )
        return recall(pictures, texts, owner - first, (1, 5, 10))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, required=True, help="where the maps are")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    arguments.out.mkdir(parents=True, exist_ok=True)
    train(arguments.cache, arguments.out, Recipe(epochs=arguments.epochs))


if __name__ == "__main__":
    main()
