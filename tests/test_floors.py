"""The house keeps its floors: imports point down, and everything imported is declared."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = sorted(path for top in ("engine", "desktop") for path in (ROOT / top).rglob("*.py"))


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    """import-linter over the contracts in `root`'s pyproject.toml."""
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False
    )


def test_imports_point_down() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("engine/library/__init__.py", "import engine.search"),
        ("engine/models/__init__.py", "from engine.familiar import Familiar"),
        ("engine/search/__init__.py", "import desktop"),
        ("engine/photos/__init__.py", "def f() -> None:\n    import cv2"),
        ("engine/photos/__init__.py", "import engine.library"),
        ("engine/somewhere_else.py", "import engine.cli"),
        ("desktop/__init__.py", "from engine.models import packs"),
        ("desktop/reading/__init__.py", "import desktop.window"),
    ],
)
def test_the_contracts_notice(tmp_path: Path, file: str, line: str) -> None:
    """Each kind of wrong import, put into an empty house with the same floors, is found."""
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    floors = [one for one in contracts["contracts"] if one["type"] == "layers"]
    modules = [
        f"{house}/{name.strip('( )')}"
        for floor in floors
        for house in floor["containers"]
        for layer in floor["layers"]
        for name in re.split("[|:]", layer)
    ]
    for folder in ("desktop", "engine", *modules):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").touch()
    (tmp_path / "engine/models/packs.py").write_text("import torch\n")
    assert lint_imports(tmp_path).returncode == 0
    (tmp_path / file).write_text(line + "\n")
    assert lint_imports(tmp_path).returncode != 0


def test_every_folder_of_code_is_a_package() -> None:
    """A folder without __init__.py would be passed over by the contracts."""
    folders = {path.parent for path in CODE}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def imported(path: Path) -> set[str]:
    """The first names of everything that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_everything_imported_is_declared() -> None:
    """Code uses no package that only happens to be installed because of another."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(each for extra in extras for each in extra)]
    declared = {_distribution(requirement) for requirement in wanted}
    providers = packages_distributions()
    strangers: dict[str, set[str]] = {}
    for path in CODE:
        for name in imported(path) - sys.stdlib_module_names - {"engine", "desktop"}:
            given_by = {_distribution(provider) for provider in providers.get(name, [name])}
            if not given_by & declared:
                strangers.setdefault(name, set()).add(str(path.relative_to(ROOT)))
    assert strangers == {}


def _distribution(requirement: str) -> str:
    name = re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()
