"""The facade: everything Familiar can do with one library, for the command line and the desktop.

A model is loaded when something first needs it, never to open, add, show or list.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from engine import cards
from engine.cards import AlbumCard, Card, Found, Results, Status
from engine.errors import FamiliarError
from engine.library import Library
from engine.library.folders import Folder
from engine.library.people import Person
from engine.library.settings import PACK
from engine.news import Tell, to_nobody
from engine.pointing import Which, Who, concept_of, photo_of
from engine.progress import Cancel, Report, silent

if TYPE_CHECKING:
    from engine.asking import Answer
    from engine.concepts.enrolment import Taught
    from engine.household import Household
    from engine.indexing.order import First
    from engine.indexing.pipeline import Indexed, Indexer
    from engine.indexing.scanner import Touched
    from engine.indexing.teaching import Example, Learning, Teaching
    from engine.locating import Location
    from engine.models.packs import LoadedPack
    from engine.models.protocols import Turn
    from engine.search.searching import Searcher

_log = logging.getLogger(__name__)


class Familiar:
    """One open library and the pack that works on it.

    tell: hears what work changes in the library; first: photos that indexing takes before others.
    """

    def __init__(self, library: Library, pack: LoadedPack | None = None) -> None:
        self.library = library
        self.tell: Tell = to_nobody
        self.first: First | None = None
        self._given = pack
        self._opened: LoadedPack | None = None
        self._opening = threading.Lock()

    @classmethod
    def open(
        cls, home: Path | str | None = None, *, create: bool = True, whole: bool = False
    ) -> Familiar:
        """Open the library in `home` (default: FAMILIAR_HOME, or the system's place); `whole`
        looks for damage everywhere."""
        from engine.home import home_folder

        return cls(Library.open(home_folder(home), create=create, whole=whole))

    def close(self) -> None:
        """Close the library."""
        self.library.close()

    def __enter__(self) -> Familiar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pack(self) -> LoadedPack:
        """The pack in use; its parts load when first used."""
        if self._given is not None:
            return self._given
        from engine.models import packs

        with self._opening:
            if self._opened is None:
                self._opened = packs.load(self.pack_name)
            return self._opened

    @property
    def pack_name(self) -> str:
        """The name of the pack in use, whether or not it can be loaded."""
        if self._given is not None:
            return self._given.name
        from engine.models.packs import DEFAULT

        return self.library.settings.get(PACK) or DEFAULT

    def use_pack(
        self, name: str, *, progress: Report = silent, cancel: Cancel | None = None
    ) -> bool:
        """Make a pack the one in use, for this library; whether it was another one before.

        What the one before saw and wrote is shown until `index` has replaced it. Raises, with the
        one before still in use, UsageError when there is no such pack and PackError when it is not
        here, damaged, or too large for this machine.
        """
        from engine.models import packs

        pack = packs.prepare(name, report=progress, cancel=cancel)
        if name == self.pack_name:
            return False
        self.library.settings.put(PACK, name)
        self._given = None
        self._opened = pack
        self.__dict__.pop("_searcher", None)
        return True

    def add(self, *folders: Path) -> list[Folder]:
        """Look after these folders from now on; `index` then looks at their photos.

        Raises FamiliarError, before any is added, when one is not a folder.
        """
        for folder in folders:
            if not os.path.exists(folder):
                raise FamiliarError(f"There is no folder {folder}.")
            if not os.path.isdir(folder):
                raise FamiliarError(f"{folder} is not a folder.")
        return [self.library.folders.add(folder.absolute()) for folder in folders]

    def index(
        self,
        *,
        captions: bool = True,
        touched: Touched | None = None,
        progress: Report = silent,
        cancel: Cancel | None = None,
        result: Indexed | None = None,
    ) -> Indexed:
        """Look at everything new or changed, or only at what is in the touched folders; goes on
        where it was stopped (see Indexer.run)."""
        try:
            indexer = self._indexer(progress, cancel)
            return indexer.run(captions=captions, touched=touched, result=result)
        finally:
            self._changed()

    def get_ready(self) -> None:
        """Load what looking at photos takes, for who waits for photos to come, and has nothing else
        to do; not beside `index`. What is wrong with the pack is left to its first use."""
        import numpy as np

        blank = np.zeros((64, 64, 3), np.uint8)
        try:
            self.pack.encoder.encode_pictures([blank])
            self.pack.faces.analyse(blank)
        except Exception as error:
            _log.warning("The models are not ready yet (%s).", type(error).__name__)

    def let_go(self, folder: Path) -> int:
        """The photos of an offline folder that are not there were deleted: they leave the library,
        and can be had back for thirty days; how many files."""
        from engine.indexing.missing import let_go

        try:
            return let_go(self.library, folder.absolute())
        finally:
            self._changed()

    def teach(
        self,
        name: str,
        kind: str,
        photos: Sequence[Path | Example],
        *,
        progress: Report = silent,
        cancel: Cancel | None = None,
        result: Teaching | None = None,
    ) -> Taught:
        """Learn a person, pet or thing from photos of it, and find it in the whole library.

        Photos that are not in the library yet are added first. A name that is known, of the same
        kind, learns from these photos too. result: see `engine.indexing.teaching.teach`.
        """
        from engine.indexing.teaching import teach

        try:
            indexer = self._indexer(progress, cancel)
            return teach(
                self.library, self.pack, indexer, name, kind, photos, tell=self.tell, result=result
            )
        finally:
            self._changed()

    def decide(self, photo: Which, name: Who, state: str, progress: Report = silent) -> Card:
        """Note that `name` is ("confirmed") or is not ("rejected") in a photo, once and for all.

        The decision is kept at once; then the recogniser learns from it.
        """
        concept, photo_id = concept_of(self.library, name), photo_of(self.library, photo)
        self.library.decisions.decide(concept.id, photo_id, state)
        self.learn({concept.id: [photo_id]}, progress=progress)
        return self._card(photo_id)

    def learn(
        self,
        decided: Mapping[int, Collection[int]],
        *,
        progress: Report = silent,
        cancel: Cancel | None = None,
        result: Learning | None = None,
    ) -> bool:
        """Learn from decisions that are in the library already: photo ids by concept id.

        False when another process is at work: the next indexing then does it.
        """
        from engine.indexing.teaching import learn_from_decisions

        try:
            indexer = self._indexer(progress, cancel)
            return learn_from_decisions(self.library, self.pack, indexer, decided, result=result)
        finally:
            self._changed()

    def search(self, query: str, limit: int = 20) -> list[Found]:
        """The photos that answer a query, best first."""
        return self.search_many([query], limit)[0].found

    def search_many(self, queries: Sequence[str], limit: int = 20) -> list[Results]:
        """Answer queries; many at once cost little more than one."""
        answers = self._searcher.search(queries, limit)
        ids = list(dict.fromkeys(hit.photo_id for answer in answers for hit in answer.hits))
        known = {card.photo_id: card for card in cards.photos(self.library, ids)}
        return [
            Results(
                answer.query,
                [
                    Found(known[hit.photo_id], hit.score, hit.why)
                    for hit in answer.hits
                    if hit.photo_id in known
                ],
            )
            for answer in answers
        ]

    def show(self, photo: Which) -> Card:
        """All that is known of a photo."""
        return self._card(photo_of(self.library, photo))

    def ask(self, photo: Which, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Answer a question about a photo: from what is known of it (see `engine.asking`), else by
        the pack's model if it converses; history: what was asked about this photo before."""
        from engine.asking import answer
        from engine.conversing import converse
        from engine.search.query import Known

        known = [Known(one.id, one.name, one.noun) for one in self.library.concepts.all()]
        card = self.show(photo)
        return answer(
            question,
            card,
            known,
            lambda: converse(self.library, self.pack, card.photo_id, question, history),
        )

    def locate(
        self,
        photo: Which,
        who: Who,
        heatmap: Path | None = None,
        *,
        heat: bool = False,
        heat_of: str | None = None,
        layer: int | None = None,
    ) -> Location:
        """Where someone is in a photo, with a `heat` map if asked; `heatmap` names a PNG of it.

        heat_of and layer say what it is of (see `engine.locating.locate`).
        """
        from engine.locating import draw, locate

        concept, photo_id = concept_of(self.library, who), photo_of(self.library, photo)
        with_heat = heat or heatmap is not None
        location = locate(
            self.library,
            self.pack,
            photo_id,
            concept,
            with_heat=with_heat,
            heat_of=heat_of,
            layer=layer,
        )
        if heatmap is not None:
            draw(self.library, photo_id, location, heatmap)
        return location

    def export(self) -> Iterator[Card]:
        """Every photo that lies somewhere, first found first."""
        return cards.photos(self.library, self.library.photos.ids())

    def people(self) -> list[Person]:
        """Everyone and everything that was taught, in the order it was."""
        return cards.people(self.library)

    def albums(self) -> list[AlbumCard]:
        """One album for everyone who is in a photo, one for each trip, and the owner's own."""
        return cards.albums(self.library)

    def status(self) -> Status:
        """How the library is."""
        return cards.status(self.library, self.pack_name)

    @cached_property
    def household(self) -> Household:
        """Groups of unnamed faces, the review, merging and splitting, trips."""
        from engine.household import Household

        return Household(self.library, self)

    @cached_property
    def _searcher(self) -> Searcher:
        from engine.search.searching import Searcher

        return Searcher(self.library, self.pack)

    def _indexer(self, report: Report, cancel: Cancel | None) -> Indexer:
        from engine.indexing.pipeline import Indexer

        cancel = cancel or Cancel()
        return Indexer(self.library, self.pack, report, cancel, tell=self.tell, first=self.first)

    def _changed(self) -> None:
        if "_searcher" in self.__dict__:
            self._searcher.refresh()

    def _card(self, photo_id: int) -> Card:
        return next(cards.photos(self.library, [photo_id]))
