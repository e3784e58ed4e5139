"""Every table of the portal, so that migrations and tests see them all."""

from portal.accounts import models as accounts  # noqa: F401
from portal.api import models as api  # noqa: F401
from portal.authorisation import models as authorisation  # noqa: F401
from portal.batches import models as batches  # noqa: F401
from portal.brands import models as brands  # noqa: F401
from portal.cases import models as cases  # noqa: F401
from portal.catalogue import models as catalogue  # noqa: F401
from portal.checks import models as checks  # noqa: F401
from portal.credit import models as credit  # noqa: F401
from portal.following import models as following  # noqa: F401
from portal.labels import models as labels  # noqa: F401
from portal.land import models as land  # noqa: F401
from portal.producers import models as producers  # noqa: F401
from portal.proposals import models as proposals  # noqa: F401
from portal.ratios import models as ratios  # noqa: F401
from portal.regions import models as regions  # noqa: F401
from portal.register import models as register  # noqa: F401
from portal.reports import models as reports  # noqa: F401
from portal.returns import models as returns  # noqa: F401
from portal.risk import models as risk  # noqa: F401
from portal.scans import models as scans  # noqa: F401
from portal.targets import models as targets  # noqa: F401
from portal.tips import models as tips  # noqa: F401
from portal.transfers import models as transfers  # noqa: F401
from portal.verification import models as verification  # noqa: F401
