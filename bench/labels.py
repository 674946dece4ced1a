"""How good the labels are, beside peers on the same split, how calibrated, and how fast.

python bench/labels.py          all tables; ASCOLTA_DATA=FOLDER adds the public sets
"""

import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    runpy.run_module("bench.labelling", run_name="__main__")
