"""How a model that reads pictures as tokens looks at them, and how its prompts are spelt."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from transformers import PreTrainedModel

from engine.errors import PackError
from engine.models.protocols import Picture, Turn
from engine.models.vlm.frozen import within
from engine.models.vlm.sight import Grid, Sight, uncropped, whole_picture
from engine.models.vlm.specs import VLMSpec, Whole

_EXTRAS = ("image_grid_thw",)
"""What the processor says of a picture that language models ask for too."""


class TokenLooker:
    """The processor's part: pictures to `Sight`s, questions to token numbers."""

    def __init__(self, spec: VLMSpec, model: PreTrainedModel, processor: Any) -> None:
        """Raises PackError where the processor has no chat template."""
        if not processor.chat_template:
            raise PackError(f"The files of {spec.name} have no chat template.")
        self._spec = spec
        self._model = model
        self._processor = processor
        self._tokenizer = processor.tokenizer
        self._wanted = set(inspect.signature(model.get_image_features).parameters)

    def look(self, pictures: Sequence[Picture]) -> list[Sight]:
        """One pass of the frozen vision encoder over each picture.

        One by one: pictures of different shapes have different numbers of tokens, and a picture's
        sight does not depend on its neighbours.
        """
        return [self._look(within(one, self._spec.picture_size)) for one in pictures]

    def prompt_ids(self, sight: Sight, prompt: str, history: Sequence[Turn]) -> tuple[int, ...]:
        """Token numbers of the picture, the turns so far and the prompt, ready for an answer."""
        turns = [(turn.question, turn.answer) for turn in history]
        messages: list[dict[str, Any]] = []
        for question, answer in [*turns, (prompt, None)]:
            content = [{"type": "text", "text": question.replace(self._placeholder, "")}]
            if not messages:
                content.insert(0, {"type": "image"})
            messages.append({"role": "user", "content": content})
            if answer is not None:
                said = [{"type": "text", "text": answer.replace(self._placeholder, "")}]
                messages.append({"role": "assistant", "content": said})
        text = self._processor.apply_chat_template(
            messages, add_generation_prompt=True, tokenize=False
        )
        text = text.replace(self._placeholder, sight.text, 1)
        start = self._tokenizer.bos_token
        begun = bool(start) and text.startswith(start)
        return tuple(self._tokenizer(text, add_special_tokens=not begun)["input_ids"])

    @property
    def _placeholder(self) -> str:
        return str(self._processor.image_token)

    def _look(self, image: Image.Image) -> Sight:
        options = getattr(type(self._processor), "images_kwargs", {})
        seen = self._processor.image_processor([image], return_tensors="pt", **options)
        text = self._processor.replace_image_token(seen, image_idx=0)
        inputs = {name: value for name, value in seen.items() if name in self._wanted}
        with torch.no_grad():  # training reads the rows, which inference mode would forbid
            out = self._model.get_image_features(
                **{name: self._moved(value) for name, value in inputs.items()}, return_dict=True
            )
        as_tensor = isinstance(out.pooler_output, Tensor)
        rows = _flat(out.pooler_output)
        deeper = tuple(_flat(layer) for layer in getattr(out, "deepstack_features", None) or ())
        extras = {name: seen[name] for name in _EXTRAS if name in seen}
        grid = self._grid(seen, len(rows), image)
        return Sight(rows, deeper, type(out), as_tensor, extras, text, grid)

    def _moved(self, value: Any) -> Any:
        if not isinstance(value, Tensor):
            return value
        dtype = self._model.dtype if value.is_floating_point() else None
        return value.to(self._model.device, dtype)

    def _grid(self, seen: Any, tokens: int, image: Image.Image) -> Grid:
        config = self._model.config.vision_config
        patches, base = None, tokens
        if "image_grid_thw" in seen:
            patches = seen["image_grid_thw"][0, 1:] // config.spatial_merge_size
        elif self._spec.whole is Whole.FIRST:
            base = (config.image_size // config.patch_size) ** 2
        # Views stand in the dimension before channels, height and width.
        views = seen["pixel_values"].shape[-4] if self._spec.whole is Whole.LAST else 1
        grid = whole_picture(self._spec.whole, tokens, views, base, patches)
        crops = getattr(self._processor.image_processor, "do_center_crop", False)
        if crops and self._spec.whole is Whole.ALL:
            return uncropped(grid, image.height, image.width)
        return grid


def _flat(rows: Any) -> Tensor:
    """A picture's rows [tokens, w], from a list of one or from views [views, tokens, w]."""
    joined = rows.flatten(0, -2) if isinstance(rows, Tensor) else torch.cat(list(rows))
    return joined.cpu()
