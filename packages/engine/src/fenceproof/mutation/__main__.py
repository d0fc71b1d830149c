"""`python -m fenceproof.mutation` is `fenceproof mutants`."""

import sys

from fenceproof.cli import main

sys.exit(main(["mutants", *sys.argv[1:]]))
