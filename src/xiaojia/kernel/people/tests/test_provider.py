"""Is an identity provider believed only as far as its signed word goes, and does nobody get in who has no account?"""

import http.client
import time
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.people.actions import reset_factor
from xiaojia.kernel.people.models import Account, SignIn
from xiaojia.kernel.people.tests.desk import code_of, knock, set_up, with_password
from xiaojia.kernel.people.tests.identity import CLIENT, SECRET, vouching
from xiaojia.lib.oidc import Provider

LEAVE, BACK = "/office/sign-in/provider/", "/office/sign-in/provider/back/"


@pytest.fixture(scope="module")
def running():
    with vouching() as identity:
        yield identity


@pytest.fixture
def identity(running, settings, cast):
    """The provider, saying the truth again, and known to the product."""
    running.sign_with, running.algorithm, running.claims, running.answer_issuer = running.key, "RS256", {}, ""
    running.user = "test-keeper"
    running.faults.clear()
    settings.OIDC = Provider(running.issuer, CLIENT, SECRET, name="工会统一认证", strong=("mfa", "https://acr/2"))
    return running


def go(client: Client, **form: str) -> str:
    """Leave for the provider, sign in there, and return the path with which the browser comes back."""
    away = urlsplit(client.post(LEAVE, form).context["url"])
    connection = http.client.HTTPConnection(away.netloc, timeout=5)
    connection.request("GET", f"{away.path}?{away.query}")
    home = connection.getresponse().getheader("Location")
    connection.close()
    return home.removeprefix("http://testserver")


def refused(answer, sentence: str, status: int = 403) -> bool:
    return answer.status_code == status and sentence in answer.content.decode() and not SignIn.objects.exists()


def test_without_the_setting_there_is_no_such_door(client, db, settings):
    settings.OIDC = None
    assert client.post(LEAVE).status_code == 404
    assert client.get(BACK).status_code == 404
    assert "provider" not in client.get("/office/sign-in/").content.decode()


def test_an_account_that_is_there_gets_in(client, identity):
    assert "用工会统一认证登录" in client.get("/office/sign-in/").content.decode()
    home = go(client, next="/office/me/")
    before = client.session.session_key
    assert client.get(home)["Location"] == "/office/me/"
    assert client.get("/office/me/").status_code == 200
    assert client.session.session_key != before
    assert identity.faults == []
    assert Entry.objects.filter(verb="people.signed_in", subject_label="test-keeper").count() == 1
    assert client.post("/office/sign-out/").status_code == 302
    assert client.get("/office/me/").status_code == 302


def test_what_leaves_is_fresh_each_time_and_keeps_the_verifier_at_home(client, identity):
    asked = [parse_qs(urlsplit(client.post(LEAVE).context["url"]).query) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name] and len(asked[0][name][0]) >= 43
    assert asked[0]["code_challenge_method"] == ["S256"] and asked[0]["response_type"] == ["code"]
    assert "code_verifier" not in asked[0] and "client_secret" not in asked[0]
    assert client.get(LEAVE).status_code == 405, "only a form of ours leads there"


def test_an_outside_target_is_not_followed(client, identity):
    assert client.get(go(client, next="https://elsewhere.example/"))["Location"] == "/office/"


def test_a_wrong_or_used_state_is_refused(client, identity):
    home = go(client)
    assert refused(client.get(home.replace("state=", "state=x")), "不是从这里开始的")
    assert refused(client.get(home), "不是从这里开始的"), "the journey ended with the first answer"
    assert refused(Client().get(go(client)), "不是从这里开始的"), "another browser's journey"
    home = go(client)
    assert client.get(home).status_code == 302
    SignIn.objects.all().delete()
    assert refused(Client().get(home), "不是从这里开始的")


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"]},
        {"azp": "another-client"},
        {"iss": "http://elsewhere.example"},
        {"exp": -3600},
        {"iat": +3600},
        {"exp": None},
        {"sub": None},
    ],
    ids=lambda claims: "-".join(f"{name} {value}"[:30] for name, value in claims.items()),
)
def test_a_token_that_is_not_meant_for_this_is_refused(client, identity, claims):
    identity.claims = {name: int(time.time()) + n if isinstance(n, int) else n for name, n in claims.items()}
    assert refused(client.get(go(client)), "给的答复不对")


