"""Every module that declares tables: the migrations compare the database to these."""

from guichet.accounts import models as accounts
from guichet.allocation import models as allocation
from guichet.bareme import models as bareme
from guichet.commissions import (
    commission_models,
    convocation_models,
    document_models,
    dry_run_models,
    follow_up_models,
    milestone_models,
    session_models,
    sitting_models,
    year_models,
)
from guichet.commissions import models as commissions
from guichet.core import journal, parameters, secretmark, texts
from guichet.demands import link_models
from guichet.demands import models as demands
from guichet.establishments import childminders
from guichet.establishments import models as establishments
from guichet.families import models as families
from guichet.notifications import models as notifications
from guichet.placements import childminder_models, offer_models
from guichet.placements import models as placements
from guichet.scheduling import availability_models, campaign_models, member_models, place_models
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
