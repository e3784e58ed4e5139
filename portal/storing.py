"""Many rows at once: as they are, without an object for each, and stored while the next ones are made.

Whoever makes rows gives them on in parts. The database takes them in a thread of its own, two thousand in one
statement, and while it works Python is free to check, write and digest the next part: the second processor
of a machine does half of an import. Only one may use the connection: nothing is asked of the session before
the block ends (docs/decisions/037-storing-in-bulk.md).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from itertools import chain
from queue import Queue
from sys import getswitchinterval, setswitchinterval
from threading import Thread

from sqlalchemy import Boolean, Connection, Date, DateTime, Dialect, Select, Table, cast, func, insert, select
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from portal.copying import Names, Row, ready_copy, shared_places

ROWS_AT_ONCE = 2_048
"""In one statement, which on SQLite takes no more than MOST_VALUES values. After each the thread has to wait
for Python, as long as the other thread likes to go on: few large ones lose less than many small ones."""

MOST_VALUES = 32_766
FEW = 20
MANY_SHARE = 1_024
"""In as many rows it is looked for what all of them share; fewer would make statements of too many kinds."""
PARTS_WAITING = 10
USUAL_TURN, SHORT_TURN = getswitchinterval(), 0.001
"""So many seconds Python stays with one thread while another waits. The one that stores waits after every
statement; with the usual five thousandths it stood still for a third of its time."""
MANY_PAGES = -100_000
"""Kilobytes of pages that SQLite keeps meanwhile. With its usual two megabytes, what many rows change is
written out before it is committed, and read again, over and over."""

Form = Callable[[object], object]


@contextmanager
def storing(session: Session) -> Iterator["Store"]:
    """Rows are given on within; when it ends all of them are stored, or what went wrong is raised."""
    store = Store(session.connection())
    try:
        yield store
    except BaseException:
        store.give_up()
        raise
    store.end()


def insert_rows(session: Session, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Many rows that all name the same columns; they are stored when this returns."""
    if not rows:
        return
    names = tuple(rows[0])
    for part in _parts([tuple(map(row.__getitem__, names)) for row in rows]):
        _store(session.connection(), table, names, part)


def new_ids(session: Session, table: Table, count: int) -> range | list[int]:
    """Ids for rows to come, for whoever must know them before: on PostgreSQL out of the sequence, on SQLite,
    which has one writer at a time, those that follow the last. Not all of them need to be used."""
    if session.connection().dialect.name == "sqlite":
        last = session.scalar(select(func.max(table.c.id))) or 0
        return range(last + 1, last + 1 + count)
    # A question of its own: asked for within nextval, the name of the sequence is looked up for every id.
    sequence = select(cast(func.pg_get_serial_sequence(table.name, "id"), REGCLASS)).scalar_subquery()
    every = select(func.array_agg(func.nextval(sequence))).select_from(func.generate_series(1, count))
    return session.scalar(every) or []


def plain_rows(session: Session, query: Select) -> list[tuple]:
    """Very many rows of whole numbers and texts, as the driver gives them: half of asking for a hundred
    thousand is what is made of each on the way."""
    return session.connection().execute(query).cursor.fetchall()