def test_a_foreign_signature_is_refused(client, identity):
    identity.sign_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert refused(client.get(go(client)), "给的答复不对")


@pytest.mark.parametrize(("algorithm", "key"), [("none", None), ("HS256", SECRET * 2)])
def test_no_signature_and_a_shared_secret_are_refused(client, identity, algorithm, key):
    identity.algorithm, identity.sign_with = algorithm, key
    assert refused(client.get(go(client)), "给的答复不对")


def test_the_answer_of_another_issuer_is_refused(client, identity, settings):
    identity.answer_issuer = "http://elsewhere.example"
    assert refused(client.get(go(client)), "给的答复不对")
    settings.OIDC = replace(settings.OIDC, issuer=identity.issuer + "/")
    assert refused(client.post(LEAVE), "给的答复不对"), "the description must be of the issuer that was named"


def test_a_refusal_and_a_silence_have_their_sentences(client, identity, settings):
    state = parse_qs(urlsplit(client.post(LEAVE).context["url"]).query)["state"][0]
    assert refused(client.get(f"{BACK}?error=access_denied&state={state}"), "没有让你登录")
    settings.OIDC = replace(settings.OIDC, issuer="http://127.0.0.1:9")
    assert refused(client.post(LEAVE), "连不上统一身份认证", status=502)


@pytest.mark.parametrize("user", ["somebody-else", "TEST-KEEPER", "", None, ["test-keeper"]])
def test_nobody_is_created_and_no_right_is_given(client, identity, user):
    before = Account.objects.count()
    identity.user = user
    assert refused(client.get(go(client)), "这里没有你的账号")
    assert Account.objects.count() == before
    assert Entry.objects.filter(verb="people.sign_in_failed").count() == 1


def test_a_closed_account_stays_closed(client, identity):
    Account.objects.filter(username="test-keeper").update(is_active=False)
    assert refused(client.get(go(client)), "这里没有你的账号")


def test_a_user_name_given_to_somebody_else_is_not_hers(client, identity, cast):
    """The provider gives names again when people leave, never its own numbers."""
    client.get(go(client))
    account = Account.objects.get(username="test-keeper")
    assert account.provider_subject and "u-1" not in account.provider_subject
    SignIn.objects.all().delete()
    identity.claims = {"sub": "u-2"}
    assert refused(Client().get(go(client)), "不是从这里开始的")
    assert refused(client.get(go(client)), "说的是另一个人")
    reset_factor(actor=SYSTEM, account=account)
    assert client.get(go(client))["Location"] == "/office/"
    assert Entry.objects.filter(verb="people.provider_bound").count() == 2


# The second factor


def test_an_officer_still_needs_our_factor(client, identity):
    identity.user = "test-officer"
    client.get(go(client))
    assert client.get("/office/stations/")["Location"].startswith("/office/me/two-step/on/")


def test_whoever_has_ours_is_asked_for_it(client, identity, cast):
    with_password(cast.account("officer"))
    first = Client()
    knock(first, "test-officer")
    set_up(first)
    identity.user = "test-officer"
    assert client.get(go(client))["Location"] == "/office/sign-in/code/"
    code = code_of(cast.account("officer"), step=1)
    assert client.post("/office/sign-in/code/", {"code": code})["Location"] == "/office/"
    assert client.get("/office/stations/").status_code == 200


@pytest.mark.parametrize("claims", [{"amr": ["pwd", "mfa"]}, {"acr": "https://acr/2"}])
def test_the_providers_factor_counts_where_the_operator_says_so(client, identity, settings, claims):
    identity.user, identity.claims = "test-officer", claims
    client.get(go(client))
    assert client.get("/office/stations/").status_code == 200
    assert SignIn.objects.get().factor == "provider"
    settings.OIDC = replace(settings.OIDC, strong=())
    other = Client()
    other.get(go(other))
    assert other.get("/office/stations/")["Location"].startswith("/office/me/two-step/on/")


def test_a_factor_of_the_provider_is_not_lent_to_a_later_sign_in(client, identity, cast):
    """The record of a strong sign-in by another way does not spare a password its code."""
    with_password(cast.account("officer"))
    first = Client()
    knock(first, "test-officer")
    set_up(first)
    identity.user, identity.claims = "test-officer", {"amr": ["mfa"]}
    client.get(go(client))
    client.post("/office/sign-out/")
    assert knock(client, "test-officer")["Location"] == "/office/sign-in/code/"
