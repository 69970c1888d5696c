"""Which model wrote a caption, in words."""

from __future__ import annotations

from desktop.words import tr

_TITLES = {
    "blip-2-opt": "BLIP-2",
    "blip-2-flan-t5": "BLIP-2",
    "llava-1.5": "LLaVA 1.5",
    "llava-1.6": "LLaVA 1.6",
    "qwen3-vl": "Qwen3-VL",
    "smolvlm2": "SmolVLM2",
    "internvl3": "InternVL3",
    "gemma-3": "Gemma 3",
}
"""By what versions of captions begin with (`engine.models.vlm.specs`)."""
_STARTER = "starter"


def writer(version: str) -> str:
    """ "the starter pack", "SmolVLM2"; "Familiar" for one that is not known here."""
    if version.startswith(_STARTER):
        return tr("the starter pack")
    found = [name for name in _TITLES if version.startswith(f"{name}-")]
    return _TITLES[max(found, key=len)] if found else "Familiar"
