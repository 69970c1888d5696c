"""What the hub answers, and what becomes of it: real HTTP with a server on this machine."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from engine.errors import PackError
from engine.models.downloads import Downloads
from engine.models.hub import Hub
from engine.models.pack import HubFiles, Needs, Pack, PackPart
from tests.models.hub_server import HubServer
from tests.models.tiny_download import BIG, LARGEST, PACK


def test_a_connection_that_breaks_is_taken_up_again(
    store: Downloads,
    hub: HubServer,
) -> None:
    hub.cut = 1_000_000
    hub.repositories["me/vlm"] = {"model.safetensors": BIG}
    store.get(PACK)
    ranges = [wanted for name, wanted in hub.files() if name == "model.safetensors"]
    assert ranges == ["", "bytes=1000000-"]
    assert (store.folder / "tiny" / LARGEST).read_bytes() == BIG


def test_more_than_announced(store: Downloads, hub: HubServer) -> None:
    hub.spoilt["model.safetensors"] = BIG + b"and more"
    with pytest.raises(PackError, match=r"more of model\.safetensors than it announced"):
        store.get(PACK)
    hub.spoilt.clear()
    store.get(PACK)
    store.verify(PACK)


def test_offline(hub: HubServer, tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    store = Downloads(tmp_path / "packs", hub=Hub(f"http://127.0.0.1:{port}"))
    with pytest.raises(PackError, match=f"127.0.0.1:{port} cannot be reached"):
        store.get(PACK)
    assert not store.has(PACK)


def test_offline_mode_of_the_sentence_model_does_not_matter(
    store: Downloads,
    hub: HubServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    store.get(PACK)
    assert constants.HF_HUB_OFFLINE, "and is on again afterwards"


def test_answers_that_are_no_hubs(store: Downloads, hub: HubServer) -> None:
    hub.page = b"<html>Welcome to our hotel</html>"
    with pytest.raises(PackError, match="Perhaps this network wants you to sign in"):
        store.get(PACK)
    hub.page, hub.status = None, 503
    with pytest.raises(PackError, match=r"answered with an error \(503\)"):
        store.get(PACK)
    hub.status = None
    del hub.repositories["me/eye"]
    with pytest.raises(PackError, match="has no repository me/eye"):
        store.get(PACK)


@pytest.mark.parametrize(
    "name", ["../model.safetensors", "/model.json", "model\x1b[2J.safetensors"]
)
def test_names_that_could_do_harm(
    store: Downloads,
    hub: HubServer,
    name: str,
) -> None:
    source = HubFiles("me/vlm", ("*", "*/*"))
    pack = Pack("tiny", "Tiny", (PackPart("all", "Tiny", "MIT", 1, source),), Needs(1))
    hub.repositories["me/vlm"] = {"model.safetensors": BIG, name: b"?"}
    with pytest.raises(PackError, match="unsafe name") as refused:
        store.get(pack)
    assert "\x1b" not in str(refused.value)
    assert hub.files() == []


def test_weights_that_are_pickle_alone(store: Downloads, hub: HubServer) -> None:
    del hub.repositories["me/vlm"]["model.safetensors"]
    with pytest.raises(PackError, match="me/vlm has no weights in a safe format"):
        store.get(PACK)


def test_a_repository_with_terms(
    store: Downloads,
    hub: HubServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hub.gated = True
    source = HubFiles("me/vlm", ("model*",), gated=True)
    pack = Pack("tiny", "Tiny", (PackPart("all", "Tiny", "terms", 1, source),), Needs(1))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr("huggingface_hub.utils._headers.get_token", lambda: None)
    with pytest.raises(PackError, match="me/vlm is only given to those who accepted its terms"):
        store.get(pack)
    monkeypatch.setattr("huggingface_hub.utils._headers.get_token", lambda: "hf_mine")
    store.get(pack)
    assert any(one.get("authorization") == "Bearer hf_mine" for one in hub.headers)
