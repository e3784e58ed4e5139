"""What the pages under /office/catalogue share: the blueprint, who may change, a form taken or shown anew."""

from collections.abc import Callable, Mapping

from flask import Blueprint
from flask_wtf import FlaskForm

from portal.accounts.visitor_views import keep_nowhere
from portal.catalogue.queries import documents_by_id
from portal.db import db, transaction
from portal.lib.problems import NotAllowed, Outdated, RuleBroken
from portal.lib.text import Text
from portal.proposals.office_forms import show_problem
from portal.proposals.record_checks import cited
from portal.proposals.record_edits import Dossier

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


def taken(form: FlaskForm, change: Callable[[], object], prefix: str = "") -> object | None:
    """What `change` answers (True for nothing) when what it does with a filled-in form is done and stored;
    None where something was wrong, which then stands beside its field."""
    try:
        with transaction():
            done = change()
    except (RuleBroken, Outdated) as problem:
        db.session.rollback()
        show_problem(form, problem, prefix)
        return None
    return True if done is None else done


IN_DRAFT = Text(
    "已存进草稿。全部改好后，请提出由第二人复核。",
    "Kept in your draft. When all is done, propose it to a second person.",
)
