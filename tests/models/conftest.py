"""A hub on this machine and a packs folder, for the tests that ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.models.downloads import Downloads
from engine.models.hub import Hub
from tests.models.hub_server import HubServer, serving
from tests.models.tiny_download import EYE, FILES


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """A hub with what `tiny_download.PACK` wants."""
    with serving(monkeypatch) as server:
        server.repositories = {"me/vlm": dict(FILES), "me/eye": dict(EYE)}
        yield server


@pytest.fixture
def store(hub: HubServer, tmp_path: Path) -> Downloads:
    """An empty packs folder that is filled from that hub, without pauses."""
    return Downloads(tmp_path / "packs", hub=Hub(hub.endpoint, pause=lambda _: None))
