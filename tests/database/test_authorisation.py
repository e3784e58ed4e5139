"""From application to licence, on both databases."""

from flask import Flask
from sqlalchemy import select

from portal.authorisation.models import Licence
from portal.authorisation.queries import find_licence
from portal.authorisation.rules import LicenceState, State
from portal.db import db
from tests.setting_authorisation import TODAY, draft, prepare, walk_to_licence


def test_the_whole_way_ends_in_a_licence_in_force(app: Flask):
    setting = prepare()
    application = walk_to_licence(setting, draft(setting))
    assert application.stands is State.IN_FORCE
    licence = find_licence(db.session.scalars(select(Licence.number)).one())
    assert licence.state_on(TODAY) is LicenceState.IN_FORCE
