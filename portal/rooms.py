"""Every blueprint of the portal, lowest room first."""

from portal.about.views import blueprint as about
from portal.accounts.people_views import blueprint as people
from portal.accounts.views import blueprint as account
from portal.api.log import blueprint as api_log
from portal.api.regions import blueprint as api_regions
from portal.catalogue import naming  # noqa: F401 - tells the log the names of GIs
from portal.home.views import blueprint as home
from portal.register.views import blueprint as register

BLUEPRINTS = (home, about, register, account, people, api_log, api_regions)
