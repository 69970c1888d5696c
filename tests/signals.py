"""Programs that tests start hear the signals they are sent."""

from __future__ import annotations

import signal

from engine.stopping import SIGNALS


def hear_all() -> None:
    """For `preexec_fn`: whoever started the tests in the background may have had some ignored,
    which the programs would take over."""
    for one in SIGNALS:
        signal.signal(one, signal.SIG_DFL)
