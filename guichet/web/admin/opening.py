"""What is still to be done before the desk opens, each with the page where it is done."""

from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from guichet.core import french, texts
from guichet.core.clock import day
from guichet.core.french import count
from guichet.notifications.incoming.queries import Reading, reading
from guichet.observatory.opening import Opening, opening
from guichet.web.admin.blueprint import bp
from guichet.web.door import at, db, needs, person, settings
from guichet.web.legal_texts import LEGAL_TEXTS


@dataclass(frozen=True)
class Step:
    """One thing to have ready. The link is for who holds one of the rights."""

    title: str
    done: bool
    told: str
    link: str = ""
    endpoint: str = ""
    rights: tuple[str, ...] = ()
    optional: bool = False
    """Nothing is done and nothing has to be: the desk opens without it."""


@bp.get("/mise-en-route")
@needs("change_parameters")
def before_opening() -> ResponseReturnValue:
    """Every step, done or to be done."""
    missing = sum(not value for value in texts.read(db(), LEGAL_TEXTS).values())
    mailbox = _mailbox(settings().reads_mailbox, reading(db()))
    steps = steps_of(opening(db(), day(at())), missing, mailbox)
    urls = {
        one.title: url_for(one.endpoint) for one in steps if any(person().may(right) for right in one.rights)
    }
    left = sum(not one.done for one in steps)
    return render_template("admin/opening.html", steps=steps, urls=urls, left=left)


def steps_of(now: Opening, missing: int, mailbox: Step) -> list[Step]:
    """The steps in the order they are taken; `missing` legal texts are not written yet."""
    agents = count(now.agents, "agent RPE", "agents RPE")
    coordinators = count(now.coordinators, "personne", "personnes")
    return [
        Step(
            "Le territoire",
            now.communes > 0 and now.creches > 0,
            _first(
                (
                    not now.communes,
                    "Rien n’est chargé : la commande « guichet load-territory » lit le fichier.",
                ),
                (not now.creches, f"{count(now.communes, 'commune')}, mais aucune crèche."),
                (True, f"{count(now.communes, 'commune')}, {count(now.creches, 'crèche')}."),
            ),
        ),
        Step(
            "Les pages légales",
            missing == 0,
            _first(
                (missing > 0, f"{count(missing, 'texte manque', 'textes manquent')} : éditeur, hébergeur…"),
                (True, "Elles sont complètes."),
            ),
            *("Compléter", "admin.legal_texts", ("change_parameters",)),
        ),
        Step(
            "Les courriels",
            now.sent > 0 and not now.stuck,
            _first(
                (
                    now.stuck > 0,
                    f"{count(now.stuck, 'courrier attend', 'courriers attendent')} que le serveur de messagerie réponde.",
                ),
                (not now.sent, "Aucun n’est encore parti : la première invitation le vérifiera."),
                (True, f"{count(now.sent, 'courrier est parti', 'courriers sont partis')}."),
            ),
            *("Voir les courriers", "letters.waiting", ("handle_letters", "manage_accounts")),
        ),
        mailbox,
        Step(
            "Les comptes",
            now.agents > 0 and now.coordinators > 0 and not now.undirected,
            f"{agents}, {coordinators} à la coordination. "
            + _first(
                (
                    now.undirected > 0,
                    f"{count(now.undirected, 'crèche n’a', 'crèches n’ont')} pas de compte de direction.",
                ),
                (True, "Chaque crèche a sa direction."),
            ),
            *("Inviter", "admin.accounts", ("manage_accounts",)),
        ),
        Step(
            "Les places",
            not now.unlicensed,
            _first(
                (
                    now.unlicensed > 0,
                    f"{count(now.unlicensed, 'crèche n’a', 'crèches n’ont')} pas d’agrément écrit : les places libres ne se comptent pas.",
                ),
                (True, "Chaque crèche a son agrément."),
            ),
            *("Voir les fiches", "places.page", ("read_offer",)),
        ),
        Step(
            "Le barème",
            now.baremes > 0,
            _first(
                (now.baremes > 0, "Une version est en vigueur."),
                (True, "Aucune version n’est en vigueur : les demandes ne reçoivent pas de points."),
            ),
            *("Choisir le barème", "bareme.page", ("edit_bareme",)),
        ),
        Step(
            "Les commissions",
            now.chaired > 0 and not now.undecided,
            _first(
                (not now.chaired, "Aucune commission n’a encore de présidence."),
                (
                    now.undecided > 0,
                    f"{count(now.undecided, 'crèche ne relève', 'crèches ne relèvent')} d’aucune commission.",
                ),
                (True, f"{count(now.chaired, 'commission a', 'commissions ont')} une présidence."),
            ),
            *("Composer les commissions", "commissions.page", ("keep_commissions",)),
        ),
    ]


def _mailbox(reads: bool, last: Reading) -> Step:
    """One may do without: members then answer by their link, and nobody learns that a mail came back."""
    told = _first(
        (not reads, "Aucune boîte n’est lue : ni les courriels qui reviennent, ni les réponses des agendas."),
        (bool(last.failure), last.failure),
        (last.read_at is None, "Elle n’a pas encore été lue."),
        (True, f"Lue le {french.at(last.read_at)}." if last.read_at else ""),
    )
    done = not reads or (last.read_at is not None and not last.failure)
    who = ("handle_letters", "manage_accounts")
    return Step("La boîte des réponses", done, told, "Voir", "incoming.page", who, optional=not reads)


def _first(*cases: tuple[bool, str]) -> str:
    """The sentence of the first case that holds."""
    return next(sentence for holds, sentence in cases if holds)
