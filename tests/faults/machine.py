"""What the system lets a test do to it: mounts of its own, and permissions that bind even root."""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import subprocess
from pathlib import Path

_CLONE_NEWNS, _CLONE_NEWUSER = 0x00020000, 0x10000000
_PR_CAPBSET_DROP = 24
_CAPABILITIES_3 = 0x20080522
_DAC_OVERRIDE, _DAC_READ_SEARCH = 1, 2


def own_mounts() -> bool:
    """Give this process mounts that nobody else sees and that end with it; whether it may."""
    libc = ctypes.CDLL(None)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_CLONE_NEWNS) != 0:
        if libc.unshare(_CLONE_NEWNS | _CLONE_NEWUSER) != 0:
            return False
        with contextlib.suppress(OSError):
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"0 {user} 1")
            Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    return _run("mount", "--make-rprivate", "/")


def mount_memory(place: Path, kibibytes: int) -> bool:
    """Mount a file system of that size; whether it could be."""
    place.mkdir(parents=True, exist_ok=True)
    return _run("mount", "-t", "tmpfs", "-o", f"size={kibibytes}k,mode=755", "tmpfs", str(place))


def mount_again(folder: Path, place: Path) -> bool:
    """Let a folder be seen at another place too, as a drive is that is plugged in there."""
    place.mkdir(parents=True, exist_ok=True)
    return _run("mount", "--bind", str(folder), str(place))


def unmount(place: Path) -> bool:
    """Take it away at once, whoever has files open in it."""
    return _run("umount", "-l", str(place))


def _run(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def obey_permissions() -> None:
    """Take from this process, and from all that it starts, root's right to pass them over."""
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    for one in (_DAC_OVERRIDE, _DAC_READ_SEARCH):
        libc.prctl(_PR_CAPBSET_DROP, one, 0, 0, 0)
    header = struct.pack("Ii", _CAPABILITIES_3, 0)
    data = ctypes.create_string_buffer(24)
    if libc.capget(header, data) != 0:
        raise OSError(ctypes.get_errno(), "capget")
    words = list(struct.unpack("6I", data.raw))
    for place in range(3):  # effective, permitted, inheritable; the lower half of each
        words[place] &= ~(1 << _DAC_OVERRIDE | 1 << _DAC_READ_SEARCH)
    if libc.capset(header, struct.pack("6I", *words)) != 0:
        raise OSError(ctypes.get_errno(), "capset")
