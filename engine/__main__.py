"""`python -m engine` is `familiar`."""

import sys

from engine.cli import main

sys.exit(main())
