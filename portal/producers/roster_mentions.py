"""Who the rows of a file have named so far: nobody twice for one GI, and each producer changed by one row."""

from collections.abc import Mapping

from gi_data.tables import TableRow
from portal.catalogue.models import Indication
from portal.lib.folding import folded
from portal.producers.models import Producer
from portal.producers.roster_known import local_key, natural_key
from portal.producers.roster_verdicts import refuse

ROW_TWICE, LOCAL_TWICE, NAME_TWICE = "row_twice", "local_number_twice", "same_name_same_place"


class Mentions:
    def __init__(self) -> None:
        self._rows_of: dict[tuple, int] = {}
        self._unnumbered: dict[tuple, int] = {}
        # For each code, by GI, the rows that name it and under what name.
        self.code_rows: dict[str, dict[int | None, list[tuple[int, str]]]] = {}

    def look_for_twins(
        self, row: TableRow, gi: Indication | None, producer: Producer | None, heading: Mapping[str, str]
    ) -> None:
        """A producer stands in a file once for each GI; one code under two names is dealt with later."""
        values, where = row.values, gi.id if gi else None
        code, local = values.get("uscc"), values.get("local_number")
        natural = ("name", where, *natural_key(values["name"], values["adcode"], values["kind"]))
        if code:
            self.code_rows.setdefault(code, {}).setdefault(where, []).append((row.number, values["name"]))
            key, fault, column = ("code", where, code, folded(values["name"])), ROW_TWICE, "uscc"
        elif producer is not None:
            key, fault, column = ("known", where, producer.id), ROW_TWICE, "name"
        elif local:
            key, fault, column = (
                ("local", where, *local_key(values["adcode"], local)),
                LOCAL_TWICE,
                "local_number",
            )
            if natural in self._unnumbered:
                key, fault, column = natural, NAME_TWICE, "name"
        else:
            key, fault, column = natural, NAME_TWICE, "name"
            self._unnumbered.setdefault(natural, row.number)
        if key in self._rows_of:
            refuse(row, fault, heading[column], values.get(column), first=self._rows_of[key])
            return
        self._rows_of[key] = row.number
        # One with a local number and one without are as hard to tell apart as two without.
        self._rows_of.setdefault(natural, row.number)

    def is_first(self, row: TableRow, producer: Producer | None) -> bool:
        """Only the first row about a producer changes the producer; further GIs change rosters only."""
        said = ("first", *identity_of(row, producer))
        return self._rows_of.setdefault(said, row.number) == row.number


def identity_of(row: TableRow, producer: Producer | None) -> tuple:
    values = row.values
    if producer is not None:
        return ("known", producer.id)
    if "uscc" in values:
        return ("code", values["uscc"])
    if "local_number" in values:
        return ("local", *local_key(values["adcode"], values["local_number"]))
    return ("name", *natural_key(values["name"], values["adcode"], values["kind"]))
