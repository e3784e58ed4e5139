"""What the pages under /office/catalogue share: the blueprint, the visitor, the message after a redirect."""

from collections.abc import Mapping

from flask import Blueprint

from portal.accounts.visitor_views import keep_nowhere
from portal.catalogue.queries import documents_by_id
from portal.catalogue.record_checks import cited
from portal.catalogue.record_edits import Dossier
from portal.lib.problems import NotAllowed
from portal.lib.text import Text

blueprint = Blueprint("catalogue_office", __name__, url_prefix="/office/catalogue")


blueprint.after_request(keep_nowhere)


def documents_of(*values: object) -> dict[str, Mapping[str, object]]:
    """The facts of every document these facts cite, in one query."""
    wanted = {citation.partition("/")[0] for value in values for citation in cited(value)}
    return {number: row.facts for number, row in documents_by_id(wanted).items()}


def ensure_may_change(dossier: Dossier) -> None:
    """The forms are for those who keep the catalogue; others read the record."""
    if not dossier.may_change:
        raise NotAllowed(
            Text("您的身份可以查看，但不能更改目录", "Your role may look at the catalogue but not change it")
        )


IN_DRAFT = Text(
    "已存进草稿。全部改好后，请提出由第二人复核。",
    "Kept in your draft. When all is done, propose it to a second person.",
)
