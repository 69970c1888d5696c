"""What the suite says in the end: for each kind of fault how often it was tried, at what cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.faults.working import Ended

_SHOWN = 12


@dataclass
class Row:
    """One kind of fault. wrong: whatever else went wrong, in words; remarks: how it was done."""

    kind: str
    tried: int = 0
    photos: int = 0
    decisions: int = 0
    twice: int = 0
    wrong: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def green(self) -> bool:
        return bool(self.tried) and not (self.photos or self.decisions or self.twice or self.wrong)

    def count(self, ended: Ended) -> None:
        """Add what a run lost or repeated."""
        self.photos += len(ended.lost)
        self.twice += len(ended.repeated)
        self.wrong += [f"no longer known: {path}" for path in ended.lost]
        self.wrong += [f"done twice: {step}" for step in ended.repeated]

    def compare(self, differing: tuple[Sequence[str], Sequence[str]]) -> None:
        """Add how a library differs from that of an undisturbed run; see `differences`."""
        photos, rest = differing
        self.photos += len(photos)
        self.wrong += [*photos, *rest]

    def forget(self, sayings: Sequence[int]) -> None:
        """Add what was said and is not known any more."""
        self.decisions += len(sayings)
        self.wrong += [f"forgotten: saying {one}" for one in sayings]


def table(rows: Sequence[Row]) -> str:
    """All kinds, and all together."""
    head = ("kind of fault", "tried", "photos lost", "decisions lost", "stages done twice")
    total = Row("all together")
    for row in rows:
        total.tried += row.tried
        total.photos += row.photos
        total.decisions += row.decisions
        total.twice += row.twice
    lines = [
        (row.kind, *map(str, (row.tried, row.photos, row.decisions, row.twice)))
        for row in (*rows, total)
    ]
    widths = [max(len(line[column]) for line in (head, *lines)) for column in range(len(head))]
    rule = "  ".join("-" * width for width in widths)

    def shown(line: Sequence[str]) -> str:
        first, *rest = zip(line, widths, strict=True)
        return "  ".join([first[0].ljust(first[1]), *(text.rjust(width) for text, width in rest)])

    return "\n".join([shown(head), rule, *map(shown, lines[:-1]), rule, shown(lines[-1])])


def remarks(rows: Sequence[Row]) -> str:
    """What there is to say besides, kind by kind; of faults the first few."""
    lines = []
    for row in rows:
        lines += [f"{row.kind}: {one}" for one in row.remarks]
        lines += [f"{row.kind}: WRONG: {one}" for one in row.wrong[:_SHOWN]]
        if len(row.wrong) > _SHOWN:
            lines.append(f"{row.kind}: WRONG: and {len(row.wrong) - _SHOWN} more")
    return "\n".join(lines)
