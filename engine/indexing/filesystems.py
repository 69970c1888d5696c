"""Which file system a folder lies on: on a network's, no system says what others change there."""

from __future__ import annotations

import os
import re
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")

NETWORK = frozenset(
    {
        "9p", "afs", "ceph", "cifs", "coda", "davfs", "fuse.davfs2", "fuse.glusterfs",
        "fuse.gvfsd-fuse", "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "fuse.vmhgfs-fuse",
        "glusterfs", "ncpfs", "nfs", "nfs4", "prl_fs", "smb3", "smbfs", "vboxsf", "virtiofs",
    }
)  # fmt: skip
"""Types, as Linux names them, whose files other machines change."""


def is_network(folder: Path, mounts: Path = _MOUNTS) -> bool:
    """Whether a folder lies on a network's file system, as far as this system tells.

    mounts: the kernel's table of what is mounted, in the form of /proc/self/mountinfo.
    """
    return file_system(folder, mounts) in NETWORK


def file_system(folder: Path, mounts: Path = _MOUNTS) -> str | None:
    """The type of the file system that a folder lies on: "ext4", "nfs4"; None if unknown."""
    try:
        path = os.path.realpath(os.fsencode(folder))
        device = os.stat(path).st_dev
        table = mounts.read_bytes().splitlines()
    except OSError:
        return None
    number = b"%d:%d" % (os.major(device), os.minor(device))
    kind, depth = None, -1
    for line in table:
        # 36 35 98:0 /root /where/it/is/mounted rw,noatime master:1 - ext4 /dev/sda1 rw
        fields, _, rest = line.partition(b" - ")
        columns = fields.split()
        if len(columns) < 5 or not rest:
            continue
        place = _unescaped(columns[4])
        if path != place and not path.startswith(place.rstrip(b"/") + b"/"):
            continue
        # The innermost; of several on one place the last hides the others, but never the device's.
        if len(place) > depth or (len(place) == depth and columns[2] == number):
            kind, depth = rest.split()[0].decode("ascii", "replace"), len(place)
    return kind


def _unescaped(place: bytes) -> bytes:
    """A path as the kernel writes it, with a blank as three octal digits."""
    return re.sub(rb"\\([0-7]{3})", lambda found: bytes((int(found[1], 8),)), place)
