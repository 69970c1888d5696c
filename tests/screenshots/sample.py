"""The sample library, indexed with the starter pack and taught its two, as `make demo` does."""

from __future__ import annotations

from pathlib import Path


def make(folder: Path) -> Path:
    """Make it in `folder`; its home. Takes a minute or two."""
    from engine.demo.samples import Samples
    from engine.familiar import Familiar

    samples, photos, home = Samples(), folder / "Pictures", folder / "home"
    samples.make(photos)
    with Familiar.open(home, create=True) as familiar:
        familiar.add(photos)
        familiar.index(captions=False)
        for lesson in samples.lessons:
            familiar.teach(lesson.name, lesson.kind, [photos / f"{n}.jpg" for n in lesson.photos])
        familiar.index()
    return home
