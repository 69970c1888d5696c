"""What each kind of job does, and how it goes on after it was set aside."""

from __future__ import annotations

import itertools
import os
from typing import Any

from engine.familiar import Familiar
from engine.indexing.pipeline import Indexed
from engine.indexing.teaching import Teaching
from engine.service.jobs import AT_ONCE, PATIENT, PROMPT, Job, Run
from engine.service.params import BadParams, Params

KINDS = ("person", "pet", "thing")

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

    def teach(self, params: Params) -> Job:
        """Learn someone from photos."""
        name, kind, examples = params.text("name"), params.text("kind"), params.examples("photos")
        if kind not in KINDS:
            raise BadParams(f"kind is one of {', '.join(KINDS)}.")
        tagged = params.flag("again", default=False)
        return _job(
            params, "teach", PROMPT, self._teach, name,
            batch=[(name, kind, examples)], memory=Teaching(tagged=tagged),
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
            captions=captions, progress=job.note, cancel=job.control, result=job.memory
        )
        return {
            "files": done.files,
            "added": done.added,
            "looked": done.looked,
            "captioned": done.captioned,
            "away": done.away,
            "troubles": len(done.troubles),
        }

    def _teach(self, job: Job) -> dict[str, Any]:
        ((name, kind, examples),) = job.batch
        taught = self._familiar.teach(
            name, kind, examples, progress=job.note, cancel=job.control, result=job.memory
        )
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
            job.memory = Indexed()
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
