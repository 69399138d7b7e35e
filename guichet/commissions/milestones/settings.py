"""What an administrator chooses about the dated tasks of a session."""

from collections.abc import Mapping

from guichet.commissions.sessions.update_warning import BEFORE_DAYS
from guichet.core.parameters import Declared
from guichet.scheduling.milestones import Lapses

FREEZE = Declared("agenda_frozen_days", "Figer l’ordre du jour avant la séance (jours)", 12, 1, 60)
REMIND = Declared("remind_members_days", "Rappeler la séance aux membres avant la séance (jours)", 2, 0, 15)
MINUTES = Declared("minutes_days", "Rédiger le procès-verbal après la séance (jours)", 5, 1, 60)
LETTERS = Declared("letters_days", "Envoyer les lettres aux familles après la séance (jours)", 7, 1, 60)
ANSWERS = Declared("answers_days", "Recevoir les réponses des familles après la séance (jours)", 21, 1, 120)
WARN_OWNER = Declared(
    "warn_owner_days", "Prévenir la personne chargée d’une échéance, à l’avance (jours)", 3, 0, 30
)
MILESTONES = (FREEZE, REMIND, MINUTES, LETTERS, ANSWERS, WARN_OWNER)
TO_LOOK = 3
"""Days between the letters that the guichet writes by itself to the families (update_warning.py) and the last day to
look whether they left: a weekend must not make it late."""


def lapses(chosen: Mapping[str, int], agenda_closes_days: int) -> Lapses:
    """The lapses of a session: those chosen for all, and the closing of the agenda of its own règlement."""
    return Lapses(
        call_for_updates=agenda_closes_days + BEFORE_DAYS - TO_LOOK,
        files_closed=agenda_closes_days,
        agenda_frozen=chosen[FREEZE.key],
        reminder=chosen[REMIND.key],
        minutes=chosen[MINUTES.key],
        letters=chosen[LETTERS.key],
        answers=chosen[ANSWERS.key],
    )
