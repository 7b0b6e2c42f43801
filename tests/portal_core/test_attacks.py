"""What an attacker tried, and must not come to: large bodies, foreign rights, guesses, what no form can spell."""

import asyncio
import secrets
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send
from websockets.exceptions import ConnectionClosed, InvalidStatus

from portal_core.web.safety import MOST, Safety
from tests.portal_core.served import PATIENCE_S, Portal, closed
from tests.waiting import until

ROW = 10**20  # no row has such a number
HALF = b'"\\ud800"'  # half a letter, as JSON can spell it


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with Portal(tmp_path_factory.mktemp("portal")) as portal:
        portal.add_agent("ann")
        portal.add_agent("bea", "Bea")
        portal.add_portal(places=["server", "agent", "customer"])
        portal.add_portal("Unrecorded", recording="off", places=["server", "agent", "customer"])
        yield portal
        assert portal.stop() == 0
        assert "Traceback" not in "".join(portal.said)


def change(portal: Portal, statement: str) -> None:
    with portal.data() as database, database.begin() as tx:
        tx.connection().exec_driver_sql(statement)


def request_of(**headers: str) -> Scope:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http", "scheme": "https", "method": "POST", "path": "/code", "query_string": b"",
        "headers": [(b"host", b"portal"), *named],
    }  # fmt: skip


async def answered(scope: Scope, chunks: int = 0, size: int = 0) -> tuple[int, int]:
    """Return the status, and how many chunks of a body were taken."""
    taken, told = 0, list[Message]()

    async def app(_: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["more_body"]:
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> Message:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": bytes(size), "more_body": taken < chunks}

    async def send(message: Message) -> None:
        told.append(message)

    await Safety(app)(scope, receive, send)
    return told[0]["status"], taken


def test_a_body_is_bounded_before_it_is_in_memory() -> None:
    assert asyncio.run(answered(request_of(content_length=str(MOST + 1)))) == (413, 0)
    assert asyncio.run(answered(request_of(), chunks=2, size=1000)) == (200, 2)
    with pytest.raises(Exception, match="larger than"):
        asyncio.run(answered(request_of(), chunks=1000, size=MOST // 4))


@pytest.mark.parametrize("path", ["/code", "/sign-in", "/api/sign-in", "/api/join/look", "/console/codes", "/me"])
def test_a_large_body_is_refused_with_a_sentence(portal: Portal, path: str) -> None:
    def much() -> Iterator[bytes]:
        for _ in range(9):
            yield b'"' + b"x" * (MOST // 8)

    kind = "application/x-www-form-urlencoded" if path in {"/code", "/sign-in", "/me"} else "application/json"
    answer = portal.signed_in("ann").post(path, content=much(), headers={"Content-Type": kind})
    assert answer.status_code in {400, 413}, answer.text
    assert answer.status_code == 413 or kind != "application/json"
    answer = portal.client().post(path, content=b"x" * (MOST + 1), headers={"Content-Type": kind})
    assert answer.status_code == 413
    assert "larger" in answer.json()["why"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://portal", 200), ("http://portal", 403), ("https://portal:444", 403), ("https://portal.evil", 403),
        ("null", 403), ("", 403), ("file://", 403), ("https://[", 403), ("//portal", 403), ("https://evil@portal", 403),
    ],
)  # fmt: skip
def test_only_the_portals_own_origin_is_taken(origin: str, status: int) -> None:
    assert asyncio.run(answered(request_of(origin=origin), chunks=1)) == (status, int(status == 200))


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "", "same-origin, cross-site"])
def test_what_the_browser_calls_foreign_is_not_taken(site: str) -> None:
    scope = request_of(origin="https://portal", sec_fetch_site=site)
    assert asyncio.run(answered(scope, chunks=1)) == (403, 0)


def test_sockets_end_with_the_sign_in_that_opened_them(portal: Portal) -> None:
    agent, bystander = portal.signed_in("bea"), portal.signed_in("ann")
    customer, path = portal.join(agent)
    his, mine = portal.talk(customer, path), portal.talk(agent, path)
    _, other_path = portal.join(bystander)
    other = portal.talk(bystander, other_path)
    with portal.socket(agent, "/console/live") as console:
        assert agent.post("/sign-out").status_code == 303
        with suppress(ConnectionClosed):
            while True:
                console.recv(PATIENCE_S)
    with suppress(ConnectionClosed):
        while True:
            mine.hear()
    his.say("say", text="Who is there?")
    his.entry("line", text="Who is there?")
    other.say("say", text="still here")
    other.entry("line", text="still here")


def test_who_has_a_first_password_sees_no_session(portal: Portal) -> None:
    agent = portal.signed_in("ann")
    _, path = portal.join(agent)
    change(portal, "update person set first_password = 1 where login = 'ann'")
    try:
        for page in ("/closing", "/chat.txt", "/keys", "/part/1"):
            assert agent.get(path + page).status_code == 404
        with pytest.raises(InvalidStatus):
            portal.talk(agent, path)
    finally:
        change(portal, "update person set first_password = 0")
    assert agent.get(path + "/closing").status_code == 200


def test_what_is_not_recorded_has_an_end_too_and_no_keys(portal: Portal) -> None:
    agent = portal.signed_in("ann")
    customer, path = portal.join(agent, portal=2)
    his, mine = portal.talk(customer, path), portal.talk(agent, path)
    mine.say("close", outcome="resolved", note="")
    his.told("over")
    for who in (customer, agent):
        assert closed(who, path)["parts"] == []
        assert who.get(path + "/keys").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"/console/codes/{ROW}"), ("GET", f"/console/codes/{ROW}/qr.svg"),
        ("GET", f"/console/codes/{ROW}/text"), ("GET", f"/session/{'0' * 32}/part/{ROW}"),
        ("POST", f"/me/sign-ins/{ROW}/end"), ("GET", f"/manage/portals/{ROW}"),
    ],
)  # fmt: skip
def test_numbers_that_no_row_has_lead_nowhere(portal: Portal, method: str, path: str) -> None:
    answer = portal.signed_in("ann").request(method, path)
    assert answer.status_code in {400, 403, 404}
    assert answer.json()["why"]


