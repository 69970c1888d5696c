"""Takes the pictures."""

from __future__ import annotations

import argparse
import contextlib
import os
import pkgutil
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import tests.screenshots
from desktop.app import application, use_time_well
from tests.screenshots import sample, studio

OUT = Path(__file__).parents[2] / "resources/screenshots"
PALETTES = ("light", "dark")


def main() -> None:
    """Take every picture, or some."""
    parser = argparse.ArgumentParser(description=tests.screenshots.__doc__)
    parser.add_argument("--only", action="append", metavar="NAME", help="only pictures so named")
    parser.add_argument("--home", type=Path, help="a library that is there, instead of the sample")
    parser.add_argument("--out", type=Path, default=OUT, help="where they go")
    options = parser.parse_args()
    for module in pkgutil.iter_modules(tests.screenshots.__path__):
        if module.name != "__main__":
            import_module(f"tests.screenshots.{module.name}")
    wanted = [name for name in studio.SHOTS if not options.only or name in options.only]
    if not wanted:
        sys.exit(f"There are: {', '.join(studio.SHOTS)}")
    app = application()
    collector = use_time_well(app)
    with _workplace() as folder:
        home = options.home or sample.make(folder / "sample")
        for name in wanted:
            for palette in PALETTES:
                own = folder / "home"
                shutil.rmtree(own, ignore_errors=True)
                shutil.copytree(home, own)
                place = studio.Studio(app, own, palette)
                studio.SHOTS[name](place)
                path = options.out / f"{name}-{palette}.jpg"
                place.take(path)
                place.close()
                print(f"{path} ({path.stat().st_size // 1024} KB)")
    collector.stop()


@contextlib.contextmanager
def _workplace() -> Iterator[Path]:
    """A folder that is always called the same, unless another run is at work there: its name is in
    the pictures."""
    folder = Path(tempfile.gettempdir()) / "familiar-screenshots"
    try:
        folder.mkdir()
    except FileExistsError:
        folder = Path(tempfile.mkdtemp(prefix=f"{folder.name}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
