"""Every pack there is, as data, and the loading of one.

The hub's commits and checksums are not written here, since nobody could check them where this was
written: a branch is followed, the checksums that the hub gives for its commit of that moment are
what files must match, and both go into the manifest of the downloaded pack (`manifest`). From then
on that pack stays as it is. Sizes of what is downloaded are approximate.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from engine.errors import PackError, UsageError
from engine.models import threads
from engine.models.downloaded import Downloaded
from engine.models.downloads import Downloads
from engine.models.machine import Machine, judge
from engine.models.pack import HubFiles, LoadedPack, Needs, Pack, PackPart
from engine.progress import Cancel, Report, silent

__all__ = ["DEFAULT", "PACKS", "LoadedPack", "Pack", "PackPart", "find", "load", "prepare"]

_RESEARCH = "research and non-commercial use only"
_TRANSFORMERS = ("model*.safetensors", "*.json", "*.txt", "*.model", "*.jinja")
_OPEN_CLIP = ("open_clip_model.safetensors", "*.json", "*.txt", "*.model")


def _starter(_: Path) -> LoadedPack:
    from engine.models.faces import StarterFaces
    from engine.models.starter import FOLDER, StarterCaptions, StarterEncoder
    from engine.models.weights import OwnWeights

    weights = OwnWeights.find(FOLDER)
    captions = StarterCaptions(weights)
    return LoadedPack(
        "starter",
        encoder=lambda: StarterEncoder(weights, captions),
        faces=StarterFaces,
        vlm=lambda: captions,
    )


_OWN_FACES = (
    PackPart("faces", "YuNet", "MIT", 1),
    PackPart("faces", "SFace", "Apache-2.0", 11),
)
_PAPER_FACES = PackPart(
    "faces", "insightface buffalo_l", _RESEARCH, 191,
    HubFiles(
        "public-data/insightface",
        ("models/buffalo_l/det_10g.onnx", "models/buffalo_l/w600k_r50.onnx"),
    ),
    commercial=False,
)  # fmt: skip


def _eye(what: str, megabytes: int, repository: str) -> PackPart:
    hub = HubFiles(repository, _OPEN_CLIP)
    return PackPart("pictures, words and heads", what, "Apache-2.0", megabytes, hub)


@dataclass(frozen=True)
class _Beside:
    """What captioners are put together with: an encoder and its open_clip name, faces, and where
    among the downloaded files those are (see `Downloaded`)."""

    eye: PackPart
    design: str
    faces: tuple[PackPart, ...]
    faces_folder: str = ""


_LIGHT = _Beside(
    _eye("SigLIP 2 B/16 at 256 pixels", 1540, "timm/ViT-B-16-SigLIP2-256"),
    "ViT-B-16-SigLIP2-256",
    _OWN_FACES,
)
# MyVLM's own encoder, apple/DFN5B-CLIP-ViT-H-14-384, is offered as pickle and for research only.
_PAPERS = _Beside(
    _eye("SigLIP 2 SO400M/16 at 384 pixels", 4550, "timm/ViT-SO400M-16-SigLIP2-384"),
    "ViT-SO400M-16-SigLIP2-384",
    (_PAPER_FACES,),
    "public-data--insightface/models/buffalo_l",
)


def _pack(
    beside: _Beside, name: str, what: str, promise: str, needs: Needs, kind: str, licence: str,
    megabytes: int, repository: str, *, does: str = "captions and answers",
    commercial: bool = True, gated: bool = False,
) -> Pack:  # fmt: skip
    """A pack to download around the captioner `what`, whose entry in `engine.models.vlm.specs` is
    `kind`. licence, megabytes, repository, does, commercial and gated are the captioner's own."""
    hub = HubFiles(repository, _TRANSFORMERS, gated=gated)
    vlm = PackPart(does, what, licence, megabytes, hub, commercial)
    assert beside.eye.hub is not None
    made_of = Downloaded(
        name, beside.eye.hub.folder, beside.design, hub.folder, kind, beside.faces_folder
    )
    return Pack(name, f"{what}: {promise}", (beside.eye, vlm, *beside.faces), needs, made_of)


_APACHE = "Apache-2.0"
_QWENS = "Apache-2.0 (its language model Qwen2.5 likewise)"
_LLAMAS = "Llama 2 Community License"


