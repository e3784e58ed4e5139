"""What the shares add to the catalogue and to an official's desk."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.accounts.models import Account
from portal.catalogue.comparing import add_answers
from portal.catalogue.index import add_facet
from portal.catalogue.models import Indication
from portal.catalogue.panels import add_panel
from portal.db import db
from portal.lib.clock import today
from portal.lib.quantity import percent_text
from portal.lib.text import Text
from portal.office.desk import Item, Tray, add_tray
from portal.ratios import keeping  # noqa: F401 - the job is known by being read
from portal.ratios.live import live_figures
from portal.ratios.models import PublishedRatio
from portal.ratios.present import Bar, bar_of
from portal.ratios.queries import (
    PUBLISHERS,
    indications_for,
    newest_shares,
    outcomes_by_indication,
    published_of,
    ratio_version,
    shares_by_indication,
)
from portal.ratios.rules import Assessment, Outcome

SHOWN = 5
USERS_SHARE, OUTPUT_SHARE = Text("用标率", "Users share"), Text("产值占比", "Output share")
DEMO = Text("，演示", ", DEMO")


def panel(indication: Indication) -> tuple[PublishedRatio, Bar, Bar] | None:
    """The newest published year; a GI without one has no such section."""
    rows = published_of(indication.id)
    return (rows[-1], bar_of(rows[-1].users), bar_of(rows[-1].output)) if rows else None


def to_publish(account: Account) -> Tray | None:
    """Last year's figures that can be published and are not."""
    if account.role not in PUBLISHERS:
        return None
    year = today().year - 1
    own = indications_for(account)
    done = shares_by_indication([year], [one.id for one in own])
    figures = live_figures(year, today())
    waiting = [
        one
        for one in own
        if one.id in figures
        and figures[one.id].producers
        and one.id not in done
        and figures[one.id].outcome is not Outcome.INCONSISTENT
    ]
    items = [
        Item(Text(one.name_zh, one.name_en), f"/office/ratios/{one.slug}?year={year}") for one in waiting
    ]
    return Tray(
        Text(f"{year} 年占比还没有公布", f"Shares of {year} not yet published"),
        len(waiting),
        items[:SHOWN],
        f"/office/ratios?year={year}",
        quiet=True,
        why=Text(
            "名录已有、数据没有矛盾，看过就可以公布。",
            "They have a roster and no contradiction: look, then publish.",
        ),
    )


def contradictions(account: Account) -> Tray | None:
    """GIs of the region whose figures of the running year contradict themselves."""
    if account.role not in PUBLISHERS:
        return None
    figures = live_figures(today().year, today())
    wrong = [
        one
        for one in indications_for(account)
        if one.id in figures and figures[one.id].outcome is Outcome.INCONSISTENT
    ]
    items = [Item(Text(one.name_zh, one.name_en), f"/office/ratios/{one.slug}") for one in wrong]
    return Tray(
        Text("部分大于整体的数据", "Figures in which a part exceeds its whole"),
        len(wrong),
        items[:SHOWN],
        "/office/ratios?outcome=inconsistent",
    )


def answers(slugs: Sequence[str]) -> list[tuple[Text, dict[str, Text]]]:
    """Both shares of the newest published year, for GIs side by side."""
    ids = dict(
        db.session.execute(select(Indication.id, Indication.slug).where(Indication.slug.in_(slugs))).all()
    )
    newest = {ids[number]: one for number, one in newest_shares(ids).items()}
    return [
        (USERS_SHARE, {slug: _share(one, one.users) for slug, one in newest.items()}),
        (OUTPUT_SHARE, {slug: _share(one, one.output) for slug, one in newest.items()}),
    ]


def _share(one: PublishedRatio, share: Assessment) -> Text:
    percent = f"{percent_text(*share.share)} " if share.share else ""
    demo = DEMO if one.demo else Text("", "")
    words = Text("{percent}{outcome}（{year}{demo}）", "{percent}{outcome} ({year}{demo})")
    return words.format(percent=percent, outcome=share.outcome.text, year=one.year, demo=demo)


add_answers(answers)
add_facet(
    "outcome",
    ratio_version,
    outcomes_by_indication,
    None,
    lambda names: {name: Outcome(name).text for name in names},
)
add_panel("ratios", 80, panel, "ratios/gi_panel.html", Text("用标率与产值占比", "The 60 % shares"))
add_tray("ratios-wrong", 60, contradictions)
add_tray("ratios-publish", 70, to_publish)
