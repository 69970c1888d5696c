"""The window's process never loads a model, whatever part of it is imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

EVERYTHING = """
import importlib, pkgutil, sys
import desktop
for module in pkgutil.walk_packages(desktop.__path__, "desktop."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""

HEAVY = {
    "torch", "transformers", "tokenizers", "safetensors", "sentence_transformers", "open_clip",
    "insightface", "faiss", "onnxruntime", "cv2", "sklearn", "scipy", "skimage", "matplotlib",
}  # fmt: skip


def test_no_model_library_in_the_windows_process() -> None:
    done = subprocess.run(
        [sys.executable, "-c", EVERYTHING], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert {"PySide6", "engine", "desktop"} <= loaded
    assert loaded & HEAVY == set()
