"""Every blueprint of the portal, lowest room first."""

from portal.about.sources import blueprint as about_sources
from portal.about.views import blueprint as about
from portal.accounts.people_views import blueprint as people
from portal.accounts.views import blueprint as account
from portal.api.areas import blueprint as api_areas
from portal.api.batches import blueprint as api_batches
from portal.api.brands import blueprint as api_brands
from portal.api.checks import blueprint as api_checks
from portal.api.gis import blueprint as api_gis
from portal.api.indicators import blueprint as api_indicators
from portal.api.labels import blueprint as api_labels
from portal.api.log import blueprint as api_log
from portal.api.mine import blueprint as api_mine
from portal.api.openapi_views import blueprint as api_docs
from portal.api.own import blueprint as api_own
from portal.api.ratios import blueprint as api_ratios
from portal.api.regions import blueprint as api_regions
from portal.api.reports import blueprint as api_reports
from portal.api.sharing import blueprint as api_sharing
from portal.api.users import blueprint as api_users
from portal.api.verify import blueprint as api_verify
from portal.authorisation import panels as authorisation_panels  # noqa: F401 - panels, trays, the roster's question
from portal.authorisation.applicant_views import blueprint as applicant
from portal.authorisation.cooperative_views import blueprint as cooperative
from portal.authorisation.deciding_views import holder, papers
from portal.authorisation.deciding_views import office as authorisation_office
from portal.authorisation.views import blueprint as authorisation
from portal.batches.file_views import blueprint as batches
from portal.batches.office_views import blueprint as batches_office
from portal.batches.public_views import blueprint as batches_public
from portal.brands import naming as brand_naming  # noqa: F401 - names, the filter and the panel of brands
from portal.brands.map_views import blueprint as brands_map
from portal.brands.office_views import blueprint as brands_office
from portal.brands.views import blueprint as brands
from portal.cases import credit as case_credit  # noqa: F401 - decided cases count for credit
from portal.cases import grave as case_grave  # noqa: F401 - published decisions count against a zone
from portal.cases import panels as case_panels  # noqa: F401 - trays, periods and the job of cases
from portal.cases.office_views import blueprint as cases_office
from portal.cases.step_views import blueprint as cases_steps
from portal.cases.views import blueprint as cases
from portal.cases.views import own as cases_own
from portal.catalogue import naming  # noqa: F401 - tells the log the names of GIs
from portal.catalogue.correction_views import blueprint as corrections
from portal.catalogue.correction_views import office as corrections_office
from portal.catalogue.map_views import blueprint as catalogue_map
from portal.catalogue.views import blueprint as catalogue
from portal.checks import panels as check_panels  # noqa: F401 - trays and facts of checks by lot
from portal.checks.office_views import blueprint as checks_office
from portal.checks.officer_views import blueprint as check_officers
from portal.checks.sheet_views import office as check_sheets
from portal.checks.sheet_views import own as own_checks
from portal.checks.sheet_views import photos as check_photos
from portal.checks.views import blueprint as checks
from portal.credit import panels as credit_panels  # noqa: F401 - trays, facts and the job of credit
from portal.credit.office_views import blueprint as credit_office
from portal.credit.views import blueprint as credit
from portal.credit.views import public as credit_public
from portal.data.views import blueprint as data
from portal.following import panels as following_panels  # noqa: F401 - the link to follow a GI
from portal.following.embed_views import blueprint as embeds
from portal.following.own_views import blueprint as following_own
from portal.following.views import blueprint as following
from portal.home.views import blueprint as home
from portal.labels import trays as label_trays  # noqa: F401 - the trays of labels
from portal.labels.office_views import blueprint as labels_office
from portal.labels.print_views import blueprint as labels_print
from portal.labels.public_views import blueprint as label_codes
from portal.labels.views import blueprint as labels
from portal.land import panels as land_panels  # noqa: F401 - the trays of plots
from portal.land.office_views import blueprint as land_office
from portal.land.views import blueprint as land
from portal.office.views import blueprint as office
from portal.ogc.views import blueprint as ogc
from portal.papers.views import blueprint as paper_pages
from portal.producers.import_views import blueprint as imports
from portal.producers.producer_views import blueprint as producers_office
from portal.producers.roster_views import blueprint as rosters
from portal.producers.views import blueprint as producers
from portal.proposals.office_views import blueprint as catalogue_office
from portal.ratios import panels as ratio_panels  # noqa: F401 - the filter, the panel and the trays of shares
from portal.ratios.map_views import blueprint as ratios_map
from portal.ratios.office_views import blueprint as ratios_office
from portal.ratios.publish_views import blueprint as ratios_publish
from portal.ratios.views import blueprint as ratios
from portal.register.views import blueprint as register
from portal.reports import panels as report_panels  # noqa: F401 - the panel and the trays of reports
from portal.reports.office_views import blueprint as reports_office
from portal.reports.views import blueprint as reports
from portal.returns import panels as return_panels  # noqa: F401 - the trays and files of returns
from portal.returns.mark_use_views import office as mark_use
from portal.returns.mark_use_views import own as my_mark_use
from portal.returns.office_views import blueprint as returns_office
from portal.returns.together_views import blueprint as returns_together
from portal.returns.views import blueprint as returns
from portal.risk import panels as risk_panels  # noqa: F401 - the tray, the finders and the job of risk
from portal.risk.office_views import blueprint as risk_office
from portal.scans.views import blueprint as scans
from portal.scans.views import office as scans_office
from portal.targets import naming as target_naming  # noqa: F401 - names and panels of plan indicators
from portal.targets.map_views import blueprint as targets_map
from portal.targets.office_views import blueprint as targets_office
from portal.targets.summary_views import blueprint as zone_summaries
from portal.targets.views import blueprint as targets
from portal.tips import panels as tip_panels  # noqa: F401 - the trays and the board of tips
from portal.tips.field_views import blueprint as tips_field
from portal.tips.office_views import blueprint as tips_office
from portal.tips.views import blueprint as tips
from portal.transfers import panels as transfer_panels  # noqa: F401 - the trays and the job of transfers
from portal.transfers.inbox_views import blueprint as transfers_inbox
from portal.transfers.office_views import blueprint as transfers_office
from portal.transfers.peer_views import blueprint as transfers_peers
from portal.verification.inspector_views import blueprint as inspector
from portal.verification.label_views import blueprint as verification_label
from portal.verification.many_views import blueprint as verification_many
from portal.verification.views import blueprint as verification
from portal.verification.watch_views import blueprint as verification_watch
from portal.workbench.views import blueprint as workbench

