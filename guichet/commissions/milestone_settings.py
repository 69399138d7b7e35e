"""What an administrator chooses about the dated tasks of a session."""

from collections.abc import Mapping

from guichet.core.parameters import Declared
from guichet.scheduling.milestones import Lapses

CALL = Declared(
    "call_for_updates_days",
    "Appeler les familles à mettre à jour leur dossier avant la séance (jours)",
    30,
    7,
    120,
)
FREEZE = Declared("agenda_frozen_days", "Figer l’ordre du jour avant la séance (jours)", 12, 1, 60)
REMIND = Declared("remind_members_days", "Rappeler la séance aux membres avant la séance (jours)", 2, 0, 15)
MINUTES = Declared("minutes_days", "Rédiger le procès-verbal après la séance (jours)", 5, 1, 60)
LETTERS = Declared("letters_days", "Envoyer les lettres aux familles après la séance (jours)", 7, 1, 60)
ANSWERS = Declared("answers_days", "Recevoir les réponses des familles après la séance (jours)", 21, 1, 120)
WARN_OWNER = Declared(
    "warn_owner_days", "Prévenir la personne chargée d’une échéance, à l’avance (jours)", 3, 0, 30
)
MILESTONES = (CALL, FREEZE, REMIND, MINUTES, LETTERS, ANSWERS, WARN_OWNER)


def lapses(chosen: Mapping[str, int], agenda_closes_days: int) -> Lapses:
    """The lapses of a session: those chosen for all, and the closing of the agenda of its own règlement."""
    return Lapses(
        call_for_updates=max(chosen[CALL.key], agenda_closes_days),
        files_closed=agenda_closes_days,
        agenda_frozen=chosen[FREEZE.key],
        reminder=chosen[REMIND.key],
        minutes=chosen[MINUTES.key],
        letters=chosen[LETTERS.key],
        answers=chosen[ANSWERS.key],
    )
