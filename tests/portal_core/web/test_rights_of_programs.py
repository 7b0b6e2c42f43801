"""What programs may ask of a portal: every role, the account next door, and who has not signed in; ranges of bytes."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from portal_core.db import hosted, pushes, sessions
from portal_core.db import models as rows
from portal_core.due import Due
from portal_core.mailing import MailFolder
from portal_core.pushes import SILENT_US, Reached
from portal_core.roles import RIGHTS, Action, Reach, Role
from portal_core.web import hosted_routes, keyring_routes, upload_routes
from portal_core.web.byte_ranges import wanted_span
from tests.portal_core.web.ended import SESSION, ended
from tests.portal_core.web.site import PASSWORD, START_US, Site
from tests.replay.sessions import Maker
from tests.vectors.fixed import signer
from vault.header import MAX_HEADER_SIZE, read_header
from vault.keyring import read_keyring
from vault.local import LocalGrowing

ID: Final = bytes([1]) * 16
WALKED: Final = (*Role, None)


@dataclass(frozen=True)
class Asked:
    """A request, the right it takes, and how far that must reach: 0 for anything at all."""

    method: str
    path: str
    action: Action
    wanted: int
    json: dict[str, str] | None = None


REQUESTS: Final = (
    Asked("GET", "/api/me", Action.SEE_OWN_SETTINGS, Reach.OWN),
    Asked("GET", "/api/recordings", Action.PLAY_RECORDINGS, Reach.OWN),
    Asked("GET", "/api/recordings/{recording}", Action.PLAY_RECORDINGS, Reach.ACCOUNT),
    Asked("GET", "/api/recordings/{recording}/bytes", Action.PLAY_RECORDINGS, Reach.ACCOUNT),
    Asked("GET", "/api/recordings/{recording}/anchors", Action.PLAY_RECORDINGS, Reach.ACCOUNT),
    Asked("GET", "/api/recordings/{recording}/key", Action.PLAY_RECORDINGS, Reach.ACCOUNT),
    Asked("GET", "/api/portals/{address}/keyring", Action.PLAY_RECORDINGS, Reach.ACCOUNT),
    Asked("GET", "/api/portals/{address}/recipient", Action.PUSH_RECORDING, Reach.OWN),
    Asked("GET", "/api/portals/{address}/server-key", Action.SET_PASSPHRASE, Reach.ACCOUNT),
    Asked("POST", "/api/portals/{address}/keyring/open", Action.SET_PASSPHRASE, Reach.ACCOUNT, {"password": PASSWORD}),
    Asked("PUT", "/api/portals/{address}/keyring", Action.SET_PASSPHRASE, Reach.ACCOUNT),
    Asked("POST", "/api/signers", Action.PUSH_RECORDING, Reach.OWN, {"signer": "x", "proof": ""}),
    Asked("POST", "/api/uploads", Action.PUSH_RECORDING, Reach.OWN),
    Asked("PATCH", "/api/uploads/{recording}", Action.PUSH_RECORDING, Reach.OWN),
)
# Public, or of nobody but who pushes: a recording that is not his is not there.
ELSEWHERE: Final = {("GET", "/.well-known/sealcast-signers"), ("GET", "/api/uploads/{recording}")}


@pytest.fixture
def recorded(site: Site) -> Site:
    """A portal, and a recording of somebody's session."""
    made = ended(site, places=("server",))
    assert made.parts == (ID,)
    return site


def program(site: Site, login: str) -> TestClient:
    client = site.browser()
    client.headers["accept"] = "application/json"
    token = client.post("/api/sign-in", json={"login": login, "password": PASSWORD}).json()["token"]
    client.headers["authorization"] = f"Bearer {token}"
    return client


def answer(client: TestClient, asked: Asked, address: str = "help") -> int:
    path = asked.path.format(recording=ID.hex(), address=address)
    headers = {"sealcast-replace-token": "0" * 64, "upload-offset": "0"}
    query = {"portal": address} if path == "/api/uploads" else None
    found = client.request(asked.method, path, headers=headers, json=asked.json, params=query)
    assert found.status_code < 400 or set(found.json()) == {"why", "hint"}, found.text
    return found.status_code


def test_all_of_them_are_walked() -> None:
    routes = (hosted_routes.router, keyring_routes.router, upload_routes.router)
    there = {
        (method, one.path) for router in routes for one in router.routes if isinstance(one, APIRoute)
        for method in one.methods or ()
    }  # fmt: skip
    assert there == {(one.method, one.path) for one in REQUESTS} | ELSEWHERE


@pytest.mark.parametrize("role", WALKED, ids=str)
def test_as_the_table_of_rights_says(recorded: Site, role: Role | None) -> None:
    if role is None:
        client = recorded.browser()
        client.headers["accept"] = "application/json"
        assert {answer(client, one) for one in REQUESTS} == {401}
        return
    recorded.person("walker", role)
    client = program(recorded, "walker")
    for one in REQUESTS:
        allowed = RIGHTS[one.action][role] >= one.wanted
        status = answer(client, one)
        assert (status != 403) is allowed, (one, status)
        if allowed and one.method == "GET":
            assert status == 200, one