BLUEPRINTS = (
    office,
    catalogue_office,
    home,
    about,
    register,
    account,
    people,
    api_log,
    api_docs,
    api_sharing,
    api_mine,
    api_own,
    api_labels,
    api_reports,
    ogc,
    data,
    api_regions,
    brands,
    brands_map,
    api_brands,
    brands_office,
    targets,
    targets_map,
    targets_office,
    risk_office,
    check_officers,
    check_sheets,
    check_photos,
    checks,
    checks_office,
    own_checks,
    api_checks,
    zone_summaries,
    credit,
    credit_office,
    credit_public,
    api_indicators,
    about_sources,
    catalogue,
    producers,
    producers_office,
    rosters,
    imports,
    catalogue_map,
    corrections,
    corrections_office,
    api_gis,
    api_areas,
    ratios,
    ratios_map,
    ratios_office,
    ratios_publish,
    following,
    following_own,
    embeds,
    reports,
    reports_office,
    returns,
    returns_together,
    mark_use,
    my_mark_use,
    returns_office,
    api_ratios,
    authorisation,
    authorisation_office,
    applicant,
    cooperative,
    holder,
    papers,
    paper_pages,
    batches,
    batches_office,
    batches_public,
    scans,
    scans_office,
    api_batches,
    workbench,
    api_users,
    land,
    land_office,
    label_codes,
    labels,
    labels_office,
    labels_print,
    tips,
    tips_field,
    tips_office,
    transfers_inbox,
    transfers_office,
    transfers_peers,
    cases,
    cases_office,
    cases_steps,
    cases_own,
    verification,
    inspector,
    verification_many,
    verification_label,
    verification_watch,
    api_verify,
)
