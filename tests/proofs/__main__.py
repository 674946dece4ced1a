"""Write the table of what was proved: `python -m tests.proofs`."""

from tests.proofs.table import PAGE, page

PAGE.write_text(page(), encoding="utf-8")
