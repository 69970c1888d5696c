"""What each command does: asks the facade, and puts the answer into words or JSON."""

from __future__ import annotations

import argparse

from engine.commands import carried
from engine.commands.opening import library
from engine.commands.printing import (
    found_json,
    lines,
    print_card,
    print_found,
    print_json,
    print_table,
    say,
    tell,
)
from engine.errors import UsageError
from engine.terminal import ProgressLine, counted

STAGES = {
    "scan": "Finding photos",
    "look": "Looking at photos",
    "recognise": "Recognising",
    "group": "Grouping faces",
    "learn": "Learning",
    "caption": "Writing captions",
}
_HOW = {
    "region": "",
    "grounding": ", as the captioner's model says",
    "recogniser": ", about there",
    "attention": ", as far as the captioner's attention tells",
}


def add(options: argparse.Namespace) -> int:
    """Folders into the library."""
    with library(options, create=True) as familiar:
        there = {one.id for one in familiar.library.folders.all()}
        for folder in familiar.add(*options.folders):
            known = folder.id in there
            say(f"{folder.path} is in the library already." if known else f"Added {folder.path}.")
            there.add(folder.id)
    tell("`familiar index` looks at their photos.")
    return 0


def index(options: argparse.Namespace) -> int:
    """Everything new or changed through its stages."""
    from engine.commands.watching import Keeper, summary, tell_remarks

    with library(options) as familiar, ProgressLine(STAGES) as line:
        if options.watch:
            Keeper(familiar, not options.no_captions, line).keep()
        done = familiar.index(captions=not options.no_captions, progress=line.show)
        line.close()
        tell_remarks(done)
        say(summary(done))
        known = len(familiar.library.problems.all())
    if done.away:
        tell(f"{counted(done.away, 'photo')} cannot be reached right now.")
    if known and not done.troubles:
        tell(f"{counted(known, 'file')} with a remark from before; see `familiar status`.")
    return 1 if done.troubles else 0


def teach(options: argparse.Namespace) -> int:
    """A concept, from photos."""
    with library(options, create=True) as familiar, ProgressLine(STAGES) as line:
        taught = familiar.teach(options.name, options.kind, options.photos, progress=line.show)
    found = f"found in {counted(taught.recognised, 'more photo')}"
    unsure = f", perhaps in {taught.suggested:,} more" if taught.suggested else ""
    say(f"{taught.concept.name}: learned from {counted(taught.tagged, 'photo')}, {found}{unsure}.")
    return 0


def search(options: argparse.Namespace) -> int:
    """One query, or a file of them."""
    if (options.query is None) == (options.queries is None):
        raise UsageError("Give either a query or --queries FILE.")
    queries = [options.query] if options.queries is None else lines(options.queries)
    with library(options) as familiar:
        results = familiar.search_many(queries, options.limit)
    if options.queries is None:
        found = results[0].found
        if options.json:
            print_json([found_json(one) for one in found])
        else:
            print_found(found)
        return 0
    for query, answer in zip(queries, results, strict=True):
        if options.json:
            print_json({"query": query, "results": [found_json(one) for one in answer.found]})
        else:
            say(f"{query}:")
            print_found(answer.found)
    return 0


def show(options: argparse.Namespace) -> int:
    """One photo."""
    with library(options) as familiar:
        card = familiar.show(options.photo)
    if options.json:
        print_json(card.as_json())
    else:
        print_card(card)
    return 0


def ask(options: argparse.Namespace) -> int:
    """A question about one photo."""
    with library(options) as familiar:
        answer = familiar.ask(options.photo, options.question)
    if options.json:
        print_json({"answer": answer.text, "source": answer.source, "note": answer.note})
    else:
        say(answer.text)
        if answer.note:
            tell(answer.note)
    return 0


def locate(options: argparse.Namespace) -> int:
    """Where someone is in one photo."""
    from engine.asking import place_in_words

    if options.heatmap_of and options.heatmap is None:
        raise UsageError("Say where to draw it: --heatmap FILE.png.")
    if options.layer and options.heatmap_of != "attention":
        raise UsageError("--layer goes with --heatmap-of attention.")
    with library(options) as familiar:
        found = familiar.locate(
            options.photo,
            options.name,
            options.heatmap,
            heat_of=options.heatmap_of,
            layer=options.layer and options.layer - 1,
        )
    box = None if found.box is None else [round(edge, 4) for edge in found.box]
    if options.json:
        heatmap = None if options.heatmap is None else str(options.heatmap)
        print_json(
            {
                "name": found.name,
                "state": found.state,
                "score": round(found.score, 4),
                "box": box,
                "source": found.source,
                "heatmap": heatmap,
                "heat": found.heat_of if found.heat is not None else None,
            }
        )
        return 0
    if found.box is None:
        say(f"{found.name} is in the photo ({found.state}); where exactly is not known.")
    else:
        how = _HOW[found.source or "region"]
        say(f"{found.name} is {place_in_words(found.box)} ({found.state}{how}): {box}")
    return 0


