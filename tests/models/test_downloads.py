"""Getting, checking and removing packs, from a real server on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from engine.errors import PackError, UsageError
from engine.models import downloads as module
from engine.models.downloads import MARGIN, Downloads
from engine.models.hub import Hub
from engine.models.pack import Needs, Pack, PackPart
from engine.progress import Cancel, Cancelled, Progress
from tests.models.hub_server import COMMIT, HubServer
from tests.models.tiny_download import BIG, EYE, FILES, LARGEST, PACK

ROOT = Path(__file__).parent.parent.parent


def grown(store: Downloads) -> int:
    """Bytes of the largest file that are here while it is not complete."""
    (path,) = (store.folder / "tiny.partial/me--vlm").glob("model.safetensors.*.incomplete")
    return path.stat().st_size


def test_a_whole_download(store: Downloads, hub: HubServer) -> None:
    assert not store.has(PACK)
    reports: list[Progress] = []
    place = store.get(PACK, reports.append)
    assert place == store.folder / "tiny"
    assert sorted(str(p.relative_to(place)) for p in place.rglob("*") if p.is_file()) == [
        "manifest.json",
        "me--eye/open_clip_config.json",
        "me--eye/open_clip_model.safetensors",
        "me--vlm/config.json",
        "me--vlm/model.safetensors",
    ], "no pickle, no code, nothing from other folders"
    assert (place / LARGEST).read_bytes() == BIG
    manifest = json.loads((place / "manifest.json").read_text())
    assert [one["commit"] for one in manifest["parts"]] == [COMMIT, COMMIT]
    assert all(len(f["sha256"]) == 64 for part in manifest["parts"] for f in part["files"])
    assert [one.done for one in reports if one.stage == "download"] == [0, 1, 2, 3]
    assert store.has(PACK)
    assert not (store.folder / "tiny.partial").exists()
    store.verify(PACK)

    asked = len(hub.asked)
    assert store.get(PACK) == place
    assert len(hub.asked) == asked, "what is here asks nobody"
    agents = {one["user-agent"] for one in hub.headers}
    assert all("torch" not in one and "agent/" not in one for one in agents)
    assert all("authorization" not in one for one in hub.headers)


def test_an_interrupted_download_goes_on(store: Downloads, hub: HubServer) -> None:
    hub.cut = 2_000_000
    hub.repositories["me/vlm"] = {"model.safetensors": BIG}

    def die() -> None:
        hub.dead = True

    hub.middle = die
    with pytest.raises(PackError, match=r"127\.0\.0\.1:\d+ cannot be reached"):
        store.get(PACK)
    assert not store.has(PACK)
    assert grown(store) == store.begun(PACK) == 2_000_000

    hub.dead, hub.middle, sent = False, lambda: None, hub.sent
    reports: list[Progress] = []
    store.get(PACK, reports.append)
    assert ("model.safetensors", "bytes=2000000-") in hub.files()
    assert hub.sent - sent == 1_000_000 + sum(map(len, EYE.values()))
    assert next(one.total for one in reports if one.stage == "download") == 1
    assert (store.folder / "tiny" / LARGEST).read_bytes() == BIG


def test_killed_in_the_middle(store: Downloads, hub: HubServer) -> None:
    """What kill -9 leaves is gone on with, and is no pack until then."""
    code = (
        "import sys; from pathlib import Path; from engine.models.downloads import Downloads\n"
        "from engine.models.hub import Hub; from tests.models.tiny_download import PACK\n"
        "store = Downloads(Path(sys.argv[1]), hub=Hub(sys.argv[2]))\n"
        "store.get(PACK, lambda one: print(one.done, flush=True))"
    )
    waiting = threading.Event()
    hub.middle = lambda: waiting.wait(60)
    command = [sys.executable, "-c", code, str(store.folder), hub.endpoint]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert "1\n" in iter(child.stdout.readline, "")
        os.kill(child.pid, signal.SIGKILL)
    waiting.set()
    hub.middle = lambda: None
    assert not store.has(PACK)
    kept, sent = grown(store), hub.sent
    assert kept >= 1_000_000
    store.get(PACK)
    assert f"bytes={kept}-" in dict(hub.files()).values()
    store.verify(PACK)
    assert hub.sent > sent


def test_what_came_is_kept_and_only_checked(store: Downloads, hub: HubServer) -> None:
    hub.spoilt["open_clip_config.json"] = b"!!"
    with pytest.raises(PackError, match=r"open_clip_config\.json did not arrive as the hub"):
        store.get(PACK)
    hub.spoilt.clear()
    hub.asked.clear()
    store.get(PACK)
    assert {name for name, _ in hub.files()} == {"open_clip_config.json"}


def test_a_wrong_checksum(store: Downloads, hub: HubServer) -> None:
    hub.spoilt["model.safetensors"] = BIG[:-1] + b"?"
    with pytest.raises(PackError, match="did not arrive as the hub announced it"):
        store.get(PACK)
    assert not store.has(PACK)
    assert not list(store.folder.rglob("model.safetensors*")), "and it is not gone on with"
    hub.spoilt.clear()
    store.get(PACK)
    store.verify(PACK)


def test_a_changed_branch_is_never_mixed(store: Downloads, hub: HubServer) -> None:
    hub.spoilt["open_clip_config.json"] = b"!!"
    with pytest.raises(PackError):
        store.get(PACK)
    hub.spoilt.clear()
    newer = BIG[::-1]
    hub.repositories["me/vlm"] = {"model.safetensors": newer}
    place = store.get(PACK)
    assert (place / LARGEST).read_bytes() == newer
    assert not (place / "me--vlm/config.json").exists(), "the new version has none"


def test_no_room(store: Downloads, hub: HubServer, tmp_path: Path) -> None:
    size = sum(len(one) for one in (BIG, FILES["config.json"], *EYE.values()))
    short = Downloads(store.folder, hub=Hub(hub.endpoint), free=lambda _: size + MARGIN - 1)
    with pytest.raises(PackError, match=r"needs 1\.0 GB of free disk.* has 1\.0 GB"):
        short.get(PACK)
    assert hub.files() == []
    enough = Downloads(store.folder, hub=Hub(hub.endpoint), free=lambda _: size + MARGIN)
    enough.get(PACK)


def test_a_disk_that_cannot_be_written(
    store: Downloads,
    hub: HubServer,
) -> None:
    store.folder.write_text("no folder")
    with pytest.raises(PackError, match="cannot be stored in"):
        store.get(PACK)


def test_cancel(store: Downloads, hub: HubServer) -> None:
    cancel = Cancel()
    with pytest.raises(Cancelled):
        store.get(PACK, lambda one: cancel.cancel() if one.done else None, cancel)
    assert grown(store) >= 1_000_000
    assert not store.has(PACK)
    store.get(PACK)
    store.verify(PACK)


def test_two_at_once(store: Downloads, hub: HubServer) -> None:
    other = module._alone(_made(store.folder / "tiny.partial"), PACK)
    with other, pytest.raises(PackError, match="Another Familiar is downloading the pack tiny"):
        store.get(PACK)
    store.get(PACK)


def test_damage_is_found_and_mended(store: Downloads, hub: HubServer) -> None:
    place = store.get(PACK)
    with (place / LARGEST).open("r+b") as file:
        file.write(b"????")
    assert store.has(PACK), "sizes alone do not tell"
    with pytest.raises(
        PackError, match=r"model.safetensors of the pack tiny is damaged.*packs get"
    ):
        store.verify(PACK)
    assert not store.has(PACK)
    hub.asked.clear()
    store.get(PACK)
    assert [name for name, _ in hub.files()] == ["model.safetensors"]
    store.verify(PACK)
    (place / "manifest.json").write_text("[]")
    assert not store.has(PACK)
    with pytest.raises(PackError, match="not on this machine"):
        store.verify(PACK)


def test_removing(store: Downloads, hub: HubServer) -> None:
    with pytest.raises(UsageError, match="Nothing of the pack tiny was downloaded"):
        store.remove(PACK)
    place = store.get(PACK)
    size = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
    assert store.remove(PACK) == size
    assert list(store.folder.iterdir()) == []
    hub.spoilt["open_clip_config.json"] = b"!!"
    with pytest.raises(PackError):
        store.get(PACK)
    assert store.remove(PACK) > len(BIG), "an unfinished one too"


def test_removing_never_leaves_the_folder(store: Downloads, tmp_path: Path) -> None:
    treasure = _made(tmp_path / "treasure") / "photo.jpg"
    treasure.write_text("precious")
    place = store.get(PACK)
    (place / "link").symlink_to(treasure.parent)
    (place / "file").symlink_to(treasure)
    store.remove(PACK)
    assert treasure.read_text() == "precious"
    (store.folder / "tiny").symlink_to(treasure.parent)
    with pytest.raises(PackError, match="not a folder of Familiar's own"):
        store.remove(PACK)
    assert treasure.exists()


def test_downloading_writes_through_no_link(store: Downloads, tmp_path: Path) -> None:
    outside = _made(tmp_path / "outside")
    partial = _made(store.folder / "tiny.partial")
    (partial / "me--vlm").symlink_to(outside)
    store.get(PACK)
    assert list(outside.iterdir()) == []
    assert not (store.folder / "tiny/me--vlm").is_symlink()


def test_what_comes_with_familiar_is_never_fetched(tmp_path: Path) -> None:
    store = Downloads(tmp_path / "packs")
    pack = Pack("own", "Own", (PackPart("all", "Own", "MIT", 1),), Needs(1))
    assert store.has(pack)
    with pytest.raises(UsageError, match="comes with Familiar"):
        store.get(pack)
    assert not store.folder.exists()


def test_where_packs_lie(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FAMILIAR_PACKS", str(tmp_path / "elsewhere"))
    assert module.packs_folder() == tmp_path / "elsewhere"
    monkeypatch.delenv("FAMILIAR_PACKS")
    monkeypatch.delenv("FAMILIAR_HOME")
    from engine.home import home_folder

    assert home_folder() not in (module.packs_folder(), *module.packs_folder().parents)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
