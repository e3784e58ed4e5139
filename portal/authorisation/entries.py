"""The entries of applications: not public until announced, words that were exchanged are sealed."""

from portal.authorisation import words  # noqa: F401 - gives the entries written here their words
from portal.authorisation.models import Application
from portal.authorisation.rules import State, Step
from portal.register.actions import Actor, record


def record_application(
    actor: Actor,
    verb: str,
    application: Application,
    before: State | None,
    step: Step | None = None,
    note: str = "",
) -> None:
    changes = {"state": {"from": before.value if before else None, "to": application.state}}
    if step:
        changes["step"] = {"from": None, "to": step.value}
    record(
        actor,
        verb,
        application.subject,
        {name: {k: _word(v) for k, v in change.items()} for name, change in changes.items()},
        public=False,
        sealed={"note": note} if note else None,
    )


def _word(value: object) -> object:
    return value.value if isinstance(value, State | Step) else value
