"""What the tests of the convocations build: a commission of named members, its session, what they receive and answer."""

from datetime import date
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.commissions.convocations.actions import Calling
from guichet.commissions.convocations.answers import opened, take
from guichet.commissions.convocations.models import Convocation
from guichet.commissions.convocations.queries import called, whole_session
from guichet.commissions.sessions import actions as session_actions
from guichet.commissions.sessions.actions import SessionEntry
from guichet.commissions.sessions.models import CommissionSession
from guichet.core.actor import Actor
from guichet.notifications.models import LetterRow
from guichet.notifications.relay import Relay
from tests import make
from tests.calendars import Read, of_mail
from tests.mailserver import MailServer
from tests.outbox import WHILE

SITS_ON, MOVED_TO = date(2027, 3, 26), date(2027, 4, 2)
"""A Friday before the clocks change, and the next one."""
SEATS = (
    *make.elected_seats(),
    make.seat("director", holder="Régine Halbourdin", email="regine@creche.example"),
    make.seat("pmi", holder="Bertille Onfray", email="bertille@departement.example", voting=False),
    make.seat("caf", title="Conseillère technique de la Caf", voting=False),
)


class Room:
    """A commission, its session, and what the tests do with them."""

    def __init__(self, session: Session, seats=SEATS, **settings) -> None:
        self.session = session
        self.catalogue = make.territory(session)
        self.by = make.person(session, "coordinator")
        self.calling = Calling(self.catalogue, "http://127.0.0.1:8000")
        commission = make.commission(
            session, self.catalogue, self.by, name="Commission de Blanzy", seats=seats, **settings
        )
        entry = SessionEntry(SITS_ON, 14 * 60, "Salle du conseil")
        self.id = session_actions.plan(session, commission, entry, actor=self.by, at=make.NOON).id
        session.commit()

    @property
    def sitting(self) -> CommissionSession:
        self.session.flush()
        self.session.expire_all()
        found = whole_session(self.session, self.id)
        assert found is not None
        return found

    def convene(self) -> None:
        session_actions.convene(
            self.session, self.sitting, "", actor=self.by, at=make.NOON, calling=self.calling
        )
        self.session.commit()

    def postpone(self, on: date = MOVED_TO, at=make.NOON) -> None:
        made = session_actions.postpone(
            self.session,
            self.sitting,
            SessionEntry(on, 14 * 60, "Salle du conseil"),
            "Salle prise",
            self.catalogue,
            actor=self.by,
            at=at,
            calling=self.calling,
        )
        self.session.commit()
        self.id = made.id

    def send(self, relay: Relay) -> None:
        """Let the letters leave; what the tests were reading ends first, or SQLite would wait for it."""
        self.session.commit()
        relay.drain(WHILE)

    def of(self, name: str) -> Convocation:
        self.session.expire_all()
        return next(one for one in called(self.session, self.id) if one.name == name)

    def token(self, name: str) -> str:
        row = self.session.get(LetterRow, self.of(name).letter_id)
        assert row is not None
        facts = self.session.scalar(select(LetterRow.facts).where(LetterRow.id == row.id))
        return facts["action"][1].rpartition("/")[2]

    def answer(self, name: str, said: str, carrier: str = "", at=make.NOON) -> None:
        page = opened(self.session, self.token(name), at=at, lock=True)
        seat = self.of(carrier).seat_id if carrier else None
        take(self.session, page, said, seat, self.calling, actor=Actor(None, name), at=at)
        self.session.commit()


def received(server: MailServer, name: str) -> list[EmailMessage]:
    return [mail for mail in server.accepted if name in str(mail["To"])]


def calendars(server: MailServer, name: str) -> list[Read]:
    return [of_mail(mail)[0] for mail in received(server, name)]
