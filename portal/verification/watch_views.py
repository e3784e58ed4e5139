"""One's own watch list."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import keep_nowhere, me, tell
from portal.db import transaction
from portal.lib.clock import now, today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.verification import words
from portal.verification.many import lines_of_file, lines_of_text
from portal.verification.many_views import MOST_BYTES
from portal.verification.watching import (
    MOST_WATCHED,
    stop_watching,
    watch_codes,
    with_present_answers,
)

blueprint = Blueprint("verification_watch", __name__)


blueprint.after_request(keep_nowhere)


@blueprint.get("/account/watch")
def show() -> str:
    return _page("")


def _page(pasted: str, fault: Text | None = None) -> str:
    rows = with_present_answers(me(), today())
    return render_template(
        "verification/watch.html", rows=rows, pasted=pasted, fault=fault, words=words, most=MOST_WATCHED
    )


@blueprint.post("/account/watch")
def add() -> ResponseReturnValue:
    pasted, file = request.form.get("codes", "")[:100_000], request.files.get("file")
    try:
        if file and file.filename:
            codes = [
                code for _, code in lines_of_file(file.stream.read(MOST_BYTES + 1)[:MOST_BYTES])[1] if code
            ]
        else:
            codes = [code for _, code in lines_of_text(pasted)]
        if not codes:
            raise RuleBroken(Text("请粘贴代码或选择一个文件", "Paste codes or choose a file"))
        with transaction():
            count = watch_codes(me(), codes, now())
    except RuleBroken as refused:
        return _page(pasted, refused.message), 400
    tell(Text("新增 {n} 个", "{n} added").format(n=count))
    return redirect(url_for(".show"))


@blueprint.post("/account/watch/<int:number>/stop")
def stop(number: int) -> ResponseReturnValue:
    with transaction():
        stop_watching(me(), number, now())
    tell(Text("已不再关注", "No longer watched"))
    return redirect(url_for(".show"))
