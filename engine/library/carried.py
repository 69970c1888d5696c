"""Names that files carry: somebody gave them to faces in another program. Offers, not decisions."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from engine.errors import UsageError
from engine.library.concepts import Concept, Concepts
from engine.library.identity import now
from engine.library.merges import Merges
from engine.library.names import clean, fold
from engine.library.sightings import SUGGESTED, Sightings
from engine.library.store import Store, id_list
from engine.library.strangers import Strangers
from engine.library.tags import Box, same_face

PERSON, PET = "person", "pet"

_COLUMNS = "folded, name, kind, photo_id, x0, y0, x1, y1"
_FEW = 500
"""Photos about which it costs less to ask than to find out which of them need asking about."""


class CarriedFace(NamedTuple):
    """A named face in a photo; box: fractions of the upright picture."""

    photo_id: int
    box: Box


@dataclass(frozen=True)
class CarriedName:
    """A name as files write it most often, and where they do, the largest face first.

    kind: person or pet; concept_id: who bears it already, None where nobody does; bearer: what
    these are called by the owner, who may have given them another name.
    """

    name: str
    folded: str
    kind: str
    concept_id: int | None
    bearer: str | None
    faces: tuple[CarriedFace, ...]


class _Region(NamedTuple):
    folded: str
    name: str
    kind: str
    photo_id: int
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def box(self) -> Box:
        return (self.x0, self.y0, self.x1, self.y1)


class CarriedNames:
    """The regions of index.db that bear names, and what the owner said of them in library.db.

    A face is open while neither the owner nor a recogniser knows who it is, and the owner has not
    said that its name is not wanted.
    """

    def __init__(
        self,
        catalogue: Store,
        index: Store,
        merges: Merges,
        concepts: Concepts,
        sightings: Sightings,
        strangers: Strangers,
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._merges = merges
        self._concepts = concepts
        self._sightings = sightings
        self._strangers = strangers

    def all(self) -> list[CarriedName]:
        """The names with open faces, those in most photos first."""
        bearers, hidden = self._bearers()
        refused, nowhere = self._refused()
        regions = self._regions(
            "folded NOT IN (SELECT value FROM json_each(?))", json.dumps([*nowhere, *hidden])
        )
        gone = self._gone() if regions else set()
        known: dict[str, list[_Region]] = {}
        unknown: list[_Region] = []
        for folded, group in groupby(regions, key=itemgetter(0)):
            some = [
                one
                for one in group
                if one.photo_id not in gone and (folded, one.photo_id) not in refused
            ]
            if folded in bearers:
                settled = self._settled(bearers[folded])
                known[folded] = [one for one in some if one.photo_id not in settled]
            else:
                unknown += some
        unknown = self._of_nobody(unknown)
        by_name = known | {
            folded: list(group) for folded, group in groupby(unknown, key=itemgetter(0))
        }
        return self._names(by_name, bearers)

    def of_photo(self, photo_id: int) -> list[CarriedName]:
        """Those open in one photo, each with its one face; none that is suggested there, since
        that is asked already."""
        regions = self._regions("photo_id = ?", photo_id)
        if not regions:
            return []
        bearers, hidden = self._bearers()
        refused, nowhere = self._refused()
        seen = {one.concept_id for one in self._sightings.of_photo(photo_id)}
        some = [
            one
            for one in regions
            if one.folded not in hidden | nowhere
            and (one.folded, photo_id) not in refused
            and bearers.get(one.folded) not in seen
        ]
        return self._names({one.folded: [one] for one in self._of_nobody(some)}, bearers)

    def refuse(self, name: str, photo_id: int | None = None) -> bool:
        """This name is not wanted, in one photo or in any; False if that was known."""
        return self._put(name, photo_id, None)

    def offer(self, name: str, photo_id: int | None = None) -> None:
        """Undo `refuse`."""
        self._catalogue.run(
            "DELETE FROM names_in_files WHERE folded = ? AND photo_id IS ? AND concept_id IS NULL",
            (fold(name), photo_id),
        )

    def bear(self, name: str, concept_id: int) -> bool:
        """This name means that concept, whatever it is called later; False if that was known."""
        return self._put(name, None, concept_id)

    def bear_no_more(self, name: str) -> None:
        """Undo `bear`."""
        self._catalogue.run(
            "DELETE FROM names_in_files WHERE folded = ? AND concept_id IS NOT NULL",
            (fold(name),),
        )

    def clearest(self, carried: CarriedName, most: int) -> list[CarriedFace]:
        """The faces to learn from: large ones, and before others those that were found there."""
        some = carried.faces[: 4 * most]
        rows = self._index.rows(
            "SELECT photo_id, x0, y0, x1, y1 FROM faces"
            " WHERE photo_id IN (SELECT value FROM json_each(?))",
            (id_list(one.photo_id for one in some),),
        )
        found: dict[int, list[Box]] = defaultdict(list)
        for photo_id, *box in rows:
            found[photo_id].append((box[0], box[1], box[2], box[3]))

        def missed(one: CarriedFace) -> bool:
            return not any(same_face(box, one.box) for box in found[one.photo_id])

        return sorted(some, key=missed)[:most]

    def _put(self, name: str, photo_id: int | None, concept_id: int | None) -> bool:
        folded = fold(name)
        if not folded:
            raise UsageError("A name cannot be empty.")
        try:
            return bool(
                self._catalogue.run(
                    "INSERT INTO names_in_files (folded, photo_id, concept_id, said_at)"
                    " VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE"
                    " SET concept_id = excluded.concept_id"
                    " WHERE concept_id IS NOT excluded.concept_id",
                    (folded, photo_id, concept_id, now()),
                )
            )
        except sqlite3.IntegrityError as error:
            raise UsageError("There is no such photo, or nobody by that name.") from error

    def _regions(self, condition: str, value: int | str) -> list[_Region]:
        """Regions by folded name, the largest in pixels first."""
        rows = self._index.rows(
            f"SELECT {_COLUMNS} FROM named_regions LEFT JOIN info USING (photo_id)"
            f" WHERE {condition}"
            " ORDER BY folded, (x1 - x0) * (y1 - y0) * width * height DESC, photo_id",
            (value,),
        )
        return [_Region._make(row) for row in rows]

    def _refused(self) -> tuple[set[tuple[str, int]], set[str]]:
        """The names that are not wanted: in a photo, and in any."""
        rows = self._catalogue.rows(
            "SELECT folded, photo_id FROM names_in_files WHERE concept_id IS NULL"
        )
        here = {(folded, photo_id) for folded, photo_id in rows if photo_id is not None}
        return here, {folded for folded, photo_id in rows if photo_id is None}

    def _gone(self) -> set[int]:
        rows = self._catalogue.rows(
            "SELECT id FROM photos WHERE id NOT IN (SELECT photo_id FROM places)"
        )
        return {row[0] for row in rows}

    def _bearers(self) -> tuple[dict[str, int], set[str]]:
        """Who bears which name; and which of the names are those of someone hidden."""
        rows = self._catalogue.rows(
            "SELECT folded, id, merged_into IS NULL FROM concepts WHERE removed_at IS NULL"
            " UNION ALL SELECT folded, concept_id, 2 FROM names_in_files"
            " WHERE concept_id IS NOT NULL ORDER BY 3"
        )
        roots = self._merges.roots()
        there: dict[int, Concept] = {one.id: one for one in self._concepts.all()}
        # What was said of a name outweighs who is called so, and that who was called so.
        bearers = {
            folded: roots[concept_id]
            for folded, concept_id, _ in rows
            if roots[concept_id] in there
        }
        return bearers, {folded for folded, one in bearers.items() if there[one].hidden}

    def _settled(self, concept_id: int) -> set[int]:
        """The photos about which it is known whether they show someone."""
        seen = self._sightings.of_concept(concept_id)
        return {one.photo_id for one in seen if one.state != SUGGESTED}

    def _of_nobody(self, regions: Sequence[_Region]) -> list[_Region]:
        """Those of the regions that show nobody who is seen there, nor a stranger."""
        boxes: dict[int, list[Box]] = defaultdict(list)
        ids = {one.photo_id for one in regions}
        if len(ids) > _FEW:
            ids &= self._looked_into()
        for photo_id, seen in self._sightings.of_photos(sorted(ids)).items():
            boxes[photo_id] += [one.box for one in seen if one.named and one.box is not None]
        for photo_id, strangers in self._strangers.of_photos(sorted(ids)).items():
            boxes[photo_id] += [one.box for one in strangers]
        return [
            one
            for one in regions
            if one.photo_id not in boxes
            or not any(same_face(box, one.box) for box in boxes[one.photo_id])
        ]

    def _looked_into(self) -> set[int]:
        """The photos with regions in which anybody is seen, tagged or set aside."""
        seen = self._index.rows(
            "SELECT DISTINCT photo_id FROM scores"
            " WHERE photo_id IN (SELECT photo_id FROM named_regions)"
        )
        said = self._catalogue.rows(
            "SELECT photo_id FROM tags UNION SELECT photo_id FROM decisions"
            " UNION SELECT photo_id FROM strangers"
        )
        return {row[0] for row in (*seen, *said)}

    def _names(
        self, by_name: Mapping[str, Sequence[_Region]], bearers: Mapping[str, int]
    ) -> list[CarriedName]:
        called = self._concepts.names()
        found = []
        for folded, some in by_name.items():
            written = Counter(one.name for one in some).most_common(1)
            name = _as_a_name(written[0][0]) if written else None
            if name is None:
                continue
            pets = sum(one.kind == PET for one in some)
            kind = PET if 2 * pets > len(some) else PERSON
            concept_id = bearers.get(folded)
            bearer = None if concept_id is None else called[concept_id]
            faces = tuple(CarriedFace(one.photo_id, one.box) for one in some)
            found.append(CarriedName(name, folded, kind, concept_id, bearer, faces))
        return sorted(found, key=lambda one: (-len(one.faces), one.folded))


def _as_a_name(written: str) -> str | None:
    """The name, fit to be a concept's; None where it cannot be."""
    try:
        return clean(written)
    except UsageError:
        return None
