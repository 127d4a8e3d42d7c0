"""What breaks a running system on purpose: the bed it stands in, the load on it, who restarts what dies, what came of it."""
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
for _place in (ROOT, ROOT / 'tests/lib'):
    if str(_place) not in sys.path:
        sys.path.insert(0, str(_place))
