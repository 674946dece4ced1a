"""`ascolta`, also as `python -m ascolta`: the command is loaded here, so that Ctrl-C is quiet from the beginning."""

import importlib
import sys


def main() -> None:
    """Load the command and run it."""
    try:
        importlib.import_module("ascolta.cli").main()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
