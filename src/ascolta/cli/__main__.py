"""`python -m ascolta.cli`."""

from ascolta.cli import main

main()
