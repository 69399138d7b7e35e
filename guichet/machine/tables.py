"""Every module that declares tables: the migrations compare the database to these."""

from guichet.accounts import models as accounts
from guichet.allocation.runs import models as allocation
from guichet.bareme import models as bareme
from guichet.commissions import commission_models
from guichet.commissions import models as commissions
from guichet.commissions.convocations import models as convocation_models
from guichet.commissions.follow_up import models as follow_up_models
from guichet.commissions.milestones import models as milestone_models
from guichet.commissions.papers import models as document_models
from guichet.commissions.sessions import models as session_models
from guichet.commissions.signing import models as dry_run_models
from guichet.commissions.sitting import models as sitting_models
from guichet.commissions.year import models as year_models
from guichet.core import journal, parameters, secretmark, texts
from guichet.demands import link_models
from guichet.demands import models as demands
from guichet.establishments import childminders
from guichet.establishments import models as establishments
from guichet.families import models as families
from guichet.notifications import models as notifications
from guichet.notifications.incoming import models as incoming_models
from guichet.placements import models as placements
from guichet.placements.childminders import models as childminder_models
from guichet.placements.offers import models as offer_models
from guichet.scheduling.availability import models as availability_models
from guichet.scheduling.campaigns import models as campaign_models
from guichet.scheduling.members import models as member_models
from guichet.scheduling.places import models as place_models
from guichet.territory import models as territory

ALL_MODELS = (
    journal,
    parameters,
    secretmark,
    texts,
    territory,
    establishments,
    childminders,
    bareme,
    accounts,
    notifications,
    incoming_models,
    families,
    demands,
    link_models,
    placements,
    childminder_models,
    offer_models,
    allocation,
    commissions,
    member_models,
    availability_models,
    place_models,
    campaign_models,
    commission_models,
    session_models,
    convocation_models,
    year_models,
    milestone_models,
    sitting_models,
    dry_run_models,
    document_models,
    follow_up_models,
)
