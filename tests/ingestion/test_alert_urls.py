import pytest

from ingestion.logs import redactor_for
from ingestion.settings import load_settings


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", ["JHMHI8qBe7bk2ZwO5U711o3dV_js"]),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", ["TIiajkdnlazkcOXrIdevi7FQ"]),
        ("mailto://bob:s3cr%23et@example.org?to=a@b.org", ["s3cr%23et", "s3cr#et"]),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/", ["abcdefg_hijklmnop", "12315544"]),
        ("json://hooks.example.org/in?token=abcDEF123456", ["abcDEF123456"]),
    ],
)
def test_tokens_of_an_address_are_taken_out_of_every_text(url: str, secrets: list[str]) -> None:
    redact = redactor_for(load_settings(odds_alert_urls=url))
    for secret in (*secrets, url.partition("://")[2]):
        assert secret not in redact(f"POST https://somewhere/{secret}/x failed")


def test_words_and_hosts_of_an_address_are_no_secrets() -> None:
    redact = redactor_for(load_settings(odds_alert_urls="json://localhost:8080/webhooks/alerts"))
    text = "Postgres at localhost:5432 does not answer; odds alerts test; webhooks"
    assert redact(text) == text


def test_a_comma_may_stand_within_an_address() -> None:
    urls = "mailto://a:b@example.org?to=c@d.org,e@f.org , discord://1/2"
    settings = load_settings(odds_alert_urls=urls)
    assert [url.get_secret_value() for url in settings.odds_alert_urls] == [
        "mailto://a:b@example.org?to=c@d.org,e@f.org",
        "discord://1/2",
    ]
    assert "example.org" not in repr(settings)
