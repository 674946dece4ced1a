"""Frames: a table of published figures for Arrow, pandas or polars. The extra `frames` brings what makes them."""

import importlib
import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ascolta.core.sheet import Column, Sheet
from ascolta.errors import AscoltaError


def installed(*names: str) -> bool:
    """Whether these packages are there."""
    return all(importlib.util.find_spec(name) is not None for name in names)


@dataclass(frozen=True, slots=True)
class Frame:
    """One table. Whatever reads Arrow's C stream, such as DuckDB, takes it as it is."""

    sheet: Sheet

    @property
    def name(self) -> str:
        """What is in it, in a word."""
        return self.sheet.name

    @property
    def columns(self) -> Sequence[Column]:
        """The columns, each with what stands in it and what that says."""
        return self.sheet.columns

    def __len__(self) -> int:
        return len(self.sheet.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Row by row, as dictionaries; days are numbers since 1970."""
        names = [column.name for column in self.columns]
        return (dict(zip(names, row, strict=True)) for row in self.sheet.rows)

    def __repr__(self) -> str:
        return f"<{self.name}: {len(self)} rows of {', '.join(column.name for column in self.columns)}>"

    def arrow(self) -> Any:
        """A pyarrow.Table. Raises AscoltaError where pyarrow is missing."""
        return self._made("arrow", "pyarrow")

    def pandas(self) -> Any:
        """A pandas.DataFrame. Raises AscoltaError where pandas is missing."""
        return self._made("pandas", "pyarrow", "pandas")

    def polars(self) -> Any:
        """A polars.DataFrame. Raises AscoltaError where polars is missing."""
        return self._made("polars", "pyarrow", "polars")

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return self.arrow().__arrow_c_stream__(requested_schema)

    def _made(self, kind: str, *needed: str) -> Any:
        missing = [name for name in ("narwhals", *needed) if not installed(name)]
        if missing:
            raise AscoltaError(f"a frame needs {missing[0]}; install it with: pip install 'ascolta[frames]'")
        return getattr(importlib.import_module("ascolta.arrow"), kind)(self.sheet)
