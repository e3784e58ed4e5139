"""The two pages on which a file of many plots is looked at and entered; the same for producer and office."""

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.models import Account
from portal.accounts.visitor_views import tell
from portal.db import transaction
from portal.land import actions
from portal.land.amounts import area_text
from portal.land.outlines import MOST_BYTES
from portal.land.queries import get_line_for
from portal.land.several import (
    MOST_PLOTS,
    NO_FILE,
    Candidate,
    candidates,
    chosen_in,
    keep_upload,
    kept_upload,
)
from portal.lib.clock import now, today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.paging import whole_number
from portal.producers.models import RosterEntry
from portal.proposals.area_upload import ACCEPTED
from portal.regions.queries import regions_by_code


def choose_page(account: Account, blueprint: str) -> ResponseReturnValue:
    return _page(_line(account, request.args.get("line", "")), blueprint, {})


def look(account: Account, blueprint: str) -> ResponseReturnValue:
    line = _line(account, request.form.get("line", ""))
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise RuleBroken(NO_FILE, {"file": NO_FILE})
        content = sent.stream.read(MOST_BYTES + 1)
        found = candidates(content, line, today())
        digest = keep_upload(_folder(), content)
    except RuleBroken as refused:
        return _page(line, blueprint, refused.fields), 400
    return _page(line, blueprint, {}, found, digest)


def confirm(account: Account, blueprint: str) -> ResponseReturnValue:
    """All that were ticked, or none of them."""
    number, digest = request.form.get("line", ""), request.form.get("digest", "")
    line = _line(account, number)
    found: list[Candidate] = []
    try:
        content = kept_upload(_folder(), digest)
        found = candidates(content, line, today())
        chosen = chosen_in(found, request.form)
        with transaction():
            line = _line(account, number)
            for one in chosen:
                actions.enter_plot(
                    account, line.producer, line.indication, one.data, one.placed, today(), now()
                )
    except RuleBroken as refused:
        faults = refused.fields or {"file": refused.message}
        return _page(_line(account, number), blueprint, faults, found, digest), 400
    tell(Text(f"已登记 {len(chosen)} 块地，等县里核实", f"Plots entered: {len(chosen)}"))
    return redirect(url_for(f"{blueprint}.show_list"), 303)


def _folder() -> object:
    return current_app.config["SETTINGS"].data_dir


def _line(account: Account, number: str) -> RosterEntry:
    return get_line_for(account, whole_number(number, "line", 1, 10**9, 1), today())


def _page(
    line: RosterEntry,
    blueprint: str,
    faults: dict[str, Text],
    found: list[Candidate] | None = None,
    digest: str = "",
) -> str:
    return render_template(
        "land/several.html",
        line=line,
        blueprint=blueprint,
        faults=faults,
        found=found or [],
        usable=sum(one.usable for one in found or []),
        digest=digest,
        typed=request.form,
        most=MOST_PLOTS,
        accepted=ACCEPTED,
        regions=regions_by_code({one.data.adcode for one in found or []}),
        area_text=area_text,
    )
