"""Boxes out of a model's own words, and how it is asked for them."""

from __future__ import annotations

import random

import pytest

from engine.models.protocols import GroundingVLM
from engine.models.vlm.grounding import box_in
from engine.models.vlm.specs import SPECS, Grounding, spec_named
from tests.models.vlm.tinies import NAMES, pictures, tiny

BOX = (0.1, 0.2, 0.35, 1.0)


def how(name: str) -> Grounding:
    spec = spec_named(name)
    assert spec is not None
    assert spec.grounding is not None
    return spec.grounding


@pytest.mark.parametrize(
    "text",
    [
        '[{"bbox_2d": [100, 200, 350, 1000], "label": "the dog Zovua"}]',
        '```json\n[\n\t{"bbox_2d": [100, 200, 350, 1000], "label": "the dog Zovua"}\n]\n```',
        '{"bbox_2d":[100,200,350,1000]}',
        '[("bbox_2d": [100, 200, 350, 1000], "label": "{0}")]',  # as `answer` hands it on
        '{"label": "dog", "bbox_2d" : [ 100.0, 200 ,350.00, 1000 ]}',
        'It is here: {"bbox_2d": [100, 200, 350, 1000]}. I hope that helps!',
        '[{"bbox_2d": [100, 200, 350, 1000], "label": "the do',  # cut off behind the box
        '[{"bbox_2d": [100, 200, 350, 1000]}, {"bbox_2d": [0, 0, 10, 10]}]',
        '[{"bbox_2d": [350, 200, 100, 1000]}, {"bbox_2d": [100, 200, 350, 1000]}]',
        '[{"bbox_2d": []}, {"bbox_2d": [1]}, {"bbox_2d": [100, 200, 350, 1000]}]',
    ],
)
def test_qwens_json_is_read(text: str) -> None:
    assert box_in(text, how("qwen3-vl")) == BOX


@pytest.mark.parametrize(
    "text",
    [
        "",
        "There is no dog in this picture.",
        "[]",
        "[100, 200, 350, 1000]",
        '{"bbox_2d": null}',
        '{"bbox_2d": [350, 200, 100, 1000]}',  # right of left
        '{"bbox_2d": [100, 1000, 350, 200]}',  # below above
        '{"bbox_2d": [100, 200, 100, 300]}',  # nothing wide
        '{"bbox_2d": [100, 200, 350, 1001]}',
        '{"bbox_2d": [412, 380, 1620, 1044]}',  # pixels
        '{"bbox_2d": [-1, 200, 350, 1000]}',
        '{"bbox_2d": [100, 200, 350, NaN]}',
        '{"bbox_2d": [100, 200, 350, Infinity]}',
        '{"bbox_2d": [100, 200, 350, 1e2]}',
        '{"bbox_2d": ["100", "200", "350", "1000"]}',
        '{"bbox_2d": [100, 200, 350]}',
        '{"bbox_2d": [100, 200, 350, 400, 500]}',
        '{"bbox_2d": [[100, 200], [350, 1000]]}',
        '{"bbox_2d": [100, 200, 350, 100',  # cut off within the box
        '{"bbox_2d": [100, 200, 350, ٤٠٠]}',
        '{"bbox_2d": [100, 200, 350, ' + "9" * 5000 + "]}",
    ],
)
def test_what_is_no_box_is_none(text: str) -> None:
    assert box_in(text, how("qwen3-vl")) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<ref>the dog Zovua</ref><box>[[100, 200, 350, 1000]]</box>", BOX),
        ("the dog {0}[[100,200,350,1000]]", BOX),  # where the tags are special tokens
        ("<box>[[100, 200, 350, 1000], [0, 0, 10, 10]]</box>", BOX),
        ("<box>[[350, 200, 100, 1000]]</box>", None),
        ("<box>[100, 200, 350, 1000]</box>", None),
        ("<box>[[100, 200, 350", None),
        ("The bounding box coordinates are [x1, y1, x2, y2].", None),
    ],
)
def test_internvls_boxes_are_read(text: str, expected: object) -> None:
    assert box_in(text, how("internvl3")) == expected


OTHERS = [
    (
        Grounding(
            "detect {c}",
            "<loc(?P<y0>[0-9]{4})><loc(?P<x0>[0-9]{4})><loc(?P<y1>[0-9]{4})><loc(?P<x1>[0-9]{4})>",
            1024,
        ),
        "<loc0256><loc0128><loc0512><loc0768> ada",
        (0.125, 0.25, 0.75, 0.5),
    ),
    (
        Grounding(
            "[refer] {c}", "<(?P<x0>[0-9]+)><(?P<y0>[0-9]+)><(?P<x1>[0-9]+)><(?P<y1>[0-9]+)>", 100
        ),
        "<p>ada</p> (<12><25><75><50>)",
        (0.12, 0.25, 0.75, 0.5),
    ),
]


@pytest.mark.parametrize(("other", "text", "expected"), OTHERS)
def test_a_model_that_writes_otherwise_is_another_entry(
    other: Grounding, text: str, expected: object
) -> None:
    assert box_in(text, other) == expected


@pytest.mark.parametrize("name", ["qwen3-vl", "internvl3"])
def test_whatever_is_written_a_box_is_one_or_none(name: str) -> None:
    """Answers with pieces cut out, doubled and exchanged."""
    good = '[{"bbox_2d": [[100, 200, 350, 999.5]], "label": "ada"}, {"bbox_2d": [-1, 0, 1e9, NaN]}]'
    chance = random.Random(0)
    found = 0
    for _ in range(3000):
        text = good.replace("[[", "[") if chance.random() < 0.5 else good
        for _ in range(chance.randrange(6)):
            at, to = sorted(chance.randrange(len(text) + 1) for _ in range(2))
            piece = chance.choice(
                ["", text[at:to] * 2, chance.choice('0159.,-[]{}"<> \n\x00'), "NaN"]
            )
            text = text[:at] + piece + text[min(to, at + 6) :]
        box = box_in(text, how(name))
        if box is not None:
            found += 1
            assert 0 <= box[0] < box[2] <= 1
            assert 0 <= box[1] < box[3] <= 1
    assert 0 < found < 3000, "some of each, or this says nothing"


@pytest.mark.parametrize("name", NAMES)
def test_a_random_models_words_are_no_box(name: str) -> None:
    one = tiny(name)
    assert isinstance(one.vlm, GroundingVLM)
    assert one.vlm.grounds == (one.vlm.spec.grounding is not None)
    look = one.vlm.look(pictures(1))[0]
    assert one.vlm.ground(look, one.concept("ada"), "dog") is None


@pytest.mark.parametrize("name", [spec.name for spec in SPECS if spec.grounding])
def test_the_model_is_asked_about_the_concept_by_its_word_and_its_noun(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = tiny(name)
    asked: list[str] = []
    prompt_ids = one.vlm._prompt_ids

    def listen(look: object, prompt: str, history: object) -> tuple[int, ...]:
        asked.append(prompt)
        return prompt_ids(look, prompt, ())

    monkeypatch.setattr(one.vlm, "_prompt_ids", listen)
    one.vlm.ground(one.vlm.look(pictures(1))[0], one.concept("zovua"), "dog")
    assert len(asked) == 1
    assert "the dog zovua" in asked[0]
    assert "{" not in asked[0]
