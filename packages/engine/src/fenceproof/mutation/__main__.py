"""`python -m fenceproof.mutation`."""

import sys

from fenceproof.mutation import main

sys.exit(main())
