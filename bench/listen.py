"""The whole flow, from a file of posts to cases in a store: posts a second, memory, and the same from Obsei.

python bench/listen.py                              one table; OBSEI_PYTHON=… adds the rows of Obsei
python bench/listen.py --memory --posts 10_000_000  memory while ten million posts go through
python bench/listen.py --record --seconds 30        delay at the rate of X's record, with 10,000 queries
"""

import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    runpy.run_module("bench.listening", run_name="__main__")
