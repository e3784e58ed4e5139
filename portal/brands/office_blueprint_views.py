"""What the pages of the brands' desk share: their blueprint and who is at work."""

from collections.abc import Mapping

from flask import Blueprint

from portal.accounts.visitor_views import keep_nowhere, me
from portal.brands.actions import facts_of_entry_fields
from portal.brands.office_drafts import fields_on_desk
from portal.lib.text import Text

blueprint = Blueprint("brands_office", __name__, url_prefix="/office/brands")


blueprint.after_request(keep_nowhere)


def facts_on_desk(slug: str) -> dict[str, object]:
    return facts_of_entry_fields(fields_on_desk(me(), f"brand:{slug}"))


def name_in(facts: Mapping[str, object]) -> Text:
    return Text(facts["name"]["zh"], facts["name"]["en"])
