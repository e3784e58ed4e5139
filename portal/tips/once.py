"""A tip sent twice, by a double press or by a device that lost the answer, is one tip with one receipt."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from config import Settings
from portal.authorisation.queries import work_calendar
from portal.db import transaction
from portal.register.actions import Actor
from portal.tips.receiving import VISITOR, Receipt, Told, known_receipt, receive


def receive_once(told: Told, settings: Settings, now: datetime, actor: Actor = VISITOR) -> Receipt:
    known = known_receipt(told.client_key, settings.secret_keys)
    if known is not None:
        return known
    try:
        with transaction():
            return receive(told, work_calendar(), settings.secret_key, settings.data_dir, now, actor)
    except IntegrityError:
        # Both came at the same moment, and the other was quicker.
        known = known_receipt(told.client_key, settings.secret_keys)
        if known is None:
            raise
        return known
