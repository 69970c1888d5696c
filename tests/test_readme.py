"""README.md says what is there: every command, every make target, no dead link."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from engine.cli import parser

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_is_documented_and_every_documented_one_exists() -> None:
    [group] = (a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    table = README.split("| command |")[1].split("\n\n")[0]
    documented = {cell.split()[0] for cell in re.findall(r"`([^`]+)`", _first_cells(table))}
    assert documented == set(group.choices)


def _first_cells(table: str) -> str:
    return "\n".join(re.split(r"(?<!\\)\|", row)[1] for row in table.splitlines()[2:])


def test_every_command_and_option_explains_itself() -> None:
    [group] = (a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    for name, command in group.choices.items():
        assert command.description, name
        for action in command._actions:
            assert action.help, f"{name} {action.dest}"


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"(?:`|^    )make ([a-z]+)", README, re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_links_within_the_repository_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert links
    for link in links:
        assert link.startswith("https://") or (ROOT / link).exists(), link


def test_ci_runs_what_the_readme_says() -> None:
    developing = README.split("## Developing")[1]
    told = re.findall(r"^    (make \w+)", developing, re.MULTILINE)
    run = [line for line in (ROOT / ".ci/run").read_text().splitlines() if line.startswith("make")]
    assert sorted(told) == sorted(run)
