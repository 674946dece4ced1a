"""A brand's etiquette.yaml as it stands, and another one put in its place at once."""

import os
from dataclasses import dataclass
from pathlib import Path

from ascolta.core.amend import digest_of
from ascolta.core.brand import Brand
from ascolta.errors import FileError
from ascolta.files.etiquette import FILE, shipped_text
from ascolta.files.reading import MAX_SIZE

MOVED = "was changed by somebody else meanwhile; look at what stands there now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands in a brand's etiquette.yaml, with its digest; without a file the shipped rules, and no digest."""

    text: str
    digest: str

    @property
    def is_shipped(self) -> bool:
        """Whether the brand has no etiquette of its own."""
        return not self.digest


def standing(folder: Path, brand: Brand) -> Standing:
    """What stands there now. Signs that are no UTF-8 are shown as such. Raises FileError if it cannot be read."""
    path = folder / FILE
    try:
        data = path.read_bytes() if path.exists() else None
    except OSError as error:
        raise FileError(path, None, f"cannot be read ({error.strerror})") from None
    if data is None:
        return Standing(text=shipped_text(brand.name, brand.handles[0] if brand.handles else brand.id), digest="")
    if len(data) > MAX_SIZE:
        raise FileError(path, None, "is larger than 1 MiB; a file of rules is smaller, so this is not one")
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    return Standing(text=text, digest=digest_of(text))


def put(folder: Path, brand: Brand, text: str, instead_of: str) -> Standing:
    """Write an etiquette in the place of that with a digest; what stood there. Raises FileError if another does.

    Whoever reads the file sees the old one or the new one, and never a part of it. One that says the same already is
    left as it is.
    """
    before = standing(folder, brand)
    if before.digest == digest_of(text):
        return before
    if before.digest != instead_of:
        raise FileError(folder / FILE, None, MOVED)
    path = (folder / FILE).resolve()
    partial = path.with_name(f".{FILE}.partial")
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise FileError(folder / FILE, None, f"cannot be written ({error.strerror}); look at its folder") from None
    return before


def _sync(folder: Path) -> None:
    """The name of the new file, on disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
