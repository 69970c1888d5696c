"""Pictures for saved searches: what each of them finds first."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from desktop.context import Context
from desktop.widgets.picture_card import PictureCard


class SearchCovers:
    """Asks the engine once for each search; cards wait with their first letter."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: dict[str, int] = {}

    def forget(self) -> None:
        """What is found first may be another photo by now."""
        self._known.clear()

    def show(self, query: str, card: PictureCard) -> None:
        """Put what `query` finds first on a card, now or when it is found."""
        if query in self._known:
            card.show_cover(self._known[query])
            return
        request = self._context.engine.request(
            "search",
            {"query": query, "limit": 1},
            partial(self._take, query, card),
            lambda _: None,  # a letter will do
            again=True,
        )
        card.destroyed.connect(request.cancel)

    def _take(self, query: str, card: PictureCard, said: Mapping[str, Any]) -> None:
        for hit in said["hits"]:
            self._known[query] = int(hit["photo_id"])
            card.show_cover(self._known[query])
