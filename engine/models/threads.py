"""How many threads each library may use. Left to themselves they all take every core at once.

torch computes on as many threads as the process may use cores, and its threads sleep while they
wait: spinning ones made it many times slower whenever another thread decoded photos. OpenCV works
inside the reader threads, one thread each; FAISS searches alone, so it gets the cores too.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

MOST = 8
"""More threads than this do not make these small models faster."""


def cores() -> int:
    """How many cores this process may use: its affinity, and a container's limit."""
    allowed = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    return max(1, min(allowed, _container_limit() or allowed, MOST))


def prepare() -> None:
    """Settings that libraries read as they load. Call before torch is imported.

    What the owner has set in the environment stays.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("OMP_NUM_THREADS", str(cores()))
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ["HF_HUB_OFFLINE"] = "1"


def settle_torch() -> None:
    """Give torch its threads."""
    import torch

    torch.set_num_threads(_threads())


def go_gently(gently: bool) -> None:
    """One thread for what the calling thread computes from now on, or as many again as it may use.

    Other threads keep theirs. Costs next to nothing, and loads nothing; while another thread loads
    torch, nothing is computed, and so nothing is set.
    """
    torch = sys.modules.get("torch")
    needed = ("get_num_threads", "set_num_threads")
    if torch is not None and all(hasattr(torch, one) for one in needed):
        wanted = 1 if gently else _threads()
        if torch.get_num_threads() != wanted:
            torch.set_num_threads(wanted)


def settle_cv2() -> None:
    """OpenCV: one thread, because the photos around it are already read in parallel."""
    import cv2

    cv2.setNumThreads(1)


def settle_faiss() -> None:
    """Give FAISS its threads."""
    import faiss

    faiss.omp_set_num_threads(cores())


def _threads() -> int:
    # "4,2" is for nested work, which torch has none of; what is no number is no wish.
    asked = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    return int(asked) if asked.isdecimal() and int(asked) else cores()


def _container_limit() -> int | None:
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return max(1, int(quota) // int(period)) if quota != "max" else None
    except (OSError, ValueError):
        return None
