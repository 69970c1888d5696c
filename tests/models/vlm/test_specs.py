"""The list of known models."""

from __future__ import annotations

import re
import subprocess
import sys

import torch
import transformers

from engine.models.vlm.specs import SPECS, Join, spec_named
from tests.models.vlm.tinies import NAMES


def test_every_model_is_tested_with_a_tiny_one() -> None:
    assert sorted(spec.name for spec in SPECS) == sorted(NAMES)


def test_every_entry_is_whole() -> None:
    for spec in SPECS:
        assert hasattr(transformers, spec.model_class), spec.name
        assert all(isinstance(getattr(torch, name), torch.dtype) for name in spec.dtypes)
        assert bool(spec.reserved) == (spec.join is Join.TOKEN), spec.name
        assert ("{c}" in spec.concept_prompt) == (spec.join is not Join.QFORMER), spec.name
        assert "{q}" in spec.question
        assert spec.candidates > 1
        assert spec.attention_weight == (0.04 if spec.join is Join.QFORMER else 0.25)


def test_models_that_ground_say_how() -> None:
    grounding = {spec.name: spec.grounding for spec in SPECS if spec.grounding}
    assert set(grounding) == {"qwen3-vl", "internvl3"}
    for name, how in grounding.items():
        assert how.prompt.count("{c}") == how.prompt.count("{n}") == 1, name
        assert set(re.compile(how.answer).groupindex) == {"x0", "y0", "x1", "y1"}
        assert how.scale == 1000
        reserved = next(spec.reserved for spec in SPECS if spec.name == name)
        assert not any(token in how.prompt for token in reserved), "that token would carry e*"


def test_entries_are_found_by_name() -> None:
    assert spec_named("qwen3-vl") in SPECS
    assert spec_named("nothing") is None


def test_the_list_loads_nothing_heavy() -> None:
    code = (
        "import sys, engine.models.vlm, engine.models.vlm.specs\n"
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'tokenizers')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