@pytest.mark.parametrize("role", Role, ids=str)
def test_for_another_account_nothing_is_there(recorded: Site, role: Role) -> None:
    other = recorded.account("Other")
    recorded.person("stranger", role, account_id=other)
    client = program(recorded, "stranger")
    for one in REQUESTS:
        if "{" in one.path or one.path == "/api/uploads":
            assert answer(client, one) in (403, 404), one
    listed = client.get("/api/recordings")
    assert listed.status_code == 403 or listed.json()["recordings"] == []
    assert recorded.portal.context.settings.recordings.joinpath(SESSION.hex(), "1.sealcast").is_file()


def test_whoever_manages_sees_what_is_known_of_each(recorded: Site) -> None:
    recorded.person("mia", Role.COMPANY_MANAGER)
    client = program(recorded, "mia")
    (one,) = client.get("/api/recordings").json()["recordings"]
    data = recorded.portal.context.settings.recordings.joinpath(SESSION.hex(), "1.sealcast").read_bytes()
    assert one == {
        "recording": ID.hex(), "session": SESSION.hex(), "part": 1, "portal": {"name": "Help", "address": "help"},
        "customer": "Bob", "agent": "Ann", "began_us": START_US, "ended_us": START_US + 1, "state": "complete",
        "state_in_words": "complete", "size": len(data),
        "fingerprint": hashlib.sha256(data[-1024:-64]).hexdigest(), "passphrase": False,
    }  # fmt: skip
    assert client.get(f"/api/recordings?before={ID.hex()}").json() == {"recordings": [], "before": None}
    assert client.get("/api/recordings?limit=1").json()["before"] == ID.hex()
    (signer_row,) = client.get("/.well-known/sealcast-signers").json()["signers"]
    assert signer_row["signer"].startswith("sealcast-signer1")
    assert signer().public.hex() not in str(signer_row)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=0-", (0, 10)),
        ("bytes=3-5", (3, 6)),
        ("bytes = 3 - 5 ", (3, 6)),
        ("BYTES=9-9", (9, 10)),
        ("bytes=9-99", (9, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-99", (0, 10)),
        ("bytes=-0", (10, 0)),  # nothing
        ("bytes=10-", (10, 10)),  # nothing
        ("bytes=99-100", (99, 10)),  # nothing
        ("bytes=5-3", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("bytes=a-b", None),
        ("pages=1-2", None),
        ("bytes=0-1" + "0" * 30, None),
        ("", None),
    ],
)
def test_ranges_are_what_the_rfc_says(text: str, span: tuple[int, int] | None) -> None:
    assert wanted_span(text, 10) == span


def test_ranges_over_http(recorded: Site) -> None:
    recorded.person("mia", Role.COMPANY_MANAGER)
    client, path = program(recorded, "mia"), f"/api/recordings/{ID.hex()}/bytes"
    there = recorded.portal.context.settings.recordings.joinpath(SESSION.hex(), "1.sealcast")
    data = there.read_bytes()
    whole = client.get(path)
    assert (whole.status_code, whole.content, whole.headers["accept-ranges"]) == (200, data, "bytes")
    part = client.get(path, headers={"range": "bytes=5-8"})
    assert (part.status_code, part.content) == (206, data[5:9])
    assert part.headers["content-range"] == f"bytes 5-8/{len(data)}"
    beyond = client.get(path, headers={"range": f"bytes={len(data)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(data)}")
    with there.open("ab") as file:
        file.write(b"more")
    grown = client.get(path, headers={"range": f"bytes={len(data)}-"})
    assert (grown.status_code, grown.content) == (206, b"more")
    there.unlink()
    assert client.get(path).status_code == 404


def test_a_push_of_which_nothing_comes_any_more_counts_as_it_is_and_may_go_on(site: Site, tmp_path: Path) -> None:
    portal_id, ann = site.add_portal("Help"), site.person("ann")
    context = site.portal.context
    path = tmp_path / "made.sealcast"
    with context.db.begin() as tx:
        portal = tx.get_one(rows.Portal, portal_id)
        recipient = read_keyring(tx.get_one(rows.Keyring, portal_id).content).recipient
        Maker(LocalGrowing(path), recipient=recipient, recording_id=ID, session_id=SESSION).finish()
        header = read_header(path.read_bytes()[:MAX_HEADER_SIZE])
        pushes.begin_push(tx, header, portal, person_id=ann, customer="Bob", now_us=site.now_us)
    due = Due(
        db=context.db, mailing=MailFolder(tmp_path), sender="", recordings=tmp_path, now_us=lambda: site.now_us,
        texts=context.texts,
    )  # fmt: skip

    def state() -> str:
        due.tidy()
        with context.db.begin() as tx:
            found = hosted.find(tx, ID)
            return sessions.state_with_copies(tx, found.part, found.session).state.value

    assert state() == "recording"
    site.now_us += SILENT_US
    assert state() == "recovered"
    more = Reached(block=1, digest=bytes(32), size=5_000)
    for final in (False, True):
        with context.db.begin() as tx:
            pushes.advance(tx, ID, replace(more, block=1 + final, final=final), person_id=ann, now_us=site.now_us)
        assert state() == ("complete" if final else "recording")
    site.now_us += 30 * SILENT_US
    assert state() == "complete"
    with context.db.begin() as tx:
        assert [one.block for one in hosted.anchors_of(tx, ID)] == [1, 2]
