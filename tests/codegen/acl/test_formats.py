"""Access rules as each broker reads them."""

from __future__ import annotations

import json

import pytest
from topicwright_codegen.acl.emqx import acl_conf, api_rules
from topicwright_codegen.acl.mosquitto import acl_file, dynamic_security
from topicwright_codegen.acl.roles import Grant, Role
from topicwright_codegen.project.config import UsageError

ROLE = Role("me", Grant(("a/b", "w/+"), ("w/one",)), Grant(("r/+", "w/one")))


def test_an_acl_file_cannot_deny_one_direction_and_reports_it() -> None:
    lines = acl_file([ROLE]).splitlines()[3:]
    assert lines == [
        "user me",
        "topic write a/b",
        "topic write w/+",
        "# w/one is not this service's to write, which an acl_file cannot express",
        "topic read r/+",
        "topic read w/one",
    ]
    assert "topic deny w/one" in acl_file([Role("me", ROLE.publish, Grant(("r/+",)))])


@pytest.mark.parametrize("text", ["a\nuser admin", " a", "a ", "a\u2028b", "a\x00"])
def test_what_would_be_another_line_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    for role in (Role(text, Grant(("a",)), Grant(())), Role("me", Grant((text,)), Grant(()))):
        with pytest.raises(UsageError, match="mosquitto-dynsec"):
            acl_file([role])


def test_dynamic_security_denies_before_it_allows() -> None:
    file = json.loads(dynamic_security([ROLE]))
    assert not any(value for key, value in file["defaultACLAccess"].items() if key != "unsubscribe")
    (role,) = file["roles"]
    rules = {(acl["acltype"], acl["topic"]): (acl["priority"], acl["allow"]) for acl in role["acls"]}
    assert rules["publishClientSend", "w/one"] == (1, False)
    assert rules["publishClientSend", "w/+"] == (0, True)
    assert rules["publishClientReceive", "w/one"] == rules["subscribePattern", "w/one"] == (0, True)
    assert ("subscribePattern", "w/+") not in rules
    assert file["clients"] == [{"username": "me", "roles": [{"rolename": "me"}]}]


def test_dynamic_security_keeps_roles_and_clients_of_others() -> None:
    client = {"username": "me", "password": "x", "roles": [{"rolename": "me"}, {"rolename": "more"}]}
    old = {"groups": [{"groupname": "g"}], "clients": [client], "roles": [{"rolename": "me"}, {"rolename": "admin"}]}
    file = json.loads(dynamic_security([ROLE], json.dumps(old)))
    assert file["clients"] == [client]
    assert file["groups"] == old["groups"]
    assert [role["rolename"] for role in file["roles"]] == ["me", "admin"]
    assert file["roles"][0]["acls"]


@pytest.mark.parametrize("text", ["{", "[]", '{"roles": 1}', '{"clients": [1]}'])
def test_dynamic_security_refuses_another_file(text: str) -> None:
    with pytest.raises(UsageError, match="dynamic-security"):
        dynamic_security([ROLE], text)


def test_emqx_denies_before_it_allows_and_everything_at_the_end() -> None:
    assert acl_conf([ROLE]).splitlines()[3:] == [
        '{deny, {username, "me"}, publish, ["w/one"]}.',
        '{allow, {username, "me"}, publish, ["a/b", "w/+"]}.',
        '{allow, {username, "me"}, subscribe, ["r/+", "w/one"]}.',
        "",
        "{deny, all}.",
    ]
    (user,) = json.loads(api_rules([ROLE]))
    assert user["username"] == "me"
    assert user["rules"][0] == {"topic": "w/one", "permission": "deny", "action": "publish"}
    assert [rule["topic"] for rule in user["rules"][-2:]] == ["#", "$SYS/#"]


def test_texts_in_erlang_terms_are_escaped() -> None:
    text = acl_conf([Role('a"b\\', Grant(("wärme/x",)), Grant(()))])
    assert '{username, "a\\"b\\\\"}' in text
    assert '[<<"w\\x{e4}rme/x"/utf8>>]' in text
