"""The process's conversation: each request to whoever answers it, on the thread that may wait.

The reading thread itself only takes in and hands on, so that it answers `ping` whatever goes on.
Jobs have a lane, downloads another, searches a thread, and what takes longer to answer one more.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from engine import __version__
from engine.errors import FamiliarError
from engine.familiar import Familiar
from engine.indexing.lock import Busy, only_writer
from engine.indexing.order import First
from engine.models import threads
from engine.service import answers, wire
from engine.service.announcer import Announcer
from engine.service.jobs import ENDED, Job, Lane, fault
from engine.service.params import BadParams, Params
from engine.service.power import Power
from engine.service.searching import Finder
from engine.service.watching import Watch
from engine.service.wire import Id, Message, Wire
from engine.service.work import Work

_log = logging.getLogger(__name__)

PATIENCE = 30.0
"""Seconds that what is in hand gets to come to its end; then the process ends all the same."""

Handler = Callable[[Params], Any]


class Service:
    """One library's engine, for as long as somebody holds the other end of the wire."""

    def __init__(self, familiar: Familiar, connection: Wire) -> None:
        self._familiar = familiar
        self._wire = connection
        self._interrupted = _interrupted(familiar)
        self._announcer = Announcer(connection.tell)
        self._quiet = threading.Event()
        self._power = Power()
        self._first = First()
        familiar.first, familiar.tell = self._first, self._announcer.news
        self._finder = Finder(familiar)
        self._work = Work(familiar)
        self._jobs = Lane("jobs", self._job_changed, self._gently)
        self._watch = Watch(familiar.library, self._work, self._jobs)
        self._fetching = Lane("fetching", self._job_changed)
        self._searches = ThreadPoolExecutor(1, thread_name_prefix="searching")
        self._others = ThreadPoolExecutor(1, thread_name_prefix="answering")
        self._waiting: dict[Id, Future[None]] = {}
        self._at_once: Mapping[str, Handler] = {
            "ping": lambda _: None,
            "hello": self._hello,
            "jobs": lambda _: [job.snapshot() for job in self._all_jobs()],
            "pause": lambda params: self._each_lane(Lane.pause, params),
            "resume": lambda params: self._each_lane(Lane.resume, params),
            "cancel": lambda params: self._each_lane(Lane.cancel, params),
            "visible": lambda params: self._first.put(params.photo_ids()),
            "quiet": self._be_quiet,
            "watch": lambda _: self._watch.begin(),
            "$/cancel": self._drop,
        }
        self._starting: Mapping[str, tuple[Callable[[Params], Job], Lane, bool]] = {
            "index": (self._work.index, self._jobs, True),
            "retry": (self._work.retry, self._jobs, True),
            "teach": (self._work.teach, self._jobs, False),
            "learn": (self._work.learn, self._jobs, True),
            "pack_use": (self._work.pack_use, self._jobs, False),
            "pack_get": (self._work.pack_get, self._fetching, False),
            "pack_remove": (self._work.pack_remove, self._fetching, False),
        }
        self._later: Mapping[str, tuple[Handler, ThreadPoolExecutor]] = {
            "search": (self._search, self._searches),
            "warm": (self._warm, self._searches),
            "ask": (lambda params: answers.ask(familiar, params), self._others),
            "locate": (lambda params: answers.locate(familiar, params), self._others),
            "packs": (lambda params: answers.packs(familiar, params), self._others),
        }

    def serve(self) -> bool:
        """Answer until the wire ends; then end in order. False when something would not end."""
        try:
            for message in self._wire.messages():
                self._take(message)
        except SystemExit:
            pass  # told to end by a signal, which is as good as the wire's end
        return self._end()

    def _take(self, message: Message) -> None:
        params = Params(message.params)
        if message.method in self._later:
            handler, pool = self._later[message.method]
            future = pool.submit(self._answer, message, handler, params)
            if message.expects_answer:
                self._waiting[message.id] = future
                future.add_done_callback(lambda done: self._over(message.id, done))
        elif message.method in self._starting:
            self._answer(message, lambda params: self._start(message.method, params), params)
        elif message.method in self._at_once:
            self._answer(message, self._at_once[message.method], params)
        elif message.expects_answer:
            self._wire.refuse(message.id, wire.NO_METHOD, f"There is no method {message.method}.")

    def _answer(self, message: Message, handler: Handler, params: Params) -> None:
        """Do what was asked and say how it went; nothing that goes wrong in it goes further."""
        code, text = wire.REFUSED, ""
        try:
            result = handler(params)
        except BadParams as error:
            code, text = wire.BAD_PARAMS, str(error)
        except FamiliarError as error:
            text = str(error)
        except Exception as error:
            _log.exception("a request failed: %s", message.method)
            code, text = wire.FAULT, fault(error)
        if not message.expects_answer:
            return
        if text:
            self._wire.refuse(message.id, code, text)
        else:
            self._wire.answer(message.id, result)

    def _over(self, asked: Id, done: Future[None]) -> None:
        if self._waiting.get(asked) is done:
            del self._waiting[asked]
        if done.cancelled():
            self._wire.refuse(asked, wire.CANCELLED, "Nobody waits for this any more.")

    def _start(self, method: str, params: Params) -> dict[str, str]:
        make, lane, together = self._starting[method]
        job = lane.submit(
            make(params), together=together, paused=params.flag("paused", default=False)
        )
        return {"job": job.id}

    def _hello(self, _: Params) -> dict[str, Any]:
        return {
            "version": __version__,
            "protocol": wire.PROTOCOL,
            "home": str(self._familiar.library.home),
            "pack": self._familiar.pack_name,
            "pid": os.getpid(),
            "interrupted": self._interrupted,
        }

    def _search(self, params: Params) -> dict[str, Any]:
        return self._finder.search(
            params.text("query"), params.number("limit", least=1), params.number("offset", 0)
        )

    def _warm(self, _: Params) -> None:
        """A search loads all that searches need."""
        self._finder.search("a photo", 1)

    def _be_quiet(self, params: Params) -> None:
        if params.flag("on", default=True):
            self._quiet.set()
        else:
            self._quiet.clear()

    def _gently(self, job: Job) -> bool:
        """Whether a job leaves the machine room; its models then get one core, or all again."""
        gently = not job.waited_for and (self._quiet.is_set() or self._power.on_battery())
        threads.go_gently(gently)
        return gently

    def _drop(self, params: Params) -> None:
        """A request is not wanted any more; one that is being answered still is."""
        named = isinstance(params.given("id"), str)
        waiting = self._waiting.get(params.text("id") if named else params.number("id"))
        if waiting is not None:
            waiting.cancel()

    def _each_lane(self, change: Callable[[Lane, str], bool], params: Params) -> bool:
        job_id = params.text("job")
        return any(change(lane, job_id) for lane in (self._jobs, self._fetching))

    def _all_jobs(self) -> list[Job]:
        return sorted([*self._jobs.jobs(), *self._fetching.jobs()], key=lambda job: job.number)

    def _job_changed(self, job: Job) -> None:
        if job.state in ENDED:
            self._finder.settle()
        self._announcer.job(job.id, job.snapshot)

    def _end(self) -> bool:
        """Stop everything at the next batch; whether it all stopped in time."""
        lanes = (self._jobs, self._fetching)
        for lane in lanes:
            lane.close()
        for pool in (self._searches, self._others):
            pool.shutdown(wait=False, cancel_futures=True)
        ended = [self._watch.end(PATIENCE), *(lane.join(PATIENCE) for lane in lanes)]
        ended += [_shut(pool, PATIENCE) for pool in (self._searches, self._others)]
        self._announcer.close()
        return all(ended)


def _shut(pool: ThreadPoolExecutor, seconds: float) -> bool:
    """Wait for a pool's thread to end; whether it has."""
    waiting = threading.Thread(target=pool.shutdown, daemon=True)
    waiting.start()
    waiting.join(seconds)
    return not waiting.is_alive()


def _interrupted(familiar: Familiar) -> list[str]:
    """Kinds of jobs that an earlier process was at when it was killed; they are noted as ended."""
    library = familiar.library
    try:
        with only_writer(library.home):
            kinds = [job.kind for job in library.jobs.running()]
            library.jobs.interrupt_running()
    except Busy:  # they are going on, in another process
        return []
    return kinds
