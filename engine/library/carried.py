"""Names that files carry: somebody gave them to faces in another program. Offers, not decisions."""

# ruff: noqa: S608 (put together from this package's constants; values are always bound)

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.errors import UsageError
from engine.library.concepts import Concept, Concepts
from engine.library.identity import now
from engine.library.merges import Merges
from engine.library.names import clean, fold
from engine.library.photos import Photos
from engine.library.sightings import SUGGESTED, Sighting, Sightings
from engine.library.store import Row, Store, id_list
from engine.library.strangers import Strangers
from engine.library.tags import Box, area, shared

PERSON, PET = "person", "pet"

_COLUMNS = "folded, name, kind, photo_id, x0, y0, x1, y1"
_SAME = 0.3
"""How much two boxes share of what they cover together, from which on they show the same face."""


@dataclass(frozen=True)
class CarriedFace:
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


@dataclass(frozen=True)
class _Region:
    folded: str
    name: str
    kind: str
    face: CarriedFace


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
        photos: Photos,
        sightings: Sightings,
        strangers: Strangers,
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._merges = merges
        self._concepts = concepts
        self._photos = photos
        self._sightings = sightings
        self._strangers = strangers

    def all(self) -> list[CarriedName]:
        """The names with open faces, those in most photos first."""
        regions = self._regions("1", ())
        here = self._photos.present({one.face.photo_id for one in regions})
        regions = [one for one in regions if one.face.photo_id in here]
        bearers, hidden = self._bearers({one.folded for one in regions})
        left: list[_Region] = []
        unknown: list[_Region] = []
        for folded, some in self._wanted(regions).items():
            if folded in hidden:
                continue
            if folded in bearers:
                seen = self._sightings.of_concept(bearers[folded])
                known = {one.photo_id for one in seen if one.state != SUGGESTED}
                left += [one for one in some if one.face.photo_id not in known]
            else:
                unknown += some
        left += self._nobody_known(unknown)
        return self._names(left, bearers)

    def of_photo(self, photo_id: int) -> list[CarriedName]:
        """Those open in one photo, each with its one face; none that is suggested there, since
        that is asked already."""
        regions = self._regions("photo_id = ?", (photo_id,))
        if not regions:
            return []
        bearers, hidden = self._bearers({one.folded for one in regions})
        seen = {one.concept_id for one in self._sightings.of_photo(photo_id)}
        some = [one for kept in self._wanted(regions).values() for one in kept]
        some = [
            one for one in some if one.folded not in hidden and bearers.get(one.folded) not in seen
        ]
        return self._names(self._nobody_known(some), bearers)

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
            return all(shared(box, one.box) < _SAME for box in found[one.photo_id])

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

    def _regions(self, condition: str, values: Row) -> list[_Region]:
        rows = self._index.rows(f"SELECT {_COLUMNS} FROM named_regions WHERE {condition}", values)
        return [_Region(row[0], row[1], row[2], CarriedFace(row[3], row[4:8])) for row in rows]

    def _wanted(self, regions: Iterable[_Region]) -> Mapping[str, list[_Region]]:
        """The regions, by folded name, without those that the owner does not want."""
        refused = set(
            self._catalogue.rows(
                "SELECT folded, photo_id FROM names_in_files WHERE concept_id IS NULL"
            )
        )
        found: dict[str, list[_Region]] = defaultdict(list)
        for one in regions:
            said = (one.folded, None), (one.folded, one.face.photo_id)
            if refused.isdisjoint(said):
                found[one.folded].append(one)
        return found

    def _bearers(self, folded: Collection[str]) -> tuple[dict[str, int], set[str]]:
        """Who bears these names; and which of the names are those of someone hidden."""
        rows = self._catalogue.rows(
            "SELECT folded, id, merged_into IS NULL FROM concepts WHERE removed_at IS NULL"
            " UNION ALL SELECT folded, concept_id, 2 FROM names_in_files"
            " WHERE concept_id IS NOT NULL ORDER BY 3"
        )
        roots = self._merges.roots()
        there: dict[int, Concept] = {one.id: one for one in self._concepts.all()}
        bearers: dict[str, int] = {}
        # What was said of a name outweighs who is called so, and that who was called so.
        for name, concept_id, _ in rows:
            if name in folded and roots[concept_id] in there:
                bearers[name] = roots[concept_id]
        return bearers, {name for name, one in bearers.items() if there[one].hidden}

    def _nobody_known(self, regions: Sequence[_Region]) -> list[_Region]:
        """Those of the regions that show nobody who is seen there, nor a stranger."""
        ids = list(dict.fromkeys(one.face.photo_id for one in regions))
        seen: Mapping[int, list[Sighting]] = self._sightings.of_photos(ids)
        strangers = self._strangers.of_photos(ids)

        def taken(photo_id: int) -> Iterable[Box]:
            for sighting in seen.get(photo_id, ()):
                if sighting.named and sighting.box is not None:
                    yield sighting.box
            for stranger in strangers.get(photo_id, ()):
                yield stranger.box

        return [
            one
            for one in regions
            if all(shared(box, one.face.box) < _SAME for box in taken(one.face.photo_id))
        ]

    def _names(self, regions: Iterable[_Region], bearers: Mapping[str, int]) -> list[CarriedName]:
        by_name: dict[str, list[_Region]] = defaultdict(list)
        for one in regions:
            by_name[one.folded].append(one)
        size = self._sizes({one.face.photo_id for some in by_name.values() for one in some})
        called = self._concepts.names()
        found = []
        for folded, some in by_name.items():
            name = _as_a_name(Counter(one.name for one in some).most_common(1)[0][0])
            if name is None:
                continue
            faces = sorted((one.face for one in some), key=size, reverse=True)
            pets = sum(one.kind == PET for one in some)
            kind = PET if 2 * pets > len(some) else PERSON
            concept_id = bearers.get(folded)
            bearer = None if concept_id is None else called[concept_id]
            found.append(CarriedName(name, folded, kind, concept_id, bearer, tuple(faces)))
        return sorted(found, key=lambda one: (-len(one.faces), one.folded))

    def _sizes(self, photo_ids: Iterable[int]) -> Callable[[CarriedFace], tuple[float, int]]:
        """How large a face is, in pixels."""
        rows = self._index.rows(
            "SELECT photo_id, width * height FROM info"
            " WHERE photo_id IN (SELECT value FROM json_each(?))",
            (id_list(photo_ids),),
        )
        pixels: dict[int, int] = dict(rows)
        return lambda one: (area(one.box) * pixels.get(one.photo_id, 0), one.photo_id)


def _as_a_name(written: str) -> str | None:
    """The name, fit to be a concept's; None where it cannot be."""
    try:
        return clean(written)
    except UsageError:
        return None
