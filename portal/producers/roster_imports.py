"""The two kinds of files this room takes: rosters, and producers without a roster."""

from portal.lib.text import Text
from portal.producers.columns import PRODUCER_COLUMNS, ROSTER_COLUMNS
from portal.producers.import_kinds import ImportKind, add_import_kind
from portal.producers.models import ImportRun
from portal.producers.roster_checking import RosterChecker
from portal.producers.roster_storing import store_roster

ROSTER, PRODUCERS = "roster", "producers"


def _check_roster(run: ImportRun) -> RosterChecker:
    return RosterChecker(run)


def _check_producers(run: ImportRun) -> RosterChecker:
    return RosterChecker(run, with_roster=False)


add_import_kind(ImportKind(ROSTER, Text("生产者名录", "Roster"), ROSTER_COLUMNS, _check_roster, store_roster))
add_import_kind(
    ImportKind(PRODUCERS, Text("生产者资料", "Producers"), PRODUCER_COLUMNS, _check_producers, store_roster)
)
