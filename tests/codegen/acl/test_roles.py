"""Access rules: the role of each service, and the command that writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from topicwright_codegen.acl.formats import FORMATS
from topicwright_codegen.acl.roles import Extras, Grant, Role, roles_of
from topicwright_codegen.catalog.reading import read_documents
from topicwright_codegen.cli import main
from topicwright_codegen.diagnostics.diagnostics import Diagnostics

HEAD = "asyncapi: 3.0.0\ninfo: {title: Test, version: 1.0.0}\n"
MESSAGES = "messages: {M: {payload: {type: object, properties: {n: {type: integer}}}}}"


def channel(name: str, address: str, more: str = "") -> str:
    return f"  {name}:\n    address: {address}\n    {MESSAGES}\n{more}"


def operation(name: str, action: str, of: str, more: str = "") -> str:
    return f"  {name}:\n    action: {action}\n    channel: {{$ref: '#/channels/{of}'}}\n{more}"


def server(client_id: str, will: str = "") -> str:
    last = f", lastWill: {{topic: {will}}}" if will else ""
    return (
        "servers:\n  b:\n    host: localhost\n    protocol: mqtt\n"
        f"    bindings: {{mqtt: {{clientId: {client_id}{last}}}}}\n"
    )


def document(channels: str, operations: str, servers: str = "") -> str:
    return f"{HEAD}{servers}channels:\n{channels}" + (f"operations:\n{operations}" if operations else "")


def write(bench: Any, **documents: str) -> None:
    for name, text in documents.items():
        bench.write(text, f"{name}.yaml", head="")


def roles(bench: Any, extras: Extras | None = None, warnings: list[str] | None = None) -> dict[str, Role]:
    _, apis = read_documents(bench.config, Diagnostics())
    diagnostics = Diagnostics()
    found = roles_of(apis, diagnostics, extras)
    assert [diagnostic.code for diagnostic in diagnostics.sorted()] == (warnings or [])
    return {role.name: role for role in found}


def test_a_service_gets_its_operations_and_nothing_else(bench: Any) -> None:
    channels = channel("a", "a/b") + channel("c", "c/d") + channel("e", "e/f")
    write(
        bench,
        one=document(channels, operation("x", "send", "a") + operation("y", "receive", "c")),
        two=document(channels.replace("a/b", "a/two"), operation("x", "receive", "a")),
    )
    found = roles(bench)
    assert found["one"] == Role("one", Grant(("a/b",)), Grant(("c/d",)))
    assert found["two"] == Role("two", Grant(()), Grant(("a/two",)))


def test_a_reply_has_the_opposite_direction(bench: Any) -> None:
    channels = channel("ask", "ask") + channel("answer", "answer/{who}", "    parameters: {who: {}}\n")
    reply = "    reply: {channel: {$ref: '#/channels/answer'}}\n"
    write(bench, single=document(channels, operation("x", "send", "ask", reply)))
    found = roles(bench)
    assert found["single"] == Role("single", Grant(("ask",)), Grant(("answer/+",)))
    assert found["single-peer"] == Role("single-peer", Grant(("answer/+",)), Grant(("ask",)))


INBOX = channel("ask", "ask") + f"  inbox:\n    address: null\n    {MESSAGES}\n"
REPLY = "    reply: {address: {location: $message.header#/replyTo}, channel: {$ref: '#/channels/inbox'}}\n"


def test_replies_at_run_time_go_to_the_inbox_of_the_requester(bench: Any) -> None:
    shared = "channels:\n  ask: {$ref: 'ask.yaml#/channels/ask'}\n  inbox: {$ref: 'ask.yaml#/channels/inbox'}\n"
    write(
        bench,
        ask=document(INBOX, ""),
        asker=HEAD + server("asker-1") + shared + "operations:\n" + operation("x", "send", "ask", REPLY),
        server=HEAD + server("server-1") + shared + "operations:\n" + operation("x", "receive", "ask", REPLY),
    )
    found = roles(bench)
    assert found["asker"] == Role("asker", Grant(("ask",)), Grant(("replies/asker-1",)))
    assert found["server"] == Role("server", Grant(("replies/asker-1",)), Grant(("ask",)))


def test_a_requester_without_a_client_id_may_have_any_inbox(bench: Any) -> None:
    write(bench, single=document(INBOX, operation("x", "receive", "ask", REPLY)))
    found = roles(bench)
    assert found["single"].publish == Grant(("replies/+",))
    assert found["single-peer"].subscribe == Grant(("replies/+",))


def test_parameters_are_wildcards_unless_the_senders_value_is_known(bench: Any) -> None:
    parameters = "    parameters: {client_id: {}, side: {enum: [left, right]}, n: {}}\n"
    channels = channel("a", "'{client_id}/{side}/x-{n}'", parameters)
    both = operation("x", "send", "a") + operation("y", "receive", "a")
    write(bench, one=document(channels, both, server("me")), two=document(channels, both))
    found = roles(bench)
    assert found["one"].publish.filters == ("me/left/+", "me/right/+")
    assert found["two"].publish.filters == ("+/left/+", "+/right/+")
    assert found["one"].subscribe.filters == ("+/+/+",)


def test_too_many_values_are_a_wildcard(bench: Any) -> None:
    values = ", ".join(f"v{number}" for number in range(65))
    channels = channel("a", "a/{p}", f"    parameters: {{p: {{enum: [{values}]}}}}\n")
    write(bench, one=document(channels, operation("x", "send", "a")))
    assert roles(bench)["one"].publish.filters == ("a/+",)


def test_a_client_id_that_is_not_one_topic_level_is_not_put_into_topics(bench: Any) -> None:
    channels = channel("a", "a/{client_id}", "    parameters: {client_id: {}}\n")
    write(bench, one=document(channels, operation("x", "send", "a"), server("'a/#'")))
    assert roles(bench)["one"].publish.filters == ("a/+",)


def test_a_literal_address_is_not_in_the_wildcard_of_a_parameter(bench: Any) -> None:
    channels = channel("any", "a/{p}", "    parameters: {p: {}}\n") + channel("one", "a/one")
    write(
        bench,
        wide=document(channels, operation("x", "receive", "any")),
        both=document(channels, operation("x", "receive", "any") + operation("y", "receive", "one")),
    )
    found = roles(bench)
    assert found["wide"].subscribe == Grant(("a/+",), ("a/one",))
    assert found["both"].subscribe == Grant(("a/+", "a/one"))


def test_an_address_that_is_no_topic_is_not_denied_to_anybody(bench: Any) -> None:
    channels = channel("any", "x/{p}", "    parameters: {p: {}}\n") + channel("odd", "x/a+b") + channel("one", "x/one")
    write(bench, wide=document(channels, operation("x", "receive", "any")))
    assert roles(bench)["wide"].subscribe == Grant(("x/+",), ("x/one",))


def test_a_wildcard_of_the_author_means_everything_below_it(bench: Any) -> None:
    channels = channel("any", "a/#") + channel("one", "a/one")
    write(bench, wide=document(channels, operation("x", "receive", "any")))
    assert roles(bench, warnings=["TW302"])["wide"].subscribe == Grant(("a/#",))


def test_last_will_health_and_dead_letters(bench: Any) -> None:
    channels = channel("a", "a/b")
    write(
        bench,
        hears=document(channels, operation("x", "receive", "a"), server("me", "will/me")),
        speaks=document(channels, operation("x", "send", "a")),
    )
    assert roles(bench)["hears"].publish.filters == ("will/me",)
    found = roles(bench, Extras(health=True, dead_letters=("errors/{service}/{client_id}",)))
    expected = ("errors/hears/me", "system/health/me", "system/keepalive/me", "will/me")
    assert found["hears"].publish.filters == expected
    assert found["speaks"].publish.filters == ("a/b", "system/health/+", "system/keepalive/+")


def test_dead_letter_topic_that_a_service_makes_a_wildcard_is_refused(project: Path, capsys: Any) -> None:
    bad = document(channel("a", "a/b"), operation("x", "receive", "a"))
    (project / "catalog" / "a+b.yaml").write_text(bad, encoding="utf-8")
    assert main(["acl", "--source", "catalog", "--dead-letter", "errors/{service}"]) == 1
    assert "TW604 the dead-letter topic of the service 'a+b' would be 'errors/a+b'" in capsys.readouterr().err


def test_a_topic_known_only_at_run_time_is_reported(bench: Any) -> None:
    write(bench, one=document(f"  a:\n    address: null\n    {MESSAGES}\n", operation("x", "send", "a")))
    assert roles(bench, warnings=["TW601"])["one"] == Role("one", Grant(()), Grant(()))


def test_asyncapi_2_is_read_from_the_side_of_the_application(bench: Any) -> None:
    text = (
        "asyncapi: 2.6.0\ninfo: {title: T, version: '1'}\nchannels:\n"
        "  out:\n    subscribe: {message: {payload: {type: string}}}\n"
        "  in:\n    publish: {message: {payload: {type: string}}}\n"
    )
    bench.write(text, "lamp.yaml", head="")
    found = roles(bench)
    assert found["lamp"] == Role("lamp", Grant(("out",)), Grant(("in",)))
    assert found["lamp-peer"] == Role("lamp-peer", Grant(("in",)), Grant(("out",)))


# -- the command -------------------------------------------------------------------------------------------------


@pytest.fixture
def project(bench: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    channels = channel("a", "a/b")
    write(bench, hears=document(channels, operation("x", "receive", "a"), server("me")))
    monkeypatch.chdir(bench.folder)
    return bench.folder


@pytest.mark.parametrize("broker", FORMATS)
def test_any_single_document_will_do(project: Path, broker: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["acl", "--source", "catalog/hears.yaml", "--broker", broker]) == 0
    out = capsys.readouterr().out
    assert "hears" in out
    assert "hears-peer" in out


def test_settings_and_flags_add_up(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = '[tool.topicwright]\nsources = ["catalog"]\n'
    table = '[tool.topicwright.acl]\nhealth = true\ndead_letter = "errors/all"\n'
    (project / "pyproject.toml").write_text(settings + table, encoding="utf-8")
    assert main(["acl", "--dead-letter", "errors/{service}"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {"topic write errors/all", "topic write errors/hears", "topic write system/health/me"} <= set(lines)


@pytest.mark.parametrize("table", ['health = "yes"', "dead_letter = 1", 'dead_letter = ["a/+"]', "heath = true"])
def test_wrong_settings_are_reported(project: Path, table: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = f'[tool.topicwright]\nsources = ["catalog"]\n[tool.topicwright.acl]\n{table}\n'
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    assert main(["acl"]) == 2
    assert "\n" not in capsys.readouterr().err.strip()


@pytest.mark.parametrize(
    ("flags", "status", "text"),
    [
        (["--dead-letter", "errors/#"], 2, "errors/#"),
        (["--source", "nowhere"], 2, "nowhere does not exist"),
        (["--source", "catalog", "--into", "no/such/folder"], 2, "no/such/folder"),
    ],
)
def test_wrong_use_is_reported(
    project: Path, flags: list[str], status: int, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = [] if "--source" in flags else ["--source", "catalog"]
    assert main(["acl", *source, *flags]) == status
    assert text in capsys.readouterr().err


def test_two_services_of_one_name_are_refused(bench: Any, capsys: pytest.CaptureFixture[str]) -> None:
    text = document(channel("a", "a/b"), operation("x", "send", "a"))
    for folder in ("one", "two"):
        bench.write(text, f"{folder}/worker.yaml", head="")
    assert main(["acl", "--source", str(bench.catalog)]) == 1
    assert "TW331 two services are called 'worker'" in capsys.readouterr().err


def test_a_catalog_without_operations_gives_nobody_access(bench: Any, capsys: pytest.CaptureFixture[str]) -> None:
    write(bench, one=document(channel("a", "a/b"), ""))
    assert main(["acl", "--source", str(bench.catalog)]) == 1
    assert "TW602" in capsys.readouterr().err


@pytest.mark.parametrize("topic", ["'#'", "fleet/+/health", "'+'", "$SYS/x", "$CONTROL/dynamic-security/v1", "'a/{b}'"])
def test_a_last_will_grants_one_topic_of_clients_or_nothing(bench: Any, topic: str) -> None:
    channels = channel("a", "a/b")
    write(bench, one=document(channels, operation("x", "send", "a"), server("lamp", topic)))
    assert roles(bench)["one"].publish == Grant(("a/b",))


@pytest.mark.parametrize("control", ["$CONTROL/dynamic-security/#", "$CONTROL/#"])
@pytest.mark.parametrize("holder", ["role", "client", "member"])
def test_a_service_called_like_an_administrator_is_refused_and_the_file_stays(
    bench: Any, tmp_path: Path, holder: str, control: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(bench, one=document(channel("a", "a/b"), operation("x", "send", "a")))
    role = {"acltype": "publishClientSend", "topic": control, "priority": 0, "allow": True}
    client: dict[str, Any] = {"username": "one" if holder != "role" else "root"}
    client["groups" if holder == "member" else "roles"] = [
        {"groupname": "g"} if holder == "member" else {"rolename": "one" if holder == "role" else "root"}
    ]
    before = {
        "clients": [client],
        "groups": [{"groupname": "g", "roles": [{"rolename": "root"}]}],
        "roles": [{"rolename": "one" if holder == "role" else "root", "acls": [role]}],
    }
    file = tmp_path / "dynsec.json"
    file.write_text(json.dumps(before), encoding="utf-8")
    source = ("--source", str(bench.catalog))
    assert main(["acl", *source, "--broker", "mosquitto-dynsec", "--into", str(file)]) == 1
    assert "one.yaml:2:8: TW603 the service 'one' has the name of an administrator" in capsys.readouterr().out
    assert json.loads(file.read_text(encoding="utf-8")) == before