def confirm(options: argparse.Namespace) -> int:
    """The owner says yes."""
    return _decide(options, "confirmed")


def reject(options: argparse.Namespace) -> int:
    """The owner says no."""
    return _decide(options, "rejected")


def people(options: argparse.Namespace) -> int:
    """Everyone and everything taught, or who could be."""
    if options.in_files:
        return carried.show(options)
    with library(options) as familiar:
        known = familiar.people()
        unnamed = familiar.library.groups.count()
    if options.json:
        print_json(
            [
                {
                    "name": one.concept.name,
                    "kind": one.concept.kind,
                    "noun": one.concept.noun,
                    "photos": one.photos,
                    "confirmed": one.confirmed,
                    "suggested": one.suggested,
                    "tagged": one.tagged,
                    "hidden": one.concept.hidden,
                }
                for one in known
            ]
        )
        return 0
    rows = [
        [one.concept.name, one.concept.kind, f"{one.photos:,}", f"{one.suggested:,}"]
        for one in known
    ]
    print_table(["Name", "Kind", "Photos", "To review"], rows, [2, 3], "Nobody was taught yet.")
    if unnamed:
        tell(f"{counted(unnamed, 'group')} of faces that look alike and have no name yet.")
    return 0


def albums(options: argparse.Namespace) -> int:
    """Albums."""
    with library(options) as familiar:
        found = familiar.albums()
    if options.json:
        print_json([one.as_json() for one in found])
        return 0
    rows = [
        [one.name, "" if one.photos is None else f"{one.photos:,}", one.query or "", one.made_by]
        for one in found
    ]
    headings = ["Album", "Photos", "Looks for", "Made by"]
    print_table(headings, rows, [1], "There are no albums yet.")
    return 0


def status(options: argparse.Namespace) -> int:
    """How the library is."""
    with library(options) as familiar:
        state = familiar.status()
    problems = [{"path": str(one.path), "reason": one.reason} for one in state.problems]
    if options.json:
        print_json(
            {
                "home": str(state.home),
                "pack": state.pack,
                "folders": [{"path": str(path), "there": there} for path, there in state.folders],
                "photos": state.photos,
                "people": state.concepts,
                "captions": state.captions,
                "stages": {
                    stage: {"done": done, "failed": failed}
                    for stage, (done, failed) in state.stages.items()
                },
                "running": [{"kind": kind, "done": done} for kind, done in state.jobs],
                "problems": problems,
            }
        )
        return 0
    say(f"Library in {state.home}, pack {state.pack}.")
    for path, there in state.folders:
        say(f"  {path}{'' if there else '  (not there right now)'}")
    say(
        f"{counted(state.photos, 'photo')}, {state.captions:,} captioned, "
        f"{counted(state.concepts, 'name')} taught."
    )
    rows = [[one["path"], one["reason"]] for one in problems]
    if rows:
        print_table(["File", "Remark"], rows, [], "")
    return 0


def export(options: argparse.Namespace) -> int:
    """Every photo, one JSON object a line."""
    with library(options) as familiar:
        for card in familiar.export():
            print_json(card.as_json())
    return 0


def demo(options: argparse.Namespace) -> int:
    """The tour."""
    from engine.commands import gui
    from engine.demo import tour

    if options.home is not None:
        raise UsageError("The demo has a library of its own; it takes no --home.")
    status = tour.run(photos=options.photos)
    if status == 0:
        home = tour.home_of(photos=options.photos)
        why = gui.missing()
        if why is None:
            say("\nThe window opens on this library.")
            gui.become_window(home)
        say(f"\n{why}\nThe same library in a window:  familiar --home {home} gui")
    return status


def _decide(options: argparse.Namespace, state: str) -> int:
    with library(options) as familiar, ProgressLine(STAGES) as line:
        card = familiar.decide(options.photo, options.name, state, line.show)
    say(f"{options.name} is {state} in {card.path}.")
    if card.caption:
        say(card.caption)
    return 0
