"""Many rows in the form in which PostgreSQL copies them in.

They are put together by few loops, none of them Python's own. The driver goes value by value, and meanwhile
the database waits for it.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial

from sqlalchemy import Boolean, Connection, Date, DateTime, Dialect, Integer, String, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Row = Sequence[object]
Names = tuple[str, ...]
ColumnWriter = Callable[[Row], Iterable[str]]


def ready_copy(
    dialect: Dialect, table: Table, names: Names, columns: Sequence[Row]
) -> Callable[[Connection], None]:
    """What copies the columns into the table; nothing is left to do but to hand them over."""
    preparer = dialect.identifier_preparer
    statement = f"COPY {preparer.format_table(table)} ({', '.join(map(preparer.quote, names))}) FROM STDIN"
    text = copied([table.c[name].type for name in names], columns)
    return partial(_copy, statement=statement, text=text, columns=columns if text is None else ())


def _copy(connection: Connection, statement: str, text: bytes | None, columns: Sequence[Row]) -> None:
    from psycopg import Error

    try:
        with connection.connection.driver_connection.cursor() as cursor, cursor.copy(statement) as copy:
            if text is not None:
                copy.write(text)
            for row in zip(*columns, strict=True):
                copy.write_row(row)
    except Error as fault:
        raise DBAPIError.instance(statement, None, fault, Error, dialect=connection.dialect) from fault


def copied(types: Sequence[TypeEngine], columns: Sequence[Row]) -> bytes | None:
    """All rows as COPY reads them. None where one of the types is left to the driver."""
    writers = list(map(_writer, types))
    if None in writers:
        return None
    shared, count = shared_places(columns), len(columns[0])
    written = (
        tuple(_in_column(column[:1], write)) * count if place in shared else _in_column(column, write)
        for place, (column, write) in enumerate(zip(columns, writers, strict=True))
    )
    return "\n".join([*map("\t".join, zip(*written, strict=True)), ""]).encode()


def shared_places(columns: Sequence[Row]) -> tuple[int, ...]:
    """Which columns have the same value in every row: it is written or given once, a third less to do."""
    return tuple(
        place
        for place, column in enumerate(columns)
        if column[0] == column[-1] and column.count(column[0]) == len(column)
    )


def _in_column(column: Row, write: ColumnWriter) -> Iterable[str]:
    if None not in column:
        return write(column)
    stated = iter(write([value for value in column if value is not None]))
    return [r"\N" if value is None else next(stated) for value in column]


_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _escaped(column: Row) -> Iterable[str]:
    """Hardly ever needed, so it is looked for in all at once."""
    together = "".join(column)
    if any(map(together.__contains__, "\\\t\n\r")):
        return [value.translate(_ESCAPES) for value in column]
    return column


# The days and instants of a file are few: each is written once.
_one_of_few = lru_cache(5_000)(str)

_WRITERS: dict[type[TypeEngine], ColumnWriter] = {
    String: _escaped,
    Integer: partial(map, str),
    Boolean: partial(map, {True: "t", False: "f"}.__getitem__),
    Date: partial(map, _one_of_few),
    DateTime: partial(map, _one_of_few),
}


def _writer(kind: TypeEngine) -> ColumnWriter | None:
    kind = getattr(kind, "impl", kind)
    return next((write for known, write in _WRITERS.items() if isinstance(kind, known)), None)
