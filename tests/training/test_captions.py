"""Training captions: tokens, slots, rewards; and that a small captioner really learns from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from engine.models.captioner import FIRST_WORD, PAD, START, STOP, Captioner, CaptionerConfig
from engine.models.vocabulary import Vocabulary
from engine.training.captioner import (
    CaptionerTrainer,
    Recipe,
    dev_loss,
    give_meanings,
    vocabulary_of,
)
from engine.training.captions import CaptionSampler, Written, written
from engine.training.features import Maps
from engine.training.flickr import load, words
from engine.training.refine import Judge, Refiner
from engine.training.refine import Recipe as RefineRecipe
from engine.training.reward import CiderReward

CAPTIONS = [
    ["A black dog runs in the snow .", "The dog is running through snow ."],
    ["A man rides a bike .", "A man is riding a red bike ."],
    ["Two girls sit on a bench .", "Girls sitting on a bench ."],
    ["A dog catches a ball .", "A brown dog jumps for a ball ."],
]


@pytest.fixture
def photos() -> list[list[Written]]:
    return written(CAPTIONS)


@pytest.fixture
def vocabulary(photos: list[list[Written]]) -> Vocabulary:
    return vocabulary_of(photos, 1)


def test_words_drop_punctuation_and_case() -> None:
    assert words("A man 's hat , and T-shirt !") == ["a", "man", "'s", "hat", "and", "t-shirt"]


def test_flickr_folder_is_read_in_the_order_of_its_list(tmp_path: Path) -> None:
    (tmp_path / "dev.txt").write_text("b.jpg\na.jpg\n")
    (tmp_path / "dev-captions.tsv").write_text("a.jpg\tA dog .\nb.jpg\tA cat .\na.jpg\tDog .\n")
    split = load(tmp_path, "dev")
    assert [path.name for path in split.files] == ["b.jpg", "a.jpg"]
    assert split.captions == [["A cat ."], ["A dog .", "Dog ."]]


def test_plain_captions_start_stop_and_are_padded(
    photos: list[list[Written]], vocabulary: Vocabulary
) -> None:
    batch = CaptionSampler(photos, vocabulary, 20, seed=0).plain([0, 1], 2)
    assert batch.tokens.shape == batch.labels.shape
    assert batch.tokens.shape[:2] == (2, 2)
    assert (batch.tokens[..., 0] == START).all()
    assert ((batch.labels == STOP).sum(-1) == 1).all()
    assert (batch.labels[batch.tokens == PAD] == -100).all()
    said = {" ".join(vocabulary.decode(ids)) for ids in batch.tokens[0].tolist()}
    assert said == {"a black dog runs in the snow", "the dog is running through snow"}


def test_slotted_captions_have_one_slot_a_concept(
    photos: list[list[Written]], vocabulary: Vocabulary
) -> None:
    sampler = CaptionSampler(photos, vocabulary, 20, seed=0)
    kept, batch = sampler.slotted([0, 1, 2, 3], 2)
    assert kept == [1, 3]  # only these have a caption with two replaceable phrases
    assert batch.nouns is not None
    assert batch.slots is not None
    for ids, slots in zip(batch.tokens[:, 0].tolist(), batch.slots.tolist(), strict=True):
        line = vocabulary.decode(ids)
        assert sorted(w for w in line if w.startswith("<c")) == sorted(f"<c{n}>" for n in slots)
    assert sampler.slotted([2], 2)[0] == []


def test_reward_prefers_what_people_said(photos: list[list[Written]]) -> None:
    reward = CiderReward([[caption.words for caption in photo] for photo in photos])
    right = "a black dog runs in the snow".split()
    assert reward.score(0, right) > reward.score(0, "a dog runs in the snow".split())
    assert reward.score(0, right) > reward.score(0, right[:-1]) > reward.score(0, [])
    assert reward.score(0, right) > reward.score(1, right)


def test_training_and_refining_teach_a_small_captioner(
    photos: list[list[Written]], vocabulary: Vocabulary, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    maps = np.random.default_rng(0).standard_normal((4, 9, 12)).astype(np.float16)
    np.save(tmp_path / "plain.npy", maps)
    config = CaptionerConfig(
        channels=12,
        positions=9,
        row_width=16,
        width=32,
        heads=2,
        glances=2,
        reader_layers=1,
        writer_layers=1,
        words=len(vocabulary),
        nouns=len(vocabulary.nouns),
        dropout=0.0,
    )
    model = Captioner(config)
    sampler = CaptionSampler(photos, vocabulary, config.longest, seed=0)
    recipe = Recipe(photos=4, captions=2, rate=1e-2, row_dropout=0.0, word_dropout=0.0, average=0.5)
    trainer = CaptionerTrainer(model, Maps(tmp_path, 4), sampler, recipe, steps=60)
    losses = [trainer.step([0, 1, 2, 3])[0] for _ in range(60)]
    assert losses[-1] < losses[0] / 2
    asked = sampler.plain([0, 1, 2, 3], 2)
    fresh = dev_loss(Captioner(config).eval(), torch.from_numpy(maps), [asked])
    assert dev_loss(trainer.average, torch.from_numpy(maps), [asked]) < fresh / 2
    reward = CiderReward([[caption.words for caption in photo] for photo in photos])
    refining = RefineRecipe(steps=40, photos=4, samples=4, rate=2e-3, agreed=0.05, average=0.5)
    refiner = Refiner(model, vocabulary, Maps(tmp_path, 4), sampler, reward, refining)
    rewards = [refiner.step([0, 1, 2, 3]) for _ in range(40)]
    assert np.mean(rewards[-10:]) > np.mean(rewards[:10])
    lines = [[" ".join(caption.words) for caption in photo] for photo in photos]
    cider, length = Judge(lines, torch.from_numpy(maps), vocabulary).score(refiner.average)
    assert cider > 2
    assert 4 < length < 9


def test_words_begin_where_they_have_meaning(vocabulary: Vocabulary) -> None:
    torch.manual_seed(0)
    nouns = "dog puppy cat horse car truck boat bike ball table chair drum guitar".split()
    own = Vocabulary(nouns, nouns, 8)
    model = Captioner(
        CaptionerConfig(channels=12, positions=9, row_width=16, width=32, heads=2, glances=2,
                        words=len(own), nouns=len(nouns))
    )  # fmt: skip
    table = model.writer.model.decoder.embed_tokens.weight
    before = table[:FIRST_WORD].clone()
    give_meanings(model, own)
    assert torch.equal(table[:FIRST_WORD], before), "special tokens and slots mean nothing yet"
    for learned in (table[FIRST_WORD:], model.noun_codes.weight):
        unit = F.normalize(learned, dim=-1)
        assert unit[0] @ unit[1] > unit[0] @ unit[-1]


def test_agreement_of_written_captions() -> None:
    lines = ["a dog runs", "a dog runs", "a cat sleeps on a mat"]
    reward = CiderReward([[line.split() for line in lines], [["a", "boy"]]])
    agreed = reward.consensus(0)
    assert agreed[0] == agreed[1] > agreed[2]
    assert reward.consensus(1) == [0.0], "a caption alone agrees with none"
    assert len(reward) == 2
