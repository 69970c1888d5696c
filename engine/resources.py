"""Where the files that come with Familiar lie: starter weights, the sample library's credits."""

from __future__ import annotations

from pathlib import Path

from engine.errors import FamiliarError

# A wheel carries resources/ inside the package; a checkout has it beside the package.
_PLACES = (
    Path(__file__).parent / "_resources",
    Path(__file__).parent.parent / "resources",
)


def resource(name: str) -> Path:
    """The file or folder `name` ("starter/captioner.safetensors") that came with Familiar.

    Raises FamiliarError when the installation lacks it.
    """
    for place in _PLACES:
        path = place / name
        if path.exists():
            return path
    raise FamiliarError(
        f"Familiar's own file {name} is missing, so this installation is incomplete. "
        "Install Familiar again to bring it back."
    )
