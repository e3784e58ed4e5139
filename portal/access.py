"""The gate. Every page is closed until its endpoint stands in PUBLIC, and every closed part says
for whom it is open. What a person may do to one object is asked further in, by queries and actions."""

from flask import Flask, Response, redirect, request, url_for
from flask_login import current_user

from portal.accounts.rules import OFFICIALS, Role
from portal.lib.problems import NotAllowed
from portal.lib.text import Text

PUBLIC = frozenset(
    {
        "static",
        "home.show",
        "home.icon",
        "probes.alive",
        "probes.ready",
        "probes.metrics",
        "about.components",
        "about.page",
        "register.show_log",
        "register.show_entry",
        "register.show_subject",
        "register.atom",
        "register.keys",
        "about_sources.show",
        "catalogue.show_list",
        "catalogue.suggest",
        "catalogue.show",
        "catalogue.linked_data",
        "catalogue.show_comparison",
        "catalogue_map.show_map",
        "catalogue_map.made",
        "catalogue_map.layer",
        "catalogue_map.facet",
        "catalogue_map.found",
        "catalogue_map.card",
        "catalogue_map.at",
        "catalogue_map.outlines",
        "catalogue_map.outlines_of_square",
        "catalogue_map.picture",
        "catalogue_map.area_picture",
        "catalogue_map.show_locate",
        "corrections.ask",
        "corrections.ask_about",
        "corrections.ask_about_catalogue",
        "corrections.follow",
        "api_gis.gis",
        "api_gis.gi",
        "api_areas.area",
        "api_areas.locate_point",
        "label_codes.digital_link",
        "api_labels.label",
        "authorisation.show_users",
        "authorisation.download_users",
        "authorisation.show_licence",
        "authorisation.show_announcements",
        "authorisation.feed",
        "authorisation.show_service",
        "authorisation.precheck",
        "api_users.users",
        "producers.show",
        "account.sign_in",
        "account.second_factor",
        "account.ask_reset",
        "account.reset",
        "account.accept_invitation",
        "account.demo_mail",
        "api_regions.regions",
        "api_regions.region",
        "brands.show_list",
        "brands.show",
        "brands_map.picture",
        "api_brands.brands",
        "api_brands.brand",
        "checks.show_list",
        "checks.show",
        "checks.proof",
        "checks.proof_pack",
        "checks.program",
        "api_checks.checks",
        "api_checks.check",
        "credit_public.show_criteria",
        "batches_public.show",
        "batches_public.picture",
        "batches_public.send_test",
        "batches_public.epcis",
        "batches_public.check",
        "batches_public.feed",
        "scans.show_balance",
        "api_batches.batch",
        "api_batches.check",
        "api_batches.gone",
        "api_batches.balance",
        "scans.say_place",
        "targets.show_list",
        "cases.show_list",
        "cases.show",
        "cases.show_typical",
        "transfers_inbox.receive",
        "tips_field.token",
        "tips_field.take",
        "tips.figures",
        "tips.new",
        "tips.send",
        "tips.received",
        "tips.status",
        "targets.show",
        "targets.show_conflicts",
        "targets.show_zones",
        "targets_map.stations",
        "ratios_map.picture",
        "authorisation.users_map",
        "targets.show_stations",
        "targets.show_agreements",
        "targets.show_programme",
        "api_indicators.indicators",
        "api_indicators.indicator",
        "api_docs.openapi",
        "api_docs.read",
        "api_docs.try_it",
        "data.show",
        "data.file",
        "data.catalogue",
        "data.program",
        "data.snapshot",
        "data.sitemap_index",
        "data.sitemap_part",
        "data.robots",
        "ogc.landing",
        "ogc.conformance",
        "ogc.api",
        "ogc.collections",
        "ogc.collection",
        "ogc.items",
        "ogc.item",
        "ratios.show_list",
        "ratios.show",
        "ratios.download_list",
        "ratios.download_list_json",
        "ratios.download_years",
        "following.show",
        "following.follow",
        "following.asked",
        "following.confirm",
        "following.stop",
        "following.feed",
        "embeds.show",
        "embeds.map_picture",
        "embeds.map_frame",
        "embeds.badge_picture",
        "embeds.badge_frame",
        "api_reports.reports",
        "api_reports.report",
        "reports.show_list",
        "reports.show",
        "reports.download",
        "reports.map_of",
        "api_ratios.ratios",
        "api_ratios.ratio",
        "api_log.entries",
        "api_log.head",
        "api_log.entry",
        "api_log.inclusion",
        "api_log.consistency",
        "verification.ask",
        "verification.proof",
        "verification.proof_file",
        "verification.show_code",
        "verification.show_nothing",
        "verification.certificate",
        "verification.code_picture",
        "verification.status_list",
        "verification_many.show",
        "verification_many.check",
        "verification_label.show",
        "verification_label.check",
        "inspector.show",
        "inspector.kept",
        "inspector.worker",
        "inspector.manifest",
        "api_verify.verify",
        "api_verify.licence_credential",
    }
)

# The first prefix that fits decides; a page under none of them is open to whoever has signed in.
PREFIXES: tuple[tuple[str, frozenset[Role]], ...] = (
    ("/office/people", frozenset({Role.ADMIN})),
    ("/office/", OFFICIALS | {Role.ADMIN, Role.AUDITOR}),
    ("/workbench/", frozenset({Role.PRODUCER, Role.HOLDER})),
)

# What an auditor takes away; it changes nothing but leaves an entry, so it is not a mere look.
TAKEN_BY_AUDITORS = frozenset({"checks_office.take_lists"})
CHANGING_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def init_app(app: Flask) -> None:
    app.before_request(_gate)


def _gate() -> Response | None:
    if request.endpoint is None or request.endpoint in PUBLIC:
        return None
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    for prefix, roles in PREFIXES:
        if request.path.startswith(prefix):
            if current_user.role not in roles:
                raise NotAllowed(_WRONG_ROLE, next_step=_WRONG_ROLE_NEXT)
            break
    changes_something = request.method in CHANGING_METHODS and not request.path.startswith("/account/")
    changes_something = changes_something and request.endpoint not in TAKEN_BY_AUDITORS
    if current_user.role is Role.AUDITOR and changes_something:
        raise NotAllowed(Text("审计账号只能查看，不能更改", "An auditor may look but not change"))
    return None


_WRONG_ROLE = Text("这一部分不对您的身份开放", "This part is not open to your role")
_WRONG_ROLE_NEXT = Text(
    "如果这是您的工作，请联系本地区的管理员调整身份",
    "If this is your work, ask the administrator of your region to change your role",
)


def _ask_to_sign_in() -> Response:
    if request.path.startswith("/api/"):
        raise NeedsToken()
    target = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("account.sign_in", next=target or None))


class NeedsToken(NotAllowed):
    status = 401
    kind = "not-signed-in"
    title = Text("需要访问令牌", "An access token is needed")

    def __init__(self) -> None:
        shown = "Authorization" in request.headers
        super().__init__(
            Text("这个令牌不对、已停用或已过期", "The token is wrong, ended or expired")
            if shown
            else Text("这个地址需要个人访问令牌", "This address needs a personal access token"),
            next_step=Text(
                "在“我的账号—访问令牌”中创建，并放入 Authorization: Bearer",
                "Create one under My account, Access tokens, and send it as Authorization: Bearer",
            ),
        )
