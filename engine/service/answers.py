"""Short requests: each is answered by a function of the facade, as data to be sent."""

from __future__ import annotations

from typing import Any

from engine.familiar import Familiar
from engine.service.params import Params


def ask(familiar: Familiar, params: Params) -> dict[str, Any]:
    """A question about a photo."""
    from engine.models.protocols import Turn

    history = [Turn(*one) for one in params.turns("history")]
    answer = familiar.ask(params.photo_id(), params.text("question"), history)
    return {"answer": answer.text, "source": answer.source, "note": answer.note}


def locate(familiar: Familiar, params: Params) -> dict[str, Any]:
    """Where someone is in a photo."""
    from engine.locating import ATTENTION, RECOGNISER

    wants_heat = params.flag("heat", default=False)
    heat_of = params.one_of("heat_of", (RECOGNISER, ATTENTION)) if params.has("heat_of") else None
    found = familiar.locate(
        params.photo_id(), params.number("concept_id"), heat=wants_heat, heat_of=heat_of
    )
    heat = None
    if wants_heat and found.heat is not None:
        rows, columns = found.heat.shape
        values = [round(float(value), 6) for value in found.heat.ravel()]
        heat = {"rows": rows, "columns": columns, "values": values}
    box = None if found.box is None else [float(edge) for edge in found.box]
    return {"box": box, "source": found.source, "heat": heat, "heat_of": found.heat_of}


def packs(familiar: Familiar, _: Params) -> list[dict[str, Any]]:
    """Every pack, as `familiar packs --json` lists them."""
    from engine.commands.packs import as_json
    from engine.models.downloads import Downloads
    from engine.models.machine import Machine
    from engine.models.packs import PACKS

    downloads, machine, used = Downloads(), Machine.look(), familiar.pack_name
    return [as_json(one, downloads, machine, used) for one in PACKS.values()]
