"""Why a date and not another, in words."""

from datetime import date

import pytest

from guichet.scheduling.planning.problem import HalfDay
from guichet.web.calendar.reasons import Chair, Worth, aimed, apart, points, why_apart

MAY = date(2027, 5, 3)
CHAIR, DOCTOR = Chair("Honorine", "Honorine", 20, 20), Chair("Pia", "Pia", 20, 20)


def worth(day, chairs=(CHAIR, DOCTOR), tour=-36.0):
    return Worth(HalfDay(date(2027, 5, day), "am"), tuple(chairs), 0, tour)


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        (0.7, "0,7 point de moins"),
        (-36.3, "36,3 points de plus"),
        (0.01, "autant de points"),
        (2, "2 points de moins"),
    ],
)
def test_a_cost_is_said_as_what_the_calendar_loses_or_gains(cost, said):
    assert apart(cost) == said
    assert points(-1.34) == "− 1,3 point"


@pytest.mark.parametrize(
    ("now", "other", "said"),
    [
        (worth(4), worth(4), []),
        (worth(4), worth(10), ["6\u00a0jours plus loin du jour visé"]),
        (worth(4, tour=-18), worth(3), ["un déplacement de plus pour l’équipe", "1\u00a0jour plus près du jour visé"]),
        (worth(4), worth(4, tour=0), ["l’équipe siège déjà cette demi-journée"]),
        (worth(4), worth(4, [CHAIR, Chair("Pia", "", 0, 20)]), ["sans Pia"]),
        (worth(4, [CHAIR, Chair("Pia", "", 0, 20)]), worth(4), ["avec Pia"]),
        (worth(4), worth(4, [Chair("Honorine", "Barnabé", 20, 20), DOCTOR]), ["Barnabé supplée Honorine"]),
        (worth(4), worth(4, [CHAIR, Chair("Pia", "Pia", 15, 20)]), ["Pia seulement si besoin"]),
        (worth(4, [CHAIR, Chair("Pia", "Pia", 15, 20)]), worth(4), ["Pia sans réserve"]),
    ],
)  # fmt: skip
def test_another_date_says_who_would_miss_and_how_far_it_is(now, other, said):
    assert why_apart(now, other, MAY) == said


def test_a_date_says_how_far_it_is_from_the_day_aimed_at():
    assert aimed(MAY, MAY) == "le jour visé"
    assert aimed(date(2027, 4, 29), MAY) == "4\u00a0jours avant le 3\u00a0mai 2027, jour visé"
