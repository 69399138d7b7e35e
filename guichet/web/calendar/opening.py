"""What the pages of a year of commissions open: a campaign, a computation, for the coordination."""

from guichet.core.errors import DomainError, InvalidError
from guichet.scheduling.campaigns.models import CalendarRun, Campaign
from guichet.scheduling.campaigns.queries import answered_run
from guichet.web.door import db, not_for_them


def opened_campaign(campaign_id: int) -> Campaign:
    """The campaign; NotFoundError when there is none."""
    campaign = db().get(Campaign, campaign_id)
    if campaign is None:
        raise not_for_them("campaign", campaign_id)
    return campaign


def opened_run(run_id: int) -> CalendarRun:
    """The computation with its answer, when it has one; NotFoundError when there is none."""
    run = answered_run(db(), run_id)
    if run is None:
        raise not_for_them("calendar_run", run_id)
    return run


def told(refusal: DomainError) -> tuple[dict[str, str], str]:
    """A refusal as the form shows it: the sentences at their fields, or one sentence above them all."""
    if isinstance(refusal, InvalidError):
        return refusal.problems, ""
    return {}, refusal.sentence
