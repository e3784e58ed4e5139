"""What a licence is called in the log: its GI and its number, never the name of a person."""

from sqlalchemy import select

from portal.authorisation.models import Licence
from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.text import Text


def names_for_log(numbers: set[str]) -> dict[str, Text]:
    query = (
        select(Licence.number, Indication.name_zh, Indication.name_en)
        .join(Licence.indication)
        .where(Licence.number.in_(numbers))
    )
    return {number: Text(f"{zh} {number}", f"{en} {number}") for number, zh, en in db.session.execute(query)}
