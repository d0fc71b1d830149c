"""What builds the site and counts its fences; the engine is found in packages/, installed or not."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "packages" / "engine" / "src"))
