"""`python -m ascolta`."""

from ascolta.cli import main

main()
