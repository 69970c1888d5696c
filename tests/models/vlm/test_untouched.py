"""Without concepts a frozen model is itself, token for token."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.models.protocols import Turn
from engine.models.vlm.tokens import TokenVLM
from engine.models.vlm.writing import Manner
from tests.models.vlm.tinies import NAMES, READERS, SIDE, Tiny, pictures, tiny

PICTURES = [*pictures(2), *pictures(1, SIDE, 40, seed=5)]


@pytest.fixture(params=NAMES)
def one(request: pytest.FixtureRequest) -> Tiny:
    return tiny(request.param)


def test_captions_are_the_untouched_models_token_for_token(one: Tiny) -> None:
    spec = one.vlm.spec
    looks = one.vlm.look(PICTURES)
    requests = [one.vlm._request(look, (), spec.prompt, ()) for look in looks]
    seen = set()
    for picture, request in zip(PICTURES, requests, strict=True):
        written = one.vlm._write([request], Manner(spec.beams, 1, spec.longest))[0]
        plain = one.untouched(picture, spec.prompt, num_beams=spec.beams)
        assert written.ids[0].tolist() == plain
        seen.add(tuple(plain))
    # Pictures that differ must be told apart, or the comparison above says little.
    assert len(seen) > 1


@pytest.mark.parametrize("name", READERS)
def test_the_next_word_is_as_likely_as_in_the_untouched_model(name: str) -> None:
    one = tiny(name)
    assert isinstance(one.vlm, TokenVLM)
    for picture, look in zip(PICTURES, one.vlm.look(PICTURES), strict=True):
        request = one.vlm._request(look, (), "what is the dog wearing ?", ())
        with torch.no_grad():
            plain = one.model(**one.asked(picture, "what is the dog wearing ?")).logits[:, -1:]
            none = torch.zeros(1, 0, one.vlm.embedding_width)
            torch.testing.assert_close(one.vlm._forward([request], none).logits, plain)


def test_a_photo_without_concepts_is_untouched_beside_photos_with_some(one: Tiny) -> None:
    looks = one.vlm.look([*PICTURES, *PICTURES])
    ada, bob = one.concept("ada"), one.concept("bob", seed=1)
    mixed = one.vlm.caption(looks, [[], [ada], [], [ada, bob], [], [bob]])
    plain = one.vlm.caption(looks, [[]] * 6)
    assert [mixed[n] for n in (0, 2, 4)] == [plain[n] for n in (0, 2, 4)]


def test_prompts_are_spelt_as_the_processor_spells_them(one: Tiny) -> None:
    prompt = "what is the dog wearing ?"
    for picture, look in zip(PICTURES, one.vlm.look(PICTURES), strict=True):
        ids = one.asked(picture, prompt)["input_ids"][0].tolist()
        own = list(one.vlm._prompt_ids(look, prompt, ()))
        assert own == (ids[4:] if one.asks_plainly else ids)


def test_answers_are_the_untouched_models(one: Tiny) -> None:
    look = one.vlm.look(PICTURES[:1])[0]
    asked = one.vlm.spec.question.format(q="what is the dog wearing ?")
    plain = one.untouched(PICTURES[0], asked)
    text = one.processor.tokenizer.decode(plain, skip_special_tokens=True).strip()
    assert one.vlm.answer(look, [], "what is the dog wearing ?") == text


def test_earlier_turns_stand_before_the_question_with_names_spoken(one: Tiny) -> None:
    look = one.vlm.look(PICTURES[:1])[0]
    seen: list[str] = []
    prompt_ids = one.vlm._prompt_ids

    def listen(look: object, prompt: str, history: tuple[Turn, ...]) -> tuple[int, ...]:
        ids = prompt_ids(look, prompt, history)
        seen.append(one.processor.tokenizer.decode(ids, skip_special_tokens=True))
        return ids

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(one.vlm, "_prompt_ids", listen)
        turns = [Turn("is {0} running ?", "{0} is near the ball")]
        one.vlm.answer(look, [one.concept("ada")], "what is {0} wearing ?", turns)
    order = [seen[0].index(part) for part in ("is ada running", "ada is near", "what is ada")]
    assert order == sorted(order)


def test_looking_does_not_depend_on_the_neighbours(one: Tiny) -> None:
    together = one.vlm.look(PICTURES)
    for picture, look in zip(PICTURES, together, strict=True):
        alone = one.vlm.look([picture])[0]
        rows, same = getattr(look, "rows", look), getattr(alone, "rows", alone)
        torch.testing.assert_close(rows, same, atol=1e-5, rtol=1e-5)
        assert np.isfinite(rows.numpy()).all()
