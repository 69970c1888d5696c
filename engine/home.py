"""Where the library lives: `--home`, else FAMILIAR_HOME, else the system's place for such data."""

from __future__ import annotations

import os
from pathlib import Path

from engine.errors import UsageError

VARIABLE = "FAMILIAR_HOME"


def home_folder(given: str | os.PathLike[str] | None = None) -> Path:
    """The library's folder as an absolute path; it need not exist yet. Raises UsageError."""
    chosen = given or os.environ.get(VARIABLE)
    try:
        if chosen:
            return Path(chosen).expanduser().absolute()
        from platformdirs import user_data_path

        return user_data_path("Familiar", appauthor=False)
    except RuntimeError as error:  # HOME is not set, or nobody has that name
        raise UsageError(
            f"Which folder {chosen or '~'} means is not known here. "
            f"Say it in full, with --home or in {VARIABLE}."
        ) from error
