"""Captions, candidates and answers with concepts."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.errors import UsageError
from engine.models.protocols import AttentiveVLM, ConceptEmbedding, ConversingVLM
from engine.models.vlm.writing import Manner
from tests.models.vlm.tinies import NAMES, READERS, SIDE, Tiny, pictures, tiny


@pytest.fixture(params=NAMES)
def one(request: pytest.FixtureRequest) -> Tiny:
    return tiny(request.param)


def test_mixed_batches_equal_one_by_one(one: Tiny) -> None:
    """Different numbers of concepts, words of different lengths, pictures of different shapes."""
    looks = one.vlm.look([*pictures(3), *pictures(2, SIDE, 40)])
    ada, bob, dog = one.concept("ada"), one.concept("bob", 1), one.concept("the red dog", 2)
    concepts = [[ada], [], [dog], [bob, ada], []]
    together = one.vlm.caption(looks, concepts)
    alone = [one.vlm.caption([look], [own])[0] for look, own in zip(looks, concepts, strict=True)]
    assert together == alone
    many = one.vlm.candidates(looks, concepts)
    few = [one.vlm.candidates([look], [own])[0] for look, own in zip(looks, concepts, strict=True)]
    assert [[c.text for c in photo] for photo in many] == [[c.text for c in photo] for photo in few]


def test_candidates_come_likeliest_first(one: Tiny) -> None:
    for candidates in one.vlm.candidates(one.vlm.look(pictures(2)), [[one.concept("ada")], []]):
        scores = [candidate.score for candidate in candidates]
        assert len(scores) == one.vlm.spec.candidates
        assert scores == sorted(scores, reverse=True)
        assert max(scores) < 0
        assert len(set(scores)) > 1


def test_a_candidates_score_is_what_the_loss_says_of_it(one: Tiny) -> None:
    """Writing and training read the same prompt, the same picture and the same e*."""
    concept = one.concept("ada")
    embeddings = torch.from_numpy(concept.vector)[None, None]
    compared = 0
    for look in one.vlm.look(pictures(2)):
        request = one.vlm._request(look, [concept], one.vlm._caption_prompt(["ada"]), ())
        written = one.vlm._write([request], Manner(4, 4, 6))[0]
        for ids, score in zip(written.ids.tolist(), written.scores, strict=True):
            if one.model.config.image_token_id in ids:
                continue  # a random model writes picture tokens too, with no picture behind them
            begun = ids[1:] if one.writer.config.is_encoder_decoder else ids
            stop = begun.index(one.vlm._stop) + 1 if one.vlm._stop in begun else len(begun)
            entropy, _ = one.vlm._score([request], embeddings, [begun[:stop]])
            assert -entropy.item() == pytest.approx(score, abs=1e-3)
            compared += 1
    assert compared


def test_identifiers_in_the_text_become_placeholders(one: Tiny) -> None:
    look = one.vlm.look(pictures(1))[0]
    bob = one.processor.tokenizer.convert_tokens_to_ids("bob")
    with one.inclined(bob):
        assert "{1}" in one.vlm.caption([look], [[one.concept("ada"), one.concept("Bob", 1)]])[0]
        assert one.vlm.caption([look], [[]])[0].startswith("bob")
        assert "{0}" in one.vlm.answer(look, [one.concept("bob")], "what is {0} wearing ?")
        candidates = one.vlm.candidates([look], [[one.concept("bob")]])[0]
        assert "{0}" in candidates[0].text


@pytest.mark.parametrize("name", READERS)
def test_the_token_that_carries_e_is_never_written(name: str) -> None:
    one = tiny(name)
    carrier = one.vlm._carrier  # type: ignore[attr-defined]
    look = one.vlm.look(pictures(1))[0]
    request = one.vlm._request(look, [one.concept("ada")], "caption", ())
    with one.inclined(carrier):
        for manner in (Manner(1, 1, 6), Manner(3, 3, 6)):
            written = one.vlm._write([request], manner)[0]
            assert carrier not in written.ids
            assert written.ids.shape[1] > 0


def test_further_concepts_than_the_model_takes_are_left_out(one: Tiny) -> None:
    look = one.vlm.look(pictures(1))[0]
    words = [f"word{n}" for n in range(one.vlm.max_concepts + 1)]
    concepts = [one.concept(word, n) for n, word in enumerate(words)]
    all_of_them = one.vlm.caption([look], [concepts])
    assert all_of_them == one.vlm.caption([look], [concepts[: one.vlm.max_concepts]])


def test_what_cannot_be_asked(one: Tiny) -> None:
    look = one.vlm.look(pictures(1))[0]
    ada = one.concept("ada")
    with pytest.raises(UsageError, match="concept 1"):
        one.vlm.answer(look, [ada], "what is {1} wearing ?")
    with pytest.raises(UsageError, match="different words"):
        one.vlm.caption([look], [[ada, one.concept("Ada", 1)]])
    with pytest.raises(UsageError, match="needs a word"):
        one.vlm.caption([look], [[one.concept("")]])
    with pytest.raises(UsageError, match="another captioner"):
        one.vlm.caption([look], [[ConceptEmbedding(np.zeros(5, np.float32), "ada")]])


@pytest.mark.parametrize("name", READERS)
def test_a_question_that_spells_the_pictures_token_is_answered(name: str) -> None:
    one = tiny(name)
    look = one.vlm.look(pictures(1))[0]
    token = str(one.processor.image_token)
    asked = one.vlm.answer(look, [], f"what is {token} the dog wearing ?")
    assert asked == one.vlm.answer(look, [], "what is the dog wearing ?")


def test_it_converses_and_shows_where_it_looks(one: Tiny) -> None:
    assert isinstance(one.vlm, ConversingVLM)
    assert isinstance(one.vlm, AttentiveVLM)
    assert one.vlm.version == "tiny-1"
    assert one.vlm.picture_size >= 224


def test_a_warm_start_is_the_noun_or_the_picture(one: Tiny) -> None:
    looks = one.vlm.look(pictures(2))
    start = one.vlm.warm_start(looks, ["a red dog", "dog", "animal"])
    assert start.dtype == np.float32
    if one.asks_plainly:
        wanted = np.mean([look.numpy().mean(axis=0) for look in looks], axis=0)
    else:
        token = one.processor.tokenizer.convert_tokens_to_ids("dog")
        wanted = one.model.get_input_embeddings()(torch.tensor([token]))[0].detach().numpy()
        spelt = one.vlm.warm_start(looks, ["red dog"])
        assert not np.allclose(spelt, start)
    np.testing.assert_allclose(start, wanted, atol=1e-5)
