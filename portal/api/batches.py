"""/api/v1/batches: a batch with its story, the check of a marketplace, what is sold out, a GI's balance.

These answers move with batches and scans, not with the version of the register: their ETag is their content.
"""

import hashlib
from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, jsonify, request

from portal.api.describing import asked, described
from portal.api.parameters import SLUG_PATTERN, day, whole, words
from portal.api.shapes.batches import BALANCE, BATCH, CHECK, SOLD_OUT
from portal.batches import present
from portal.batches.demo import SHOWN_CODE
from portal.batches.listings import check as check_batch
from portal.batches.listings import licence_for, sold_out
from portal.batches.models import Batch, BatchLabels
from portal.batches.queries import batches_by_id, get_public_batch, labels_of
from portal.catalogue.queries import get_indication
from portal.labels.sums import years_of
from portal.lib.clock import CHINA, today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.scans.balance import SupplyBalance, balance_of
from portal.scans.queries import scans_of_labels

blueprint = Blueprint("api_batches", __name__, url_prefix="/api/v1")

FIRST_YEAR, LAST_YEAR = 2020, 2100
SOLD_OUT_MOST = 200
CODE = words(
    "code", Text("批次编码", "Code of the batch"), 40, required=True, example=SHOWN_CODE,
    pattern=r"^[A-Za-z0-9-]+$",
)  # fmt: skip


@blueprint.after_request
def _by_content(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "public, no-cache")
    if response.status_code == 200:
        response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32], weak=True)
        response.make_conditional(request)
    return response


@blueprint.get("/batches/<code>")
@described(Text("一个批次", "A batch"), BATCH, path=(CODE,), examples=(f"/api/v1/batches/{SHOWN_CODE}",))
def batch(code: str) -> Response:
    """GI, producer, the six stages, tests, labels, and how often it was scanned."""
    one = get_public_batch(code)
    labels = labels_of([one.id])
    story = present.story_of(one)
    public = one.producer.name_public
    return jsonify(
        code=one.code,
        gi=one.indication.slug,
        gi_name=present.gi_name(one).as_json(),
        goods=one.goods,
        year=one.year,
        producer=one.producer.name if public else None,
        producer_number=one.producer.number if public else None,
        authorised=licence_for(one, today()) is not None,
        made_on=one.made_on.isoformat(),
        stages=[_stage(chapter) for chapter in story.chapters],
        tests=_tests(story),
        labels=[{"set": x.range_id, "first": x.first_number, "last": x.last_number} for x in labels],
        scans=_scans(labels),
        recall=_recall(one),
        epcis_url=f"{_base()}/batches/{one.code}/epcis.json",
        demo=one.demo,
    )


def _stage(chapter: present.Chapter) -> dict[str, object]:
    return {
        "stage": chapter.stage.value,
        "name": chapter.stage.text.as_json(),
        "recorded": bool(chapter.happenings),
        "events": [
            {
                "on": one.on.isoformat(),
                "event": one.kind.value,
                "county": one.adcode[:6],
                "county_name": one.place.as_json(),
            }
            for one in chapter.happenings
        ],
    }


def _tests(story: present.Story) -> list[dict[str, object]]:
    codes = {number: one.code for number, one in batches_by_id({t.batch_id for t in story.tests}).items()}
    return [
        {
            "on": test.tested_on.isoformat(),
            "laboratory": test.laboratory,
            "subject": test.subject,
            "result": test.result,
            "url": f"{_base()}/batches/{codes[test.batch_id]}/tests/{test.id}",
        }
        for test in story.tests
    ]


def _scans(labels: list[BatchLabels]) -> dict[str, object]:
    found = scans_of_labels([(x.range_id, x.first_number, x.last_number) for x in labels])
    first = found.first_at
    return {"scans": found.scans, "labels": found.labels, "first_at": _instant(first) if first else None}


def _recall(one: Batch) -> dict[str, object] | None:
    if one.recall is None:
        return None
    told = one.recall
    return {"reason": told.reason, "at": _instant(told.at), "by": told.by_office, "from_batch": told.code}


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _base() -> str:
    return current_app.config["SETTINGS"].base_url.rstrip("/")


# ---- marketplaces


