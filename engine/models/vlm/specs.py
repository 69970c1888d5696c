"""The vision-language models that Familiar knows how to personalise, as data.

A new model of an existing kind is a new entry here, not new code. Nothing heavy is imported.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class Join(Enum):
    """Where a concept embedding e* joins the frozen model (MyVLM, section 4.1).

    QFORMER: a last row after the vision encoder's output, one more key and value of a Q-Former.
    PROJECTOR: a last row after the multimodal projector's output, one more image token.
    TOKEN: the embedding of a reserved token that stands right after the picture's tokens.
    """

    QFORMER = "qformer"
    PROJECTOR = "projector"
    TOKEN = "token"


class Whole(Enum):
    """Which of a picture's tokens show the whole of it, for heat maps; the others are close-ups."""

    ALL = "all"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True)
class Grounding:
    """How a model is asked where something is, and how it says so.

    prompt: `{c}` stands for the concept's word, `{n}` for its noun. answer: a regular expression
    for one box, with groups x0, y0, x1, y1 for numbers without a sign; in the model's text braces
    have become parentheses (see `naming`). scale: the number that is the picture's right or lower
    edge; for models that write absolute pixels there is none.
    """

    prompt: str
    answer: str
    scale: float


def _numbers(before: str, between: str, after: str) -> str:
    """The expression for x0, y0, x1, y1 with these around them."""
    edges = [rf"(?P<{edge}>[0-9]+(?:\.[0-9]+)?)" for edge in ("x0", "y0", "x1", "y1")]
    return before + between.join(edges) + after


@dataclass(frozen=True)
class VLMSpec:
    """One kind of model.

    model_class: its class in `transformers`. prompt: what it is asked for an untouched caption.
    concept_prompt: the same with concepts, `{c}` stands for their words. question: how a free
    question `{q}` is put. attention_weight: lambda of the regulariser. dtypes: from the most liked.
    picture_size: longest side, in pixels, worth decoding. longest: words (tokens) of a caption.
    longest_answer: of an answer. beams: of a caption, 1 is greedy. candidates: how many, and beams.
    token_types: the name under which it wants to know which tokens are the picture's, "" if it does
    not. reserved: tokens of which the first one in the vocabulary carries e*. lead: what stands
    between prompt and answer. stop: the token that ends an answer, "" is generation's own first.
    grounding: how it is asked where something is; None where its makers do not say that it can be.
    """

    name: str
    model_class: str
    join: Join
    prompt: str = "Please caption this image."
    concept_prompt: str = "Please caption this image of {c}."
    question: str = "{q}"
    attention_weight: float = 0.25
    dtypes: tuple[str, ...] = ("bfloat16", "float16", "float32")
    max_concepts: int = 8
    picture_size: int = 1024
    longest: int = 60
    longest_answer: int = 200
    beams: int = 1
    candidates: int = 4
    batch: int = 8
    whole: Whole = Whole.ALL
    token_types: str = ""
    reserved: tuple[str, ...] = ()
    lead: str = ""
    stop: str = ""
    grounding: Grounding | None = None


_BLIP_2 = VLMSpec(
    name="blip-2-opt",
    model_class="Blip2ForConditionalGeneration",
    join=Join.QFORMER,
    prompt="",
    concept_prompt="",
    question="Question: {q} Answer:",
    attention_weight=0.04,
    dtypes=("float16", "bfloat16", "float32"),
    picture_size=512,
    longest=30,
    longest_answer=20,
    beams=5,
    candidates=8,
)

SPECS = (
    _BLIP_2,
    # T5's activations overflow float16.
    replace(_BLIP_2, name="blip-2-flan-t5", dtypes=("bfloat16", "float32")),
    VLMSpec(
        name="llava-1.5",
        model_class="LlavaForConditionalGeneration",
        join=Join.PROJECTOR,
        dtypes=("float16", "bfloat16", "float32"),
        picture_size=512,
    ),
    VLMSpec(
        name="llava-1.6",
        model_class="LlavaNextForConditionalGeneration",
        join=Join.PROJECTOR,
        dtypes=("float16", "bfloat16", "float32"),
        whole=Whole.FIRST,
    ),
    VLMSpec(
        name="qwen3-vl",
        model_class="Qwen3VLForConditionalGeneration",
        join=Join.TOKEN,
        token_types="mm_token_type_ids",
        reserved=("<|fim_pad|>", "<|quad_end|>"),
        # Its makers' cookbook on 2D grounding; Qwen2.5-VL wrote absolute pixels instead.
        grounding=Grounding(
            'Locate every object that matches the description "the {n} {c}" in the image. '
            "Report bbox coordinates in JSON format.",
            _numbers(r'"bbox_2d"\s*:\s*\[\s*', r"\s*,\s*", r"\s*\]"),
            1000,
        ),
    ),
    VLMSpec(
        name="smolvlm2",
        model_class="SmolVLMForConditionalGeneration",
        join=Join.TOKEN,
        whole=Whole.LAST,
        reserved=("<empty_output>", "<jupyter_script>", "<row_6_col_6>"),
        lead=" ",
        stop="<end_of_utterance>",
    ),
    VLMSpec(
        name="internvl3",
        model_class="InternVLForConditionalGeneration",
        join=Join.TOKEN,
        whole=Whole.LAST,
        reserved=("<|fim_pad|>", "<quad>"),
        # As in its makers' description of their training data; <box> around it may be left out.
        grounding=Grounding(
            "Please provide the bounding box coordinate of the region this sentence describes: "
            "<ref>the {n} {c}</ref>",
            _numbers(r"\[\[\s*", r"\s*,\s*", r"\s*\]"),
            1000,
        ),
    ),
    VLMSpec(
        name="gemma-3",
        model_class="Gemma3ForConditionalGeneration",
        join=Join.TOKEN,
        dtypes=("bfloat16", "float32"),  # its activations overflow float16
        token_types="token_type_ids",
        reserved=("<unused0>", "<unused1>"),
        stop="<end_of_turn>",
    ),
)
"""Regulariser weights: for Q-Formers the paper's 0.04. For the others the paper's 0.25 rather than
the 0.0075 (captions) and 10 (questions) of its public code: as in the paper's formula only tokens
after e* are counted here, while the code also counts e*'s own row, which it mostly pays to itself,
so its weights belong to a sum of another size.
"""


def spec_named(name: str) -> VLMSpec | None:
    """The model kind called `name`, None where there is none."""
    return next((spec for spec in SPECS if spec.name == name), None)
