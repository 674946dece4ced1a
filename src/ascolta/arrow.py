"""A table as Arrow has it, and from there as pandas or polars: the one file that needs them, through narwhals."""

from datetime import date
from typing import Any

import narwhals as nw

from ascolta.core.sheet import Holds, Sheet

EPOCH = date(1970, 1, 1).toordinal()
_TYPES: dict[Holds, nw.dtypes.DType] = {
    Holds.TEXT: nw.String(),
    Holds.DAY: nw.Date(),
    Holds.WHOLE: nw.Int64(),
    Holds.NUMBER: nw.Float64(),
    Holds.FLAG: nw.Boolean(),
}


def arrow(sheet: Sheet) -> Any:
    """The table in Arrow."""
    found = sheet.by_column
    values = {
        column.name: [_dated(day) for day in found[column.name]] if column.holds is Holds.DAY else found[column.name]
        for column in sheet.columns
    }
    types = {column.name: _TYPES[column.holds] for column in sheet.columns}
    return nw.from_dict(values, types, backend="pyarrow").to_native()


def pandas(sheet: Sheet) -> Any:
    """The table in pandas: dates as its own times, what is not shown as its missing values."""
    return arrow(sheet).to_pandas(date_as_object=False)


def polars(sheet: Sheet) -> Any:
    """The table in polars."""
    return nw.from_arrow(arrow(sheet), backend="polars").to_native()


def _dated(day: int | None) -> date | None:
    return None if day is None else date.fromordinal(EPOCH + day)
