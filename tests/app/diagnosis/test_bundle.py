"""The bundle: everything that helps, nothing that anybody wrote or must not know."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from app import channel_settings, database, settings
from app.diagnosis import bundle
from app.diagnosis.finding import Finding
from app.people import agents, tokens
from app.tables import Mailbox, Organization

CANARIES = (
    *("Kanarienvogel", "13912345678", "canary@visitor.example", "canary-wx", "203.0.113.77"),
    *("canary-robot-key", "canary@team.example", "Canary CRM", "canary.example", "s3cret-canary"),
)
NAME, PHONE, EMAIL, WECHAT, IP, ROBOT, AGENT, CHANNEL, HOST, PASSWORD = CANARIES
LOG = [
    json.dumps({"event": "request", "ip": IP, "route": "/w/{slug}", "status": 303}),
    json.dumps({"event": f"sender failed for {EMAIL}", "level": "error", "name": NAME}),
    json.dumps({"event": "x", "reason": f"postgres://desk:{PASSWORD}@{HOST}/db"}),
    f"Traceback: {PHONE}",
    f"{NAME} wrote {WECHAT}",
]


async def fill(org: Organization, visitor: httpx.AsyncClient) -> str:
    """A canary wherever somebody may write; a token's secret, which is one, too."""
    await agents.create(org.id, email=AGENT, password="correct horse 9")
    url = f"https://{HOST}/hook/{ROBOT}"
    raw = {"type": "custom", "name": CHANNEL, "webhook_url": url}
    await channel_settings.replace(org.id, {"notifications": [raw]}, by=AGENT)
    await Organization.update({Organization.name: NAME}, force=True)
    said = {"name": NAME, "phone": PHONE, "email": EMAIL, "wechat": WECHAT}
    body = {"visitor": said, "message": {"content": f"{NAME} {PHONE}"}}
    answer = await visitor.post("/api/v1/leavemsg/messages", json=body)
    assert answer.status_code == 201, answer.text
    box = {Mailbox.organization: org.id, Mailbox.config: "{}", Mailbox.fault_words: EMAIL}
    await Mailbox.insert(Mailbox(box))
    return await tokens.create(org.id, NAME, ["all"])


async def test_no_canary_is_found_in_it_and_what_helps_is(
    org: Organization, visitor: httpx.AsyncClient
) -> None:
    token = await fill(org, visitor)
    found = [
        Finding("fail", "outbound", "It cannot be reached.", {"why": f"{EMAIL} at {IP}"}, HOST),
        Finding("fail", "channel", "Its secrets were saved with another key.", name=CHANNEL),
    ]
    environ = {
        "DATABASE_URL": f"postgres://desk:{PASSWORD}@{HOST}/db",
        "LEAVEMSG_BASE_URL": f"https://{HOST}",
        "LEAVEMSG_EGRESS_ADDRESS": IP,
        "LEAVEMSG_SECRET_KEY": f"{PASSWORD}-{PASSWORD}-{PASSWORD}",
        "LEAVEMSG_SUBMIT_PER_MINUTE": "7",
        "LEAVEMSG_CLAMD_FILE": f"/run/{PASSWORD}",
    }
    contents = await bundle.contents(settings.current(), environ, found, LOG)
    everything = b"\n".join(contents.values()).decode()
    for canary in (*CANARIES, token, settings.current().secret_key):
        assert canary not in everything, canary

    def read(name: str) -> Any:
        return json.loads(contents[name])

    assert read("versions.json")["libraries"]["litestar"]
    told = read("settings.json")
    assert told["LEAVEMSG_SUBMIT_PER_MINUTE"] == "7"
    assert (told["DATABASE_URL"], told["LEAVEMSG_BASE_URL"]) == ("set", "https://<address>")
    assert (told["LEAVEMSG_CLAMD"], told["PORT"]) == ("set by a file", "default")
    assert [each["about"] for each in read("findings.json")] == ["outbound", "channel"]
    rows = read("database.json")
    assert (rows["schema"], rows["rows"]["message"], rows["rows"]["channel"]) == ("ok", 1, 1)
    assert read("health.json")["database"] == "ok"
    events = [json.loads(line)["event"] for line in contents["log.jsonl"].splitlines()]
    assert events == ["request", "sender failed for <email>", "x", bundle.LEFT_OUT]
    assert "README.txt" in contents


async def test_keys_that_stand_in_no_variable_of_their_own_go_too(
    db: str, configure: Callable[..., Any]
) -> None:
    """Several stand in one, or they are in files."""
    keys = ["canary+key/" * 4, "canary+old/" * 4]
    token = "canary+token/" * 2
    configure(LEAVEMSG_OTHER_SECRET_KEYS=" ".join(keys), LEAVEMSG_METRICS_TOKEN=token)
    found = [Finding("fail", "channel", "{why}", {"why": each}) for each in (*keys, token)]
    contents = await bundle.contents(settings.current(), {}, found)
    told = json.loads(contents["findings.json"])
    assert [each["facts"] for each in told] == [{"why": "<secret>"}] * 3


async def test_without_a_database_the_rest_is_in_it(db: str) -> None:
    await database.engine().close()
    if isinstance(engine := database.engine(), database.SQLite):
        engine.connection_kwargs["database"] = "/nowhere/leavemsg.sqlite"
    contents = await bundle.contents(settings.current(), {}, [])
    assert json.loads(contents["database.json"])["reason"]
    assert json.loads(contents["health.json"])["status"] == "down"
