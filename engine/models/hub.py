"""The Hugging Face hub: what a repository holds, and its files, fetched so that it can go on later.

Everything goes through `huggingface_hub`'s own session, addresses and errors. Its `hf_hub_download`
is not used: since 1.18 it begins a file anew after every interruption (its issue 4196), which for
files of five gigabytes is no way to treat a slow line. Nothing but the files asked for is sent for:
no telemetry, and the owner's token only where a repository gives files to nobody else.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from engine import __version__
from engine.errors import PackError
from engine.models.pack import SAFE_SUFFIXES, WEIGHTS, HubFiles
from engine.progress import Cancel

_TIMEOUT = 30.0
"""Seconds without an answer, or without a byte, after which a connection counts as lost."""

_PAUSES = (1.0, 4.0, 10.0)
"""Seconds to wait before each further try when a connection is lost and brought nothing."""


@dataclass(frozen=True)
class HubFile:
    """A file of a repository: its path there, size in bytes, and digest as the hub gives it.

    digest: SHA-256 in hex for large files; for small ones, which the hub keeps in git, git's own
    SHA-1 of a blob.
    """

    path: str
    size: int
    digest: str


@dataclass(frozen=True)
class Listing:
    """What is to be fetched of one repository, and the commit that its branch stood for."""

    source: HubFiles
    commit: str
    files: tuple[HubFile, ...]


class Hub:
    """A connection to the hub, made when something is first asked of it."""

    def __init__(
        self, endpoint: str | None = None, *, pause: Callable[[float], None] = time.sleep
    ) -> None:
        """endpoint: its address (default: HF_ENDPOINT, or the public hub). pause: waits seconds."""
        self._endpoint = endpoint
        self._pause = pause

    @property
    def endpoint(self) -> str:
        """The hub's address."""
        given = self._endpoint or os.environ.get("HF_ENDPOINT") or "https://huggingface.co"
        return given.rstrip("/")

    def listing(self, source: HubFiles) -> Listing:
        """The files of a repository that `source` asks for.

        Raises PackError when the hub cannot be reached or refuses, when what it offers are no safe
        files, or when it does not say what they should contain.
        """
        from huggingface_hub import HfApi

        api = HfApi(
            endpoint=self.endpoint,
            token=None if source.gated else False,
            library_name="familiar",
            library_version=__version__,
        )
        try:
            with _online(), self._sentences(source):
                info = api.model_info(
                    source.repository,
                    revision=source.revision,
                    files_metadata=True,
                    timeout=_TIMEOUT,
                )
        except (ValueError, KeyError, TypeError) as error:
            raise PackError(
                f"{self.endpoint} did not answer as the hub does. Perhaps this network wants you "
                "to sign in first."
            ) from error
        files = tuple(
            _file(source, one) for one in info.siblings or () if _wanted(one.rfilename, source)
        )
        if not any(PurePosixPath(one.path).suffix in WEIGHTS for one in files):
            raise PackError(
                f"{source.repository} has no weights in a safe format (safetensors or ONNX) where "
                "they are expected, so nothing was downloaded from it."
            )
        if not info.sha:
            raise PackError(f"The hub does not say which version of {source.repository} it has.")
        return Listing(source, info.sha, files)

    def fetch(
        self,
        listing: Listing,
        file: HubFile,
        target: Path,
        advance: Callable[[int], None],
        cancel: Cancel,
    ) -> None:
        """Bring `target` to the file's full size; what it holds already is not fetched again.

        advance: told of every byte that came. A lost connection is taken up again. Raises PackError
        when that does not help, and Cancelled; `target` keeps what it has. Content is not checked.
        """
        pauses = iter(_PAUSES)
        while (before := _size(target)) < file.size:
            try:
                with _online(), self._sentences(listing.source, retry=True):
                    self._append(listing, file, target, advance, cancel)
            except _LostError as lost:
                if _size(target) > before:
                    pauses = iter(_PAUSES)
                pause = next(pauses, None)
                if pause is None:
                    raise PackError(str(lost)) from lost
                self._pause(pause)

    def _append(
        self,
        listing: Listing,
        file: HubFile,
        target: Path,
        advance: Callable[[int], None],
        cancel: Cancel,
    ) -> None:
        from huggingface_hub import get_session, hf_hub_url
        from huggingface_hub.utils import (  # type: ignore[attr-defined]
            build_hf_headers,
            hf_raise_for_status,
        )

        source = listing.source
        url = hf_hub_url(
            source.repository, file.path, revision=listing.commit, endpoint=self.endpoint
        )
        headers = build_hf_headers(
            token=None if source.gated else False,
            library_name="familiar",
            library_version=__version__,
        )
        # Offsets count bytes of the file, so it must come as it is.
        headers["Accept-Encoding"] = "identity"
        have = _size(target)
        if have:
            headers["Range"] = f"bytes={have}-"
        with get_session().stream("GET", url, headers=headers, timeout=_TIMEOUT) as response:
            hf_raise_for_status(response)
            if response.status_code != 206:  # it sends the whole file
                have = 0
            with target.open("ab" if have else "wb") as out:
                for chunk in response.iter_bytes():
                    cancel.check()
                    have += len(chunk)
                    if have > file.size:
                        raise PackError(f"The hub sent more of {file.path} than it announced.")
                    out.write(chunk)
                    advance(len(chunk))

    @contextmanager
    def _sentences(self, source: HubFiles, *, retry: bool = False) -> Iterator[None]:
        """Turns what the client raises into what the owner can act on."""
        from huggingface_hub import errors

        # What the client's HTTP library raises when there is no connection, or no more.
        no_connection: type[Exception] = errors.HTTPError  # type: ignore[attr-defined]
        host = urlsplit(self.endpoint).netloc
        name = source.repository
        try:
            yield
        except errors.GatedRepoError as error:
            raise PackError(
                f"{name} is only given to those who accepted its terms. Sign in at "
                f"{self.endpoint}/{name}, accept them there, sign in here with `hf auth login`, "
                "and try again."
            ) from error
        except errors.RepositoryNotFoundError as error:
            raise PackError(f"{host} has no repository {name}, or not for everyone.") from error
        except errors.RevisionNotFoundError as error:
            raise PackError(f"{name} has no version {source.revision} any more.") from error
        except errors.HfHubHTTPError as error:
            status = error.response.status_code
            text = f"{host} answered with an error ({status}) for {name}. Try again later."
            if retry and (status >= 500 or status in (408, 429)):
                raise _LostError(text) from error
            raise PackError(text) from error
        except no_connection as error:
            text = f"{host} cannot be reached. The same command goes on when there is a connection."
            raise (_LostError if retry else PackError)(text) from error


