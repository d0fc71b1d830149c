"""`python -m fenceproof` is the command `fenceproof`."""

import sys

from fenceproof.cli import main

sys.exit(main())
