"""What a planted bug is."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """One line that is wrong: where, as it is and as it is planted, and what that would do to a person or a brand.

    `tests` are those that should notice, asked first; if none does, all tests of the area are asked.
    """

    name: str
    file: str
    old: str
    new: str
    harm: str
    tests: tuple[str, ...]

    def path(self, root: Path) -> Path:
        """The file in a tree."""
        return root / "src" / "ascolta" / self.file

    def planted(self, source: str) -> str:
        """The file's text with the bug in it. Raises LookupError if the line does not stand there exactly once."""
        found = source.count(self.old)
        if found != 1:
            raise LookupError(f"'{self.name}': the line stands {found} times in {self.file}; plant the bug anew")
        return source.replace(self.old, self.new)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A part of the house with its bugs, and all tests that are about it."""

    name: str
    about: str
    wider: tuple[str, ...]
    bugs: tuple[Bug, ...]