class Store:
    """Takes rows in parts, in the order in which they must be stored."""

    def __init__(self, connection: Connection):
        self._connection = connection
        self._waiting: Queue[Callable[[Connection], None] | None] = Queue(PARTS_WAITING)
        self._thread: Thread | None = None
        self._fault: BaseException | None = None

    def add(self, table: Table, names: Names, rows: Sequence[Row]) -> None:
        """A part, which the giver does not touch any more. A few rows are stored there and then."""
        if not rows:
            return
        if self._thread is None:
            if len(rows) < ROWS_AT_ONCE:
                _store(self._connection, table, names, rows)
                return
            self._pages = _keep_pages(self._connection, MANY_PAGES)
            setswitchinterval(SHORT_TURN)
            self._thread = Thread(target=self._work, name="storing", daemon=True)
            self._thread.start()
        if self._fault:
            raise self._fault
        for part in _parts(rows):
            self._waiting.put(_ready(self._connection.dialect, table, names, part))

    def end(self) -> None:
        """Wait until all is stored."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None
            setswitchinterval(USUAL_TURN)
            _keep_pages(self._connection, self._pages)
        if self._fault:
            raise self._fault

    def give_up(self) -> None:
        """Nothing that still waits is stored: the transaction comes to nothing."""
        self._fault = self._fault or RuntimeError("given up")
        with suppress(BaseException):
            self.end()

    def _work(self) -> None:
        """Goes on taking parts after a fault, so that the giver finds a place, and stores none of them."""
        while store := self._waiting.get():
            if self._fault is None:
                try:
                    store(self._connection)
                except BaseException as fault:
                    self._fault = fault


def _keep_pages(connection: Connection, pages: int | None) -> int | None:
    """How many there were before."""
    if connection.dialect.name != "sqlite" or pages is None:
        return None
    before = connection.exec_driver_sql("PRAGMA cache_size").scalar()
    if not before < pages == MANY_PAGES:
        connection.exec_driver_sql(f"PRAGMA cache_size={pages}")
    return before


def _parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + ROWS_AT_ONCE] for start in range(0, len(rows), ROWS_AT_ONCE))


def _store(connection: Connection, table: Table, names: Names, rows: Sequence[Row]) -> None:
    """At most as many rows as one statement takes."""
    _ready(connection.dialect, table, names, rows)(connection)


def _ready(dialect: Dialect, table: Table, names: Names, rows: Sequence[Row]) -> Callable[[Connection], None]:
    """What stores them. SQLite works in the thread, PostgreSQL by itself: there the thread only hands over,
    and what it hands over is made before, so that the server need not wait for it."""
    if dialect.name == "sqlite":
        return partial(_store_on_sqlite, table=table, names=names, rows=rows)
    one, forms = _written_for(table, names, dialect)
    columns = _columns(rows, forms)
    if len(rows) >= FEW:
        return ready_copy(dialect, table, names, columns)
    few = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    return lambda connection: connection.exec_driver_sql(one, few)


def _columns(rows: Sequence[Row], forms: Sequence[tuple[int, Form]]) -> list[Row]:
    """In the driver's form, column by column: the loop is not Python's own."""
    columns = list(zip(*rows, strict=True))
    for place, form in forms:
        columns[place] = tuple(map(form, columns[place]))
    return columns


def _store_on_sqlite(connection: Connection, table: Table, names: Names, rows: Sequence[Row]) -> None:
    columns = _columns(rows, _written_for(table, names, connection.dialect)[1])
    stored, most = 0, MOST_VALUES // len(names)
    while rest := min(len(columns[0]) - stored, most):
        # Powers of two, so that a connection keeps few statements, whatever numbers of rows come.
        size = 1 << rest.bit_length() - 1
        part = [column[stored : stored + size] for column in columns]
        shared = shared_places(part) if size >= MANY_SHARE else ()
        own = [column for place, column in enumerate(part) if place not in shared]
        values = (*(part[place][0] for place in shared), *chain.from_iterable(zip(*own, strict=True)))
        connection.exec_driver_sql(_in_one(table, names, connection.dialect, size, shared), values)
        stored += size


@lru_cache(maxsize=100)
def _in_one(table: Table, names: Names, dialect: Dialect, size: int, shared: tuple[int, ...]) -> str:
    """One step of the driver for all rows: meanwhile Python is free. FAIL spares SQLite a journal for each
    statement; whatever fails ends the transaction anyway. What is shared stands first: `?` counts on from
    there."""
    quote = dialect.identifier_preparer.quote
    own = [name for place, name in enumerate(names) if place not in shared]
    columns = ", ".join(map(quote, [*(names[place] for place in shared), *own]))
    row = ", ".join([*(f"?{n}" for n in range(1, len(shared) + 1)), *("?" * len(own))])
    into = f"INSERT OR FAIL INTO {quote(table.name)} ({columns})"
    return f"{into} VALUES {', '.join([f'({row})'] * size)}"


@lru_cache(maxsize=100)
def _written_for(table: Table, names: Names, dialect: Dialect) -> tuple[str, list[tuple[int, Form]]]:
    """The statement for one row, and which of its values the driver cannot take as they are."""
    compiled = insert(table).inline().compile(dialect=dialect, column_keys=list(names))
    if set(compiled.params) != set(names):
        raise ValueError(f"{table.name}: a column with a default of ours is left out")
    types = [table.c[name].type for name in names]
    forms = [(place, _form(kind, dialect)) for place, kind in enumerate(types)]
    needed = [(place, form) for place, form in forms if form is not None]
    return str(compiled), needed


def _form(kind: TypeEngine, dialect: Dialect) -> Form | None:
    """How the driver wants a value. The days and instants of a file are few: each is written once."""
    form = kind.dialect_impl(dialect).bind_processor(dialect)
    few = isinstance(kind, Date | Boolean) or isinstance(getattr(kind, "impl", None), DateTime)
    return lru_cache(5_000)(form) if form is not None and few else form