@pytest.mark.parametrize(
    ("path", "fields"),
    [("/api/sign-in", b'"login":%s,"password":"x"'), ("/console/codes", b'"name":%s,"portal":1'),
     ("/api/join/look", b'"code":%s'), ("/password-strength", b'"password":%s')],
)  # fmt: skip
def test_half_a_letter_is_no_accident_of_the_server(portal: Portal, path: str, fields: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = portal.signed_in("ann").post(path, content=b"{" + fields % HALF + b"}", headers=headers)
    assert answer.status_code < 500


def test_one_code_begins_one_session_however_many_come_at_once(portal: Portal) -> None:
    code = portal.signed_in("ann").post("/console/codes", json={"name": secrets.token_hex(4), "portal": 1}).json()

    async def at_once() -> list[int]:
        clients = [httpx.AsyncClient(verify=portal.tls, base_url=portal.base, timeout=PATIENCE_S) for _ in range(20)]
        headers, form = {"Origin": portal.base}, {"name": "Bob", "agreed": "on"}
        asked = [client.post(f"/join/{code['digits']}", data=form, headers=headers) for client in clients]
        answers = await asyncio.gather(*asked)
        for client in clients:
            await client.aclose()
        return [answer.status_code for answer in answers]

    assert sorted(asyncio.run(at_once()))[:2] == [303, 400]
    change(portal, "delete from guess")


def test_a_code_of_ones_own_buys_no_guesses(portal: Portal) -> None:
    code = portal.signed_in("ann").post("/console/codes", json={"name": secrets.token_hex(4), "portal": 1}).json()
    stranger = portal.client()
    refused = 0
    for number in range(20):
        if number % 4 == 3:
            stranger.post("/api/join/look", json={"code": code["digits"]})
        forged = {"X-Forwarded-For": f"192.0.2.{number}", "Forwarded": f"for=192.0.2.{number}"}
        refused += stranger.post("/api/join/look", json={"code": f"{number:09d}"}, headers=forged).status_code == 429
    change(portal, "delete from guess")
    assert refused > 10


def test_who_mistyped_joins_as_soon_as_the_right_code_was_looked_at(portal: Portal) -> None:
    code = portal.signed_in("ann").post("/console/codes", json={"name": secrets.token_hex(4), "portal": 1}).json()
    customer = portal.client()
    for number in range(7):
        while customer.post("/api/join/look", json={"code": f"{number:09d}"}).status_code == 429:
            time.sleep(0.2)

    def look() -> int:
        return customer.post("/api/join/look", json={"code": code["digits"]}).status_code

    until(lambda: look() == 200)
    joined = customer.post("/api/join", json={"code": code["digits"], "agreed": True})
    change(portal, "delete from guess")
    assert joined.status_code == 201


def test_who_takes_no_answers_is_not_heard_any_more(portal: Portal) -> None:
    """Pings to be answered, from somebody who never reads: what is kept for him is bounded."""
    customer, path = portal.join(portal.signed_in("ann"))
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plain.connect(("127.0.0.1", portal.port))
    with portal.tls.wrap_socket(plain, server_hostname=portal.name) as sealed:
        cookies = "; ".join(f"{name}={value}" for name, value in customer.cookies.items())
        sealed.sendall(
            f"GET {path}/live HTTP/1.1\r\nHost: {portal.name}:{portal.port}\r\nOrigin: {portal.base}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"Sec-WebSocket-Version: 13\r\nCookie: {cookies}\r\n\r\n".encode()
        )
        assert b"101" in sealed.recv(100)
        sealed.settimeout(PATIENCE_S)
        ping = b"\x89\xfd" + bytes(4) + bytes(125)  # masked with zeros
        with pytest.raises((ConnectionError, ssl.SSLError)):  # cut off
            sealed_all(sealed, ping * 250, times=1000)


def sealed_all(sealed: ssl.SSLSocket, data: bytes, *, times: int) -> None:
    for _ in range(times):
        sealed.sendall(data)
