"""What `pulumi up` runs."""

import sys
from pathlib import Path

# Pulumi runs this folder as a program; the packages stand one level up.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from infra.program import run

run()
