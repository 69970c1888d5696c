"""Threads, transactions, and errors as sentences."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from engine.errors import LibraryError, UsageError
from engine.library import Library, store
from engine.library.store import explain
from tests.library.shelves import stock


def in_threads(*works: Callable[[], object]) -> None:
    """Run each in a thread of its own; the first error is raised here."""
    errors: list[BaseException] = []

    def guarded(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    if errors:
        raise errors[0]


def test_a_transaction_is_all_or_nothing_in_both_files(library: Library) -> None:
    with contextlib.suppress(ZeroDivisionError), library.transaction():
        ids = stock(library, 10)
        library.stages.finish_many("read", "1", ids)
        raise ZeroDivisionError
    assert library.photos.ids() == []
    assert library.stages.counts() == {}
    with library.transaction():
        ids = stock(library, 10)
        library.stages.finish_many("read", "1", ids)
    assert library.photos.count() == 10
    assert library.stages.counts()["read"].done == 10


def test_a_nested_failure_takes_back_only_itself(library: Library) -> None:
    with library.transaction():
        stock(library, 3)
        with contextlib.suppress(ZeroDivisionError), library.transaction():
            stock(library, 5, first=100)
            raise ZeroDivisionError
        library.concepts.add("Ada", "person")
        with contextlib.suppress(UsageError):
            library.concepts.add("ada", "person")
    assert library.photos.count() == 3
    assert [concept.name for concept in library.concepts.all()] == ["Ada"]


def test_other_threads_see_a_transaction_only_when_it_is_done(library: Library) -> None:
    seen: list[int] = []
    with library.transaction():
        ids = stock(library, 5)
        library.stages.finish_many("read", "1", ids)
        in_threads(lambda: seen.append(library.photos.count()))
        in_threads(lambda: seen.append(len(library.stages.done("read", "1"))))
    in_threads(lambda: seen.append(library.photos.count()))
    in_threads(lambda: seen.append(len(library.stages.done("read", "1"))))
    assert seen == [0, 0, 5, 5]


def test_many_threads_read_and_write_at_once(library: Library) -> None:
    concept = library.concepts.add("Ada", "person").id

    def write(first: int) -> None:
        for n in range(10):
            ids = stock(library, 5, first=first + n * 5)
            with library.transaction():
                library.stages.finish_many("read", "1", ids)
                library.decisions.decide(concept, ids[0], "confirmed")

    def read() -> None:
        for _ in range(40):
            done = library.stages.done("read", "1")
            assert len(done) % 5 == 0
            assert len(library.photos.ids()) % 5 == 0

    in_threads(*(partial(write, n * 1000) for n in range(4)), read, read)
    assert library.photos.count() == 200
    assert len(library.stages.done("read", "1")) == 200
    assert len(library.decisions.of_concept(concept)) == 40


def test_a_thread_that_ends_takes_its_connection_along(library: Library) -> None:
    library.photos.count()
    for _ in range(5):
        in_threads(library.photos.count)
    assert len(library._catalogue._sessions) == 1


def test_two_programs_write_in_turn(home: Path) -> None:
    """Two libraries opened on one home share no lock but SQLite's own."""
    with Library.open(home) as one, Library.open(home) as two:

        def write(library: Library, first: int) -> None:
            for n in range(20):
                stock(library, 2, first=first + 2 * n)

        in_threads(lambda: write(one, 0), lambda: write(two, 1000))
        assert one.photos.count() == two.photos.count() == 80


def test_waiting_too_long_is_a_sentence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.05)
    with Library.open(home) as one, Library.open(home) as two, one.transaction():
        one.folders.add("/a")
        with pytest.raises(LibraryError, match="in use by another program"):
            two.folders.add("/b")


def test_a_closed_library_says_so(home: Path) -> None:
    library = Library.open(home)
    library.close()
    with pytest.raises(LibraryError, match="has been closed"):
        library.photos.count()


def test_a_snapshot_does_not_move(library: Library) -> None:
    ids = stock(library, 3)
    library.stages.finish_many("read", "1", ids)
    with library._index.snapshot():
        assert len(library.stages.done("read", "1")) == 3
        in_threads(lambda: library.stages.forget("read", ids))
        assert len(library.stages.done("read", "1")) == 3
    assert library.stages.done("read", "1") == set()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (sqlite3.OperationalError("database is locked"), "in use by another program"),
        (sqlite3.OperationalError("database or disk is full"), "no room left"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "cannot be written to"),
        (sqlite3.OperationalError("unable to open database file"), "cannot be opened"),
        (sqlite3.DatabaseError("database disk image is malformed"), "is damaged"),
        (sqlite3.OperationalError("no such table: photos"), "cannot be used"),
    ],
)
def test_errors_are_sentences(error: sqlite3.Error, words: str) -> None:
    sentence = explain(error, Path("/home/library.db"), "Advice.")
    assert words in sentence
    assert sentence.endswith(".")


def test_a_full_disk_is_a_sentence_and_costs_nothing(library: Library) -> None:
    stock(library, 5)
    pages = library._catalogue.rows("PRAGMA page_count")[0][0]
    library._catalogue.rows(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LibraryError, match="no room left on the disk"):
        stock(library, 5000, first=100)
    assert library.photos.count() == 5


def test_what_others_write_is_noticed_by_the_file(home: Path) -> None:
    with Library.open(home) as library, Library.open(home) as window:
        before = library.written()
        library.settings.put("own", "writing is no news")
        assert library.written() == before
        window.settings.put("other", "people's file")
        said = library.written()
        assert (said[0] != before[0], said[1] == before[1]) == (True, True)
        window.jobs.start("index")
        made = library.written()
        assert (made[0] == said[0], made[1] != said[1]) == (True, True)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(library.settings.put, "thread", "another connection").result()
        assert library.written()[0] != made[0]
        assert library.written() == library.written()