@blueprint.get("/batches/<code>/check")
@described(
    Text("平台核验批次", "Batch check for marketplaces"),
    CHECK,
    path=(CODE,),
    parameters=(
        words("seller", Text("卖方的信用代码或登记编号", "USCC or number of the seller"), 40),
        words("shop", Text("店名或网址，与核定时所填一致", "The shop, as its producer stated it"), 200),
    ),
    detail=Text(
        "这个卖家（或这家店）可不可以用这个地理标志卖这个批次，还剩多少。seller 与 shop 至少给一个。",
        "May this seller (or this shop) sell this batch under its GI, and how much is left. Give seller or "
        "shop.",
    ),
    examples=(f"/api/v1/batches/{SHOWN_CODE}/check?shop=x",),
)
def check(code: str) -> Response:
    """Authorised, and is there still some of it?"""
    seller, shop = asked("seller").strip(), asked("shop").strip()
    if not (seller or shop):
        one = Text("seller 与 shop 至少给一个", "Give seller or shop")
        raise RuleBroken(
            Text("地址中的参数不正确", "A parameter in the address is not right"),
            {"seller": one, "shop": one},
        )
    found = check_batch(code, seller, shop, today())
    known = found.batch is not None
    return jsonify(
        code=found.batch.code if known else code,
        answer=found.standing.value,
        gi=found.batch.indication.slug if known else None,
        goods=found.batch.goods if known else None,
        left_g=found.left if found.standing.value in ("available", "sold_out") else None,
        licence_no=found.licence.number if found.licence and found.seller_named else None,
        on=today().isoformat(),
    )


@blueprint.get("/batches/sold-out")
@described(
    Text("核定数量已售完", "Verified quantities that are sold out"),
    SOLD_OUT,
    parameters=(day("since", Text("从哪一天起", "From which day on")),),
    detail=Text("平台据此停止上架。", "The signal to marketplaces to stop offering them."),
    examples=("/api/v1/batches/sold-out", "/api/v1/batches/sold-out?since=2026-01-01"),
)
def gone() -> Response:
    """The newest first, at most two hundred."""
    since = asked("since")
    moment = datetime(since.year, since.month, since.day, tzinfo=CHINA) if since else None
    items = [
        {
            "at": _instant(one.at),
            "code": one.batch.code,
            "gi": one.batch.indication.slug,
            "platform": one.platform,
            "shop": one.shop,
            "url": f"{_base()}/batches/{one.batch.code}",
        }
        for one in sold_out(moment, SOLD_OUT_MOST)
    ]
    return jsonify(items=items)


# ---- the balance of a GI


@blueprint.get("/gis/<slug>/balance")
@described(
    Text("产量与标签的平衡", "Balance of land, output and labels"),
    BALANCE,
    path=(
        words(
            "slug", Text("地理标志的代号", "Key of the GI"), 80, required=True, example="zhongning-gouqi",
            pattern=SLUG_PATTERN,
        ),
    ),
    parameters=(
        whole(
            "year",
            Text("年度；不写为有标签的最近一年", "Year; the newest with labels if not given"),
            FIRST_YEAR,
            LAST_YEAR,
        ),
    ),
    detail=Text(
        "只有合计。有数据的不足三家时不给数字。重量为克。",
        "Sums only; no figures where fewer than three producers have them. Weights in grams.",
    ),
    examples=("/api/v1/gis/zhongning-gouqi/balance", "/api/v1/gis/zhongning-gouqi/balance?year=2026"),
)  # fmt: skip
def balance(slug: str) -> Response:
    """One GI and year, as the page shows it."""
    indication = get_indication(slug)
    years = years_of(indication.id)
    it = balance_of(indication.id, asked("year") or (years[0] if years else today().year))
    shown = it.may_be_shown and not it.empty
    figures = _figures(it)
    if not shown:
        figures = dict.fromkeys(figures)
    return jsonify({"gi": slug, "year": it.year, "shown": shown} | figures)


def _figures(it: SupplyBalance) -> dict[str, int | None]:
    return {
        "area_m2": it.labels.land_m2,
        "ceiling_g": it.labels.ceiling_g,
        "declared_g": it.declared.grams,
        "labels_issued": it.issued,
        "issued_g": it.labels.issued_g,
        "labels_in_use": it.used,
        "in_use_g": it.labels.used_g,
        "labels_scanned": it.scans.labels,
        "scans": it.scans.scans,
        "ceiling_less_issued_g": it.under_ceiling_g,
        "declared_less_in_use_g": it.under_declared_g,
        "declared_less_ceiling_g": it.declared_over_ceiling_g,
    }