PACKS: dict[str, Pack] = {
    pack.name: pack
    for pack in (
        Pack(
            name="starter",
            title="Starter: comes with Familiar, needs no network",
            parts=(
                PackPart("pictures", "EfficientNet-Lite2 (ImageNet)", "Apache-2.0", 25),
                PackPart("words", "all-MiniLM-L6-v2", "Apache-2.0", 91),
                *_OWN_FACES,
                PackPart(
                    "search, captions and heads",
                    "Familiar's connectors, trained on Flickr8k",
                    _RESEARCH,
                    26,
                    commercial=False,
                ),
            ),
            needs=Needs(memory=3),
            open=_starter,
        ),
        _pack(_LIGHT, "smolvlm2-256m", "SmolVLM2 256M Video", "small enough for any machine",
              Needs(6, 2), "smolvlm2", _APACHE, 1030,
              "HuggingFaceTB/SmolVLM2-256M-Video-Instruct"),
        _pack(_LIGHT, "smolvlm2-500m", "SmolVLM2 500M Video", "small, and sees more",
              Needs(8, 4), "smolvlm2", _APACHE, 2040,
              "HuggingFaceTB/SmolVLM2-500M-Video-Instruct"),
        _pack(_LIGHT, "smolvlm2-2.2b", "SmolVLM2 2.2B", "good captions and answers",
              Needs(12, 8), "smolvlm2", _APACHE, 8990, "HuggingFaceTB/SmolVLM2-2.2B-Instruct"),
        _pack(_LIGHT, "internvl3-1b", "InternVL3 1B", "small, careful with details",
              Needs(8, 4), "internvl3", _QWENS, 1890, "OpenGVLab/InternVL3-1B-hf"),
        _pack(_LIGHT, "internvl3-2b", "InternVL3 2B", "careful with details",
              Needs(12, 8), "internvl3", _QWENS, 4190, "OpenGVLab/InternVL3-2B-hf"),
        _pack(_LIGHT, "qwen3-vl-2b", "Qwen3-VL 2B", "good captions and answers in many languages",
              Needs(12, 8), "qwen3-vl", _APACHE, 4270, "Qwen/Qwen3-VL-2B-Instruct"),
        _pack(_LIGHT, "qwen3-vl-4b", "Qwen3-VL 4B",
              "very good captions and answers in many languages",
              Needs(16, 12), "qwen3-vl", _APACHE, 8890, "Qwen/Qwen3-VL-4B-Instruct"),
        _pack(_LIGHT, "gemma3-4b", "Gemma 3 4B",
              "very good captions and answers; asks you to accept Google's terms",
              Needs(16, 12), "gemma-3", "Gemma Terms of Use (with a policy of prohibited uses)",
              8640, "google/gemma-3-4b-it", gated=True),
        _pack(_PAPERS, "full-blip2", "BLIP-2 OPT-2.7B", "captions as in the MyVLM paper",
              Needs(16, 12, only_with_graphics=True), "blip-2-opt",
              "MIT (its language model OPT: non-commercial research)", 14980,
              "Salesforce/blip2-opt-2.7b", does="captions", commercial=False),
        _pack(_PAPERS, "full-blip2-t5", "BLIP-2 Flan-T5-XL",
              "captions as in the MyVLM paper, with a freer language model",
              Needs(16, 12, only_with_graphics=True), "blip-2-flan-t5",
              "MIT (its language model Flan-T5: Apache-2.0)", 15770,
              "Salesforce/blip2-flan-t5-xl", does="captions"),
        _pack(_PAPERS, "full-llava", "LLaVA 1.6 Vicuna 7B",
              "captions and answers as in the MyVLM paper",
              Needs(24, 20, only_with_graphics=True), "llava-1.6", _LLAMAS, 14130,
              "llava-hf/llava-v1.6-vicuna-7b-hf"),
        _pack(_PAPERS, "full-llava-1.5", "LLaVA 1.5 Vicuna 7B",
              "captions and answers, quicker than 1.6",
              Needs(24, 18, only_with_graphics=True), "llava-1.5", _LLAMAS, 14130,
              "llava-hf/llava-1.5-7b-hf"),
    )
}  # fmt: skip
"""Every pack by name, small ones first."""

DEFAULT = "starter"


def find(name: str) -> Pack:
    """The pack of this name; raises UsageError when there is none."""
    pack = PACKS.get(name)
    if pack is None:
        raise UsageError(f"There is no pack called {name}. There are: {', '.join(PACKS)}.")
    return pack


def load(name: str = DEFAULT, downloads: Downloads | None = None) -> LoadedPack:
    """The pack of this name, ready to use; cheap, weights are loaded when first needed.

    Raises PackError when there is no such pack, this version cannot open it, or files are missing.
    """
    try:
        pack = find(name)
    except UsageError as error:
        raise PackError(str(error)) from error
    downloads = Downloads() if downloads is None else downloads
    if pack.open is None:
        raise PackError(
            f"This version of Familiar cannot open the pack {name} yet, downloaded or not; a later "
            "one will."
        )
    if not downloads.has(pack):
        raise PackError(
            f"The pack {name} is not on this machine. `familiar packs get {name}` downloads it, "
            f"`familiar packs use {DEFAULT}` goes back to what comes with Familiar."
        )
    threads.prepare()
    loaded = pack.open(downloads.place(pack))
    loaded.source = functools.partial(load, name)
    return loaded


def prepare(
    name: str,
    downloads: Downloads | None = None,
    machine: Machine | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> LoadedPack:
    """Like `load`, for a pack that is to be used from now on: everything about it is checked first.

    Raises UsageError when there is no such pack; PackError when this machine cannot run it, its
    files are missing or damaged, or a program that it needs is not installed.
    """
    pack = find(name)
    downloads = Downloads() if downloads is None else downloads
    verdict = judge(pack, Machine.look() if machine is None else machine)
    if not verdict.runs:
        raise PackError(f"The pack {name} {verdict.sentence}.")
    loaded = load(name, downloads)
    if pack.sources:
        downloads.verify(pack, report, cancel)
    # Its parts are made now: what they miss is better known before anything depends on them.
    _ = loaded.version
    return loaded
