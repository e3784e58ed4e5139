"""What the pages of the brands' desk share: their blueprint and who is at work."""

from collections.abc import Mapping

from flask import Blueprint, Response, flash
from flask_login import current_user

from portal.accounts.models import Account
from portal.brands.actions import facts_of_entry_fields
from portal.brands.office_drafts import fields_on_desk
from portal.language import current_language
from portal.lib.text import Text

blueprint = Blueprint("brands_office", __name__, url_prefix="/office/brands")


@blueprint.after_request
def _keep_nowhere(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def me() -> Account:
    return current_user._get_current_object()


def facts_on_desk(slug: str) -> dict[str, object]:
    return facts_of_entry_fields(fields_on_desk(me(), f"brand:{slug}"))


def name_in(facts: Mapping[str, object]) -> Text:
    return Text(facts["name"]["zh"], facts["name"]["en"])


def tell(text: Text) -> None:
    flash(text.say(current_language()), "success")
