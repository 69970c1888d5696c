"""The log: useful to whoever looks for an error, silent about the owner's life."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import log
from engine.errors import PhotoError

logger = logging.getLogger("engine.somewhere")


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Path]:
    handler = log.start(tmp_path)
    yield tmp_path / "logs" / "familiar.log"
    log.stop(handler)


def test_it_is_written_into_the_home(started: Path) -> None:
    logger.info("indexed %d photos", 12)
    logger.debug("too much")
    assert "INFO engine.somewhere: indexed 12 photos" in started.read_text()
    assert "too much" not in started.read_text()


def test_an_error_tells_its_kind_and_place_and_nothing_else(started: Path) -> None:
    try:
        try:
            raise FileNotFoundError(2, "No such file", "/photos/Ada at the doctor.jpg")
        except OSError as error:
            raise PhotoError("Ada at the doctor.jpg is not there any more.") from error
    except PhotoError:
        logger.exception("a photo could not be read")
    text = started.read_text()
    assert "a photo could not be read" in text
    assert text.index("builtins.FileNotFoundError") < text.index("engine.errors.PhotoError")
    assert "test_log.py:" in text
    assert "test_an_error_tells_its_kind_and_place_and_nothing_else" in text
    assert "Ada" not in text
    assert "doctor" not in text


def test_an_error_without_a_traceback(started: Path) -> None:
    logger.error("odd", exc_info=ValueError("Ada"))
    logger.error("odder", exc_info=True)
    assert "builtins.ValueError" in started.read_text()
    assert "Ada" not in started.read_text()


def test_it_never_grows_without_bound(started: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(60):
        logger.warning("x" * 100_000)
    files = list(started.parent.iterdir())
    assert 2 <= len(files) <= 4
    assert all(file.stat().st_size <= 1_100_000 for file in files)


def test_text_that_is_not_unicode_is_written_all_the_same(started: Path) -> None:
    logger.info("odd \udce9")
    assert "\\udce9" in started.read_text()


def test_after_stop_nothing_is_written(tmp_path: Path) -> None:
    handler = log.start(tmp_path)
    logger.info("one")
    log.stop(handler)
    logger.info("two")
    assert "two" not in (tmp_path / "logs" / "familiar.log").read_text()
    assert handler not in logging.getLogger("engine").handlers


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk here is always full")
def test_a_full_disk_costs_the_log_alone(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "familiar.log").symlink_to("/dev/full")
    handler = log.start(tmp_path)
    logger.warning("nobody will read this")
    log.stop(handler)
