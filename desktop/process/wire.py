"""How questions and answers lie on the wire: JSON, a line each, photo ids as texts.

A photo's id may be larger than what other readers of JSON take for a whole number, so it crosses as
a text; on this side it is an int.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

LONGEST = 64 << 20
"""Bytes of a request; the engine reads no longer one, and cannot say whose it was."""

_ONE = frozenset(("photo_id",))
_MANY = frozenset(("photo_ids", "uncertain"))


def line(method: str, params: Mapping[str, Any], number: int) -> bytes:
    """A request as it is sent."""
    request = {"jsonrpc": "2.0", "id": number, "method": method, "params": sent(params)}
    return json.dumps(request, separators=(",", ":")).encode() + b"\n"


def read(line: bytes) -> dict[str, Any] | None:
    """What the engine said in one line, with photo ids as ints; None for what is no message."""
    try:
        said = json.loads(line)
        return _received(said) if isinstance(said, dict) else None
    except (ValueError, RecursionError):
        return None


def sent(value: Any) -> Any:
    """Parameters as JSON knows them; a path becomes a text."""
    if isinstance(value, Mapping):
        return {key: _id_sent(key, one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [sent(one) for one in value]
    return os.fspath(value) if isinstance(value, os.PathLike) else value


def _id_sent(key: str, value: Any) -> Any:
    if key in _ONE:
        return str(value)
    return [str(one) for one in value] if key in _MANY else sent(value)


def _received(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _id_received(key, one) for key, one in value.items()}
    return [_received(one) for one in value] if isinstance(value, list) else value


def _id_received(key: str, value: Any) -> Any:
    if key in _ONE:
        return int(value)
    return [int(one) for one in value] if key in _MANY else _received(value)