class _LostError(Exception):
    """A connection that is worth another try; the text is for the owner, if that fails too."""


@contextmanager
def _online() -> Iterator[None]:
    """Lets the client use the network, which the rest of Familiar forbids it, and send no more
    about this machine than it must."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE, constants.HF_HUB_DISABLE_TELEMETRY
    constants.HF_HUB_OFFLINE, constants.HF_HUB_DISABLE_TELEMETRY = False, True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE, constants.HF_HUB_DISABLE_TELEMETRY = before


def _wanted(path: str, source: HubFiles) -> bool:
    return PurePosixPath(path).suffix in SAFE_SUFFIXES and any(
        path.count("/") == pattern.count("/") and fnmatchcase(path, pattern)
        for pattern in source.files
    )


def _file(source: HubFiles, sibling: Any) -> HubFile:
    """What the hub says of a file; raises PackError for one that could do harm."""
    path: str = sibling.rfilename
    parts = path.split("/")
    if not path.isprintable() or "\\" in path or ":" in path or {"", ".", ".."} & set(parts):
        raise PackError(f"{source.repository} has a file with an unsafe name, so it is not used.")
    digest = sibling.lfs.sha256 if sibling.lfs is not None else sibling.blob_id
    if sibling.size is None or not digest:
        raise PackError(f"The hub does not say what {path} should contain, so it is not used.")
    return HubFile(path, sibling.size, digest)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
