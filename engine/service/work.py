"""What each kind of job does, and how it goes on after it was set aside."""

from __future__ import annotations

import functools
import itertools
import operator
import os
from collections.abc import Callable
from typing import Any

from engine.errors import NoRoom
from engine.familiar import Familiar
from engine.indexing.lock import Busy
from engine.indexing.pipeline import Indexed
from engine.indexing.scanner import Touched
from engine.indexing.teaching import Learning, Teaching
from engine.library.concepts import KINDS
from engine.service.jobs import AT_ONCE, FRESH, PATIENT, PROMPT, Job, Run
from engine.service.params import BadParams, Params

SOON = 1.0
"""Seconds until what began by itself is tried again while another Familiar is at work."""

ROOM_AGAIN = 60.0
"""Likewise when a disk is full."""

PutOff = Callable[[Touched, float], None]
"""Takes where to look again, and in how many seconds."""

_UNCERTAIN = 12
_numbers = itertools.count(1)


class Work:
    """Makes jobs of requests."""

    def __init__(self, familiar: Familiar) -> None:
        self._familiar = familiar

    def index(self, params: Params) -> Job:
        """Look at everything new; several that wait are one."""
        captions = params.flag("captions", default=True)
        return _job(params, "index", PATIENT, self._index, batch=[{"captions": captions}])

    def retry(self, params: Params) -> Job:
        """Likewise, after forgetting what could not be done."""
        return _job(
            params, "index", PATIENT, self._index, batch=[{"captions": True, "retry": True}]
        )

    def watched(self, touched: Touched, put_off: PutOff) -> Job:
        """Look where the watcher says; what cannot be done now is put off."""
        job = _job(
            Params({}), "index", PATIENT if touched.everything else FRESH,
            functools.partial(self._keep_up, put_off=put_off),
            batch=[{"captions": True, "touched": touched}],
        )  # fmt: skip
        job.asked = False
        return job

    def teach(self, params: Params) -> Job:
        """Learn someone from photos."""
        name, kind, examples = params.text("name"), params.text("kind"), params.examples("photos")
        if kind not in KINDS:
            raise BadParams(f"kind is one of {', '.join(KINDS)}.")
        tagged = params.flag("again", default=False)
        concept_id = params.number("concept_id") if params.has("concept_id") else None
        # Who is known by a number was tagged before they were to be learned.
        memory = Teaching(tagged=tagged or concept_id is not None, concept_id=concept_id)
        return _job(
            params, "teach", PROMPT, self._teach, name,
            batch=[(name, kind, examples)], memory=memory,
        )  # fmt: skip

    def learn(self, params: Params) -> Job:
        """Learn from what the owner decided; several that wait are one."""
        concept_id = params.number("concept_id")
        concept = self._familiar.library.concepts.get(concept_id)
        return _job(
            params, "learn", AT_ONCE, self._learn, None if concept is None else concept.name,
            batch=[(concept_id, params.photo_ids())],
        )  # fmt: skip

    def pack_use(self, params: Params) -> Job:
        """Work with another pack from now on."""
        return self._of_pack(params, "pack_use", self._use)

    def pack_get(self, params: Params) -> Job:
        """Download a pack."""
        return self._of_pack(params, "pack_get", self._get)

    def pack_remove(self, params: Params) -> Job:
        """Delete what was downloaded of a pack."""
        return self._of_pack(params, "pack_remove", self._remove)

    def _of_pack(self, params: Params, kind: str, run: Run) -> Job:
        name = params.text("name")
        return _job(params, kind, PROMPT, run, name, batch=[name])

    def _index(self, job: Job) -> dict[str, Any]:
        if job.memory is None:
            if any(one.get("retry") for one in job.batch):
                self._familiar.library.stages.retry()
            job.memory = Indexed()
        captions = any(one["captions"] for one in job.batch)
        done = self._familiar.index(
            captions=captions,
            touched=_touched(job),
            progress=job.note,
            cancel=job.control,
            result=job.memory,
        )
        return {
            "files": done.files,
            "added": done.added,
            "looked": done.looked,
            "captioned": done.captioned,
            "away": done.away,
            "troubles": len(done.troubles),
        }

    def _keep_up(self, job: Job, put_off: PutOff) -> dict[str, Any]:
        try:
            done = self._index(job)
        except (Busy, NoRoom) as error:
            touched = _touched(job) or Touched(everything=True)
            put_off(touched, SOON if isinstance(error, Busy) else ROOM_AGAIN)
            if job.asked or isinstance(error, NoRoom):
                raise
            return {}  # another Familiar is doing it
        if job.urgency == PATIENT:
            self._familiar.get_ready()
        return done

    def _teach(self, job: Job) -> dict[str, Any]:
        ((name, kind, examples),) = job.batch
        taught = self._familiar.teach(
            name, kind, examples, progress=job.note, cancel=job.control, result=job.memory
        )
        job.subject = taught.concept.name  # it may be another by now
        unsure = [
            one
            for one in self._familiar.library.sightings.of_concept(taught.concept.id)
            if one.state == "suggested"
        ]
        unsure.sort(key=lambda one: (abs(one.score - 0.5), one.photo_id))
        return {
            "concept_id": taught.concept.id,
            "tagged": taught.tagged,
            "recognised": taught.recognised,
            "suggested": taught.suggested,
            "captioned": taught.captioned,
            "uncertain": [str(one.photo_id) for one in unsure[:_UNCERTAIN]],
        }

    def _learn(self, job: Job) -> dict[str, Any]:
        if job.memory is None:
            job.memory = Learning()
        decided: dict[int, set[int]] = {}
        for concept_id, photo_ids in job.batch:
            decided.setdefault(concept_id, set()).update(photo_ids)
        learned = self._familiar.learn(
            decided, progress=job.note, cancel=job.control, result=job.memory
        )
        return {"learned": learned, "captioned": job.memory.captioned}

    def _use(self, job: Job) -> dict[str, Any]:
        (name,) = job.batch
        changed = self._familiar.use_pack(name, progress=job.note, cancel=job.control)
        return {"changed": changed}

    def _get(self, job: Job) -> dict[str, Any]:
        from engine.models.downloads import Downloads
        from engine.models.packs import find

        (name,) = job.batch
        Downloads().get(find(name), job.note, job.control)
        return {}

    def _remove(self, job: Job) -> dict[str, Any]:
        from engine.commands.packs import discard

        (name,) = job.batch
        return {"freed": discard(name, self._familiar.pack_name)}


def _touched(job: Job) -> Touched | None:
    """Where an `index` job looks; None for everywhere, as when somebody asked for it."""
    places = [one.get("touched") for one in job.batch]
    return None if None in places else functools.reduce(operator.or_, places)


def _job(
    params: Params,
    kind: str,
    urgency: int,
    run: Run,
    subject: str | None = None,
    *,
    batch: list[Any],
    memory: Any = None,
) -> Job:
    """A job with the id that the request gives it, or one of its own."""
    job_id = params.text("job") if params.has("job") else f"{os.getpid()}-{next(_numbers)}"
    return Job(job_id, kind, subject, urgency, run, batch, memory)
