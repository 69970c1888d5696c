"""A part's calls take turns, each kind by itself, and everything else about it stays."""

from __future__ import annotations

import threading

from engine.models.pack import LoadedPack
from engine.models.protocols import ConversingVLM, PlaceEncoder
from engine.models.turns import taking
from tests.tiny import TinyEncoder, TinyFaces, TinyVLM


class Crowded:
    """Notices when two are in it at once."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self.entered, self.leave = threading.Event(), threading.Event()

    def first(self) -> str:
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.entered.set()
        self.leave.wait(10)
        self.inside -= 1
        return "first"

    def second(self) -> str:
        return self.first()

    def apart(self) -> str:
        return "apart"


def test_one_kind_at_a_time() -> None:
    crowded = taking(Crowded(), ("first", "second"), ("apart", "absent"))
    threads = [threading.Thread(target=call) for call in (crowded.first, crowded.second) * 3]
    for thread in threads:
        thread.start()
    assert crowded.entered.wait(10)
    assert crowded.apart() == "apart", "another kind does not wait"
    crowded.leave.set()
    for thread in threads:
        thread.join()
    assert crowded.most == 1, "and a call within a call is the same turn's"
    assert not hasattr(crowded, "absent")


def test_a_pack_makes_each_part_once_for_all_threads() -> None:
    made: list[str] = []
    together = threading.Barrier(4)

    def make() -> TinyEncoder:
        made.append("encoder")
        return TinyEncoder()

    pack = LoadedPack("tiny", make, TinyFaces, TinyVLM)
    found: list[object] = []

    def ask() -> None:
        together.wait()
        found.append(pack.encoder)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["encoder"]
    assert all(one is pack.encoder for one in found)
    assert pack.encoder.encode_texts(["red"]).shape == (1, 8)
    assert not isinstance(pack.encoder, PlaceEncoder), "nothing is added that was not there"
    assert not isinstance(pack.vlm, ConversingVLM)
