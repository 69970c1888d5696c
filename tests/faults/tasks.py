"""What Familiar is given to do in a run: the parts of one story; each can be begun anew."""

from __future__ import annotations

import threading

from tests.faults.counting import SAID
from tests.faults.owner import ADA, REX, Owner, sayings
from tests.faults.pictures import Pictures
from tests.faults.working import Task, Worker

__all__ = ["Task"]


def index(worker: Worker) -> None:
    """The first folder, from end to end."""
    worker.familiar.add(worker.pictures.first)
    worker.familiar.index()


def teach(worker: Worker) -> None:
    """A person and a pet."""
    worker.familiar.teach(ADA, "person", worker.pictures.of_ada)
    worker.familiar.teach(REX, "pet", worker.pictures.of_rex)


def say(worker: Worker) -> None:
    """The owner says this and that while the second folder is indexed; then it is learned from."""
    owner = Owner(worker.library, worker.pictures)
    failures: list[BaseException] = []

    def speak() -> None:
        try:
            for number in sayings(worker.pictures):
                if not owner.remembers(number):
                    owner.say(number)
                worker.notes.put(SAID, [number])
        except BaseException as error:
            failures.append(error)

    speaking = threading.Thread(target=speak)
    speaking.start()
    try:
        worker.familiar.add(worker.pictures.later)
        worker.familiar.index()
    finally:
        speaking.join()
    if failures:
        raise failures[0]
    if worker.pictures.taught:
        worker.familiar.learn(owner.decided())


def say_nothing(worker: Worker) -> None:
    """The second folder, while the owner is away."""
    worker.familiar.add(worker.pictures.later)
    worker.familiar.index()


def finish(worker: Worker) -> None:
    """Whatever is left to do."""
    worker.familiar.index()


def story(pictures: Pictures) -> dict[str, Task]:
    """A library's life, part by part."""
    parts: dict[str, Task] = {"index": index, "teach": teach, "say": say, "finish": finish}
    if not pictures.taught:
        del parts["teach"]
    return parts
