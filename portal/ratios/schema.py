"""The shares as they leave through the API: raw whole numbers, money in 分."""

from portal.catalogue.models import Indication
from portal.ratios.heads import Head
from portal.ratios.ledger import Figures
from portal.ratios.models import PublishedRatio
from portal.ratios.rules import DEFINITION, Assessment, Share


def _fraction(share: Share | None) -> float | None:
    return None if share is None or not share[1] else round(share[0] / share[1], 6)


def _plain(n: int | None, d: int | None) -> float | None:
    return None if n is None or not d else round(n / d, 6)


def share_as_json(share: Assessment) -> dict[str, object]:
    """`share` is n/d where that is settled; `low` and `high` hold it whatever missing returns say."""
    return {
        "n": share.n,
        "d": share.d,
        "share": None if share.is_band else _plain(share.n, share.d),
        "low": _fraction(share.low),
        "high": _fraction(share.high),
        "outcome": share.outcome.value,
    }


def _item(
    indication: Indication | Head, zone: str, year: int, users: Assessment, output: Assessment, base: str
) -> dict[str, object]:
    return {
        "gi": indication.slug,
        "name": {"zh": indication.name_zh, "en": indication.name_en},
        "zone": zone or None,
        "year": year,
        "definition": DEFINITION,
        "users": share_as_json(users),
        "output": share_as_json(output),
        "url": f"{base}/ratios/{indication.slug}?year={year}",
    }


def published_as_json(one: PublishedRatio, indication: Indication | Head, base: str) -> dict[str, object]:
    item = _item(indication, one.zone, one.year, one.users, one.output, base)
    item["definition"] = one.definition
    item["output"]["basis"] = one.basis
    return item | {
        "mark_value": {"n": one.mark_value, "d": one.output_d, "share": _plain(one.mark_value, one.output_d)},
        "outcome": one.outcome,
        "missing_returns": one.missing,
        "licensed_off_roster": one.off_roster,
        "counted_on": one.counted_on.isoformat(),
        "edition": one.edition,
        "published_at": one.published_at.isoformat(),
        "inputs_digest": one.inputs_digest,
        "official": one.official,
        "live": False,
    }


def live_as_json(figures: Figures, indication: Indication | Head, zone: str, base: str) -> dict[str, object]:
    item = _item(indication, zone, figures.year, figures.users_share, figures.output_share, base)
    mark = figures.mark_share
    item["output"]["basis"] = figures.basis.value if figures.basis else None
    return item | {
        "mark_value": {"n": mark.n, "d": mark.d, "share": _plain(mark.n, mark.d)},
        "outcome": figures.outcome.value,
        "missing_returns": figures.missing,
        "licensed_off_roster": figures.off_roster,
        "counted_on": figures.day.isoformat(),
        "live": True,
    }
