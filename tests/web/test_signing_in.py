"""Signing in, signing out, and what a stranger sees."""

from collections.abc import Callable

from tests.web.pages import PASSWORD, Visitor


def test_a_stranger_is_led_to_the_sign_in_page(visitor: Visitor) -> None:
    visitor.get("/compte")
    assert visitor.path == "/connexion"


def test_a_wrong_password_is_one_sentence_at_its_field_and_the_address_is_kept(visitor: Visitor) -> None:
    visitor.get("/connexion")
    page = visitor.post("/connexion", {"email": "zoe@exemple.test", "password": "faux"}, status=401)
    assert "Adresse ou mot de passe inconnu." in page
    assert 'value="zoe@exemple.test"' in page


def test_after_too_many_attempts_even_the_right_password_waits(visit: Callable[..., Visitor]) -> None:
    visitor = visit("rpe_agent")
    email = visitor.person.email
    visitor.post("/deconnexion")
    for _ in range(8):
        visitor.get("/connexion")
        visitor.post("/connexion", {"email": email, "password": "faux"}, status=401)
    page = visitor.post("/connexion", {"email": email, "password": PASSWORD}, status=429)
    assert "patientez un quart d’heure" in page


def test_signing_out_ends_the_session_even_for_a_copied_cookie(visit: Callable[..., Visitor]) -> None:
    visitor = visit("rpe_agent")
    cookie = visitor.client.get_cookie("guichet")
    assert cookie is not None
    visitor.get("/compte")
    visitor.post("/deconnexion")
    visitor.client.set_cookie("guichet", cookie.value)
    visitor.get("/compte")
    assert visitor.path == "/connexion"


def test_a_form_without_its_token_is_refused(visitor: Visitor) -> None:
    visitor.post("/connexion", {"email": "a@exemple.test", "password": "x"}, status=400)


def test_the_page_asked_for_is_found_again_after_signing_in_but_never_another_site(visitor: Visitor) -> None:
    page = visitor.get("/compte")
    assert 'name="suite" value="/compte"' in page
