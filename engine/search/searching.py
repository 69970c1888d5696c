"""Answering queries: conditions from the library, meaning from the vector index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from engine.concepts.captioning import caption_version, embed_edits
from engine.library.library import Library
from engine.library.sightings import Sighting
from engine.library.templates import render
from engine.search import ranking
from engine.search.conditions import Conditions
from engine.search.meanings import open_vectors
from engine.search.query import Known, Query, parse
from engine.search.vectors import Ids, Vectors
from engine.search.words import EMPTY_WORDS, bare, contains_phrase, words

if TYPE_CHECKING:
    from engine.models.packs import LoadedPack


@dataclass(frozen=True)
class Hit:
    """A photo that answers a query: its score (higher is better) and why it is here."""

    photo_id: int
    score: float
    why: list[str]


@dataclass(frozen=True)
class Results:
    """A query as it was understood, and its hits, best first; `total` counts those beyond the
    limit too: every photo that meets the conditions, or where there are none, that is ranked."""

    query: Query
    hits: list[Hit] = field(default_factory=list)
    total: int = 0


class Searcher:
    """Searches one library. What it read stays in memory until `refresh`."""

    def __init__(self, library: Library, pack: LoadedPack) -> None:
        self._library = library
        self._pack = pack
        self._shelf = _Shelf(library)
        self._vectors: Vectors | None = None
        self._held = 0

    def refresh(self, *, vectors: bool = True) -> None:
        """Forget what was read, since the library has changed; without `vectors`, only in what
        the owner said: names, people, favourites, folders taken out."""
        self._shelf = _Shelf(self._library)
        if vectors or self._library.photos.count() < self._held:
            self._vectors = None

    def search(self, texts: Sequence[str], limit: int) -> list[Results]:
        """Answer many queries at once; their meanings are encoded together."""
        shelf = self._shelf
        queries = [self._understand(text) for text in texts]
        within = [shelf.meeting(query) if query.conditions else None for query in queries]
        answers = [
            Results(query, total=len(shelf.ids if chosen is None else chosen))
            for query, chosen in zip(queries, within, strict=True)
        ]
        meant = [at for at, query in enumerate(queries) if query.meaning]
        for at, query in enumerate(queries):
            if not query.meaning:
                chosen = within[at]
                allowed = shelf.ids if chosen is None else chosen
                answers[at].hits.extend(self._by_certainty(query, allowed, limit))
        if meant and limit > 0:
            fused = self._fused([queries[at].meaning for at in meant])
            free = [row for row, at in enumerate(meant) if within[at] is None]
            if free:
                ids, scores = self.vectors.search(fused[free], limit)
                for row, some, marks in zip(free, ids, scores, strict=True):
                    at = meant[row]
                    found = [(int(i), float(s)) for i, s in zip(some, marks, strict=True) if i >= 0]
                    answers[at].hits.extend(self._explained(queries[at], found))
            for row, at in enumerate(meant):
                chosen = within[at]
                if chosen is not None:
                    found = self._by_meaning(queries[at], fused[row : row + 1], chosen, limit)
                    answers[at].hits.extend(self._explained(queries[at], found))
        return answers

    @property
    def vectors(self) -> Vectors:
        """The vector index, brought up to date when first needed."""
        if self._vectors is None:
            encoder = self._pack.encoder
            captions = caption_version(self._pack.vlm.version, encoder.version)
            embed_edits(self._library, encoder, captions)
            self._held = self._library.photos.count()
            self._vectors = open_vectors(self._library, encoder.version, captions)
        return self._vectors

    def _understand(self, text: str) -> Query:
        query = self._parse(text)
        for name in list(query.albums):
            saved = self._shelf.conditions.saved_search(name)
            if saved is not None:
                query.albums.remove(name)
                query.include(self._parse(saved))
        return query

    def _parse(self, text: str) -> Query:
        known, knows = self._shelf.known, self._shelf.conditions.knows
        query = parse(text, known, knows=knows)
        if query.guessed_dates and not any(map(query.dates.holds, self._shelf.taken.values())):
            # "1984 on a wall": a number that dates no photo is rather something in the picture
            return parse(text, known, guess_dates=False, knows=knows)
        return query

    def _fused(self, meanings: Sequence[str]) -> ranking.Vectors:
        encoder = self._pack.encoder
        different = list(dict.fromkeys(meanings))
        mean = self.vectors.mean_caption
        sentences = np.empty((len(different), 0), dtype=np.float32)
        if len(mean):  # a library without captions has nothing to compare sentences with
            sentences = encoder.encode_sentences(different)
        fused = ranking.fuse(encoder.encode_texts(different), sentences, mean)
        place = {text: row for row, text in enumerate(different)}
        return fused[[place[text] for text in meanings]]

    def _by_meaning(
        self, query: Query, fused: ranking.Vectors, within: set[int], limit: int
    ) -> list[tuple[int, float]]:
        """Photos within the conditions, by meaning and a little by how sure their names are."""
        chosen: Ids = np.fromiter(within, np.int64, len(within))
        ids, scores = self.vectors.search(fused, max(10 * limit, 200), chosen)
        marked = []
        for one, score in zip(ids[0].tolist(), scores[0].tolist(), strict=True):
            if one >= 0:
                sure, confirmed = self._shelf.certainty(query, one)
                marked.append((one, score + ranking.certainty(sure, confirmed)))
        # Those whose pictures are not encoded yet come last, but they do come.
        unseen = within - {one for one, _ in marked} if len(within) <= len(ids[0]) else set()
        marked.sort(key=lambda pair: (-pair[1], pair[0]))
        marked += [(one, -1.0) for one in self._shelf.newest_first(unseen)]
        return marked[:limit]

    def _by_certainty(self, query: Query, ids: Iterable[int], limit: int) -> list[Hit]:
        """Without meaning: confirmed first, then the surest, then the newest."""
        sure = {one: self._shelf.certainty(query, one) for one in ids}
        ordered = self._shelf.newest_first(sure)
        ordered.sort(key=lambda one: (not sure[one][1], -sure[one][0]))
        return self._explained(query, [(one, sure[one][0]) for one in ordered[:limit]])

    def _explained(self, query: Query, found: Sequence[tuple[int, float]]) -> list[Hit]:
        shelf = self._shelf
        shelf.read_captions([one for one, _ in found])
        asked = {bare(word.folded) for word in words(query.meaning)} - EMPTY_WORDS
        return [Hit(one, round(score, 4), shelf.why(query, one, asked)) for one, score in found]


class _Shelf:
    """What one generation of searches has read from the library, each thing once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.conditions = Conditions(library)
        self._sightings: dict[int, dict[int, Sighting]] = {}
        self._captions: dict[int, str] = {}
        self._written: dict[int, str] = {}
        self._words: dict[int, list[tuple[str, str]]] = {}

    @cached_property
    def known(self) -> list[Known]:
        return [Known(one.id, one.name, one.noun) for one in self._library.concepts.all()]

    @cached_property
    def names(self) -> dict[int, str]:
        return self._library.concepts.shown_names()

    @cached_property
    def ids(self) -> set[int]:
        return set(self._library.photos.ids())

    @cached_property
    def taken(self) -> dict[int, str]:
        return self._library.info.taken()

    @cached_property
    def modified(self) -> dict[int, int]:
        return dict(self._library.photos.modified())

    def seen(self, concept_id: int) -> dict[int, Sighting]:
        """Photos in which a concept counts as seen: recognised or confirmed."""
        if concept_id not in self._sightings:
            self._sightings[concept_id] = {
                one.photo_id: one
                for one in self._library.sightings.of_concept(concept_id)
                if one.named
            }
        return self._sightings[concept_id]

    def meeting(self, query: Query) -> set[int]:
        """The photos that meet a query's conditions."""
        chosen = set(self.ids)
        for clause in query.wanted:
            chosen &= set().union(
                *(set.intersection(*(set(self.seen(one)) for one in group)) for group in clause)
            )
        for one in query.unwanted:
            chosen -= set(self.seen(one))
        if query.favourite:
            chosen &= set(self._library.photos.favourites())
        if query.rating:
            chosen &= self._library.hints.rated(query.rating)
        for place in query.places:
            chosen &= self.conditions.in_place(place)
        for album in query.albums:
            chosen &= self.conditions.in_album(album)
        for kind in query.types:
            chosen &= self.conditions.of_type(kind)
        if query.dates:
            chosen = {one for one in chosen if query.dates.holds(self.taken.get(one))}
        if query.phrases:
            self.read_captions(sorted(chosen))
            chosen = {
                one
                for one in chosen
                if all(self._where(one, text) is not None for text in query.phrases)
            }
        return chosen

    def certainty(self, query: Query, photo_id: int) -> tuple[float, bool]:
        """How sure the least sure of the wanted names is, and whether all were confirmed."""
        wanted = {one for clause in query.wanted for group in clause for one in group}
        found = [self.seen(one)[photo_id] for one in wanted if photo_id in self.seen(one)]
        if not found:
            return 0.0, False
        confirmed = all(one.state == "confirmed" for one in found)
        return 1.0 if confirmed else min(one.score for one in found), confirmed

    def newest_first(self, ids: Iterable[int]) -> list[int]:
        """Photos by when they were taken, the undated ones after by their files' times."""
        return sorted(
            ids,
            key=lambda one: (self.taken.get(one, ""), self.modified.get(one, 0), one),
            reverse=True,
        )

    def read_captions(self, ids: Sequence[int]) -> None:
        missing = [one for one in dict.fromkeys(ids) if one not in self._captions]
        if missing:
            found = self._library.captions.many(missing)
            hints = self._library.hints.many(missing)
            for one in missing:
                caption = found.get(one)
                self._captions[one] = render(caption.template, self.names) if caption else ""
                self._written[one] = hints[one].words if one in hints else ""

    def why(self, query: Query, photo_id: int, asked: Collection[str]) -> list[str]:
        """The reasons a photo is among the results; `asked` are the folded words of the meaning."""
        reasons = []
        for one in sorted({one for clause in query.wanted for grp in clause for one in grp}):
            sighting = self.seen(one).get(photo_id)
            if sighting is not None:
                sure = (
                    "confirmed by you"
                    if sighting.state == "confirmed"
                    else f"{sighting.score:.0%} sure"
                )
                reasons.append(f"{self.names[one]}, {sure}")
        if query.unwanted:
            reasons.append("without " + ", ".join(self.names[one] for one in query.unwanted))
        caption = self._captions[photo_id]
        reasons += [
            f"its {self._where(photo_id, phrase) or 'caption'} has “{phrase}”"
            for phrase in query.phrases
        ]
        if query.dates:
            reasons.append(f"taken {self.taken[photo_id][:10]}")
        if query.favourite:
            reasons.append("one of your favourites")
        if query.rating:
            stars = self._library.hints.get(photo_id).rating or 0
            reasons.append(f"rated {stars} of 5 stars")
        reasons += [f"taken in {place}" for place in query.places]
        reasons += [f"in “{album}”" for album in query.albums]
        if query.meaning:
            if photo_id not in self._words:
                self._words[photo_id] = [(bare(w.folded), w.text) for w in words(caption)]
            shared = [text for folded, text in self._words[photo_id] if folded in asked]
            if shared:
                reasons.append("its caption says " + ", ".join(dict.fromkeys(shared)))
            reasons.append(f"looks like “{query.meaning}”")
        return reasons

    def _where(self, photo_id: int, phrase: str) -> str | None:
        """Whether a photo's caption or what others wrote about it has a phrase; None if neither."""
        if contains_phrase(self._captions[photo_id], phrase):
            return "caption"
        return "description" if contains_phrase(self._written[photo_id], phrase) else None
