"""Measures the window on libraries of 100,000 and 1,000,000 photos, made by script.

Their rows and thumbnails are as indexing leaves them, without models; the same few hundred drawn
pictures are used again and again. A million photos take some 9 GB of disk and minutes to make.

    python -m tests.benchmarks.desktop [--photos 100000 --photos 1000000] [--keep FOLDER]

Every figure stands beside the same work without Familiar (an empty window, or as many pictures
drawn on an empty widget), measured in the same run, since machines differ and drift.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).parents[2]
PEOPLE = (("Biscuit", "pet"), ("Ada", "person"), ("Momo", "pet"), ("Tom", "person"))
SIZE = 1280, 800
FRAME = 1 / 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, action="append", help="size of a library")
    parser.add_argument("--keep", type=Path, help="make the libraries here, or use those there")
    parser.add_argument("--data", type=Path, help="not needed; taken so that all are called alike")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child is not None:
        print(json.dumps({"bare": bare, "start": start, "use": use}[options.child](options.home)))
        return
    with tempfile.TemporaryDirectory(prefix="familiar-bench-") as temporary:
        base = options.keep or Path(temporary)
        for count in options.photos or (100_000, 1_000_000):
            measure(base / f"{count}", count)


def measure(home: Path, count: int) -> None:
    """Make a library unless it is there, and measure the window on it."""
    print(f"\n{count:,} photos")
    if not (home / "library.db").exists():
        make(home, count)
    # In turns, so that other work on the machine slows both.
    pairs = [(child("bare"), child("start", home)) for _ in range(5)]
    empty, starts = [one for one, _ in pairs], [one for _, one in pairs]
    show("an empty window, painted after", [one["painted"] for one in empty], "s")
    show("window painted after (1.0 s)", [one["painted"] for one in starts], "s")
    show("photos painted after", [one["photos"] for one in starts], "s")
    show("an empty window's memory", [one["memory"] for one in empty], "MB")
    show("memory, photos shown (300 MB)", [one["memory"] for one in starts], "MB")
    used = child("use", home)
    for name, value in used.items():
        print(f"  {name:46} {value}")


def make(home: Path, count: int) -> None:
    """A library with thumbnails of 512 x 384 pixels."""
    from tests.homes import drawn, fill

    began = time.monotonic()
    pictures = [drawn(number, quality=40) for number in range(200)]

    def report(done: int) -> None:
        print(f"\r  making the library: {done:,}", end="", file=sys.stderr, flush=True)

    fill(home, count, pictures, people=PEOPLE, report=report)
    print(file=sys.stderr)
    size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    print(f"  made in {time.monotonic() - began:.0f} s, {size / 1e9:.1f} GB")


def child(what: str, home: Path | None = None) -> dict[str, float]:
    """Run one measurement in a process of its own; a window starts only once."""
    command = [sys.executable, "-m", "tests.benchmarks.desktop", "--child", what]
    command += [] if home is None else ["--home", str(home)]
    environment = {**os.environ, "FAMILIAR_BENCH_BEGAN": repr(time.time())}
    # Compiled files are kept between two starts, as they are for everybody who uses Familiar.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(Path(tempfile.gettempdir()) / "familiar-bench-cache")
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def show(name: str, values: list[float], unit: str) -> None:
    """The middle of some measurements, and the range."""
    middle = statistics.median(values)
    print(f"  {name:46} {middle:.2f} {unit}  ({min(values):.2f} to {max(values):.2f})")


def since_start() -> float:
    """Seconds since the parent started this process."""
    return time.time() - float(os.environ["FAMILIAR_BENCH_BEGAN"])


def memory() -> float:
    """Resident memory of this process, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


# Each in a process of its own


def bare(_: Path) -> dict[str, float]:
    """An empty widget."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QWidget

    painted: list[float] = []

    class Empty(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            painted.append(since_start())

    app = QApplication([])
    widget = Empty()
    widget.resize(*SIZE)
    widget.show()
    QTimer.singleShot(300, app.exit)
    app.exec()
    return {"painted": painted[0], "memory": memory()}


def start(home: Path) -> dict[str, float]:
    """Familiar's own start, up to the photos; the engine is not started."""
    from PySide6.QtCore import QEvent, QObject, QTimer

    import desktop.app
    from desktop.grid.view import GridView
    from desktop.window import Window
    from tests.desktop.engine_fake import FakeEngine

    marks: dict[str, float] = {}

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                QTimer.singleShot(0, self.look)
            return False

        def look(self) -> None:
            marks.setdefault("painted", since_start())
            window = next(iter(one for one in app.topLevelWidgets() if isinstance(one, Window)))
            grid = window.findChild(GridView)
            thumbnails = window.context.thumbnails
            first, last = grid.in_sight() if grid is not None else (0, 0)
            if grid is not None and last > first and "photos" not in marks:
                ids = [grid.photos.photo_id(row) for row in range(first, last)]
                if all(thumbnails.pixmap(grid.picture(one)) for one in ids):
                    marks["photos"] = since_start()
                    QTimer.singleShot(1500, self.end)

        def end(self) -> None:
            marks["memory"] = memory()
            app.exit()

    app = desktop.app.application()
    watch = Watch()
    app.installEventFilter(watch)
    desktop.app.main(home, lambda _: FakeEngine())
    return marks


def use(home: Path) -> dict[str, str]:
    """Scrolling, jumping and typing in one window."""
    from desktop import navigation
    from desktop.app import application, use_time_well
    from desktop.context import Context
    from desktop.pages.library.page import LibraryPage
    from desktop.window import Window
    from tests.benchmarks.desktop_use import Use
    from tests.desktop.engine_fake import FakeEngine

    app = application()
    collector = use_time_well(app)
    context = Context.make(app, home, FakeEngine())
    window = Window(context)
    window.resize(*SIZE)
    context.navigation.go(navigation.LIBRARY)
    window.show()
    context.start()
    page = window.page
    assert isinstance(page, LibraryPage)
    measured = Use(page).all()
    window.close()
    context.close()
    collector.stop()
    return measured


if __name__ == "__main__":
    main()
