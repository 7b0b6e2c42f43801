"""Network of a Linux machine: interfaces and addresses, gateways from /proc/net, name servers.  Nothing is sent."""

import socket
import sys
from collections.abc import Iterator

from recorder.capture.diagnostics.portable import interfaces
from recorder.capture.diagnostics.probe import Found, MissingError, text_of, told
from recorder.format.snapshot import Category


def network() -> Category:
    """Interfaces, addresses, gateways, name servers."""
    found = [
        *interfaces(),
        *gateways(_text("/proc/net/route")),
        *gateways_v6(_text("/proc/net/ipv6_route")),
        *name_servers(_text("/etc/resolv.conf")),
    ]
    return told("network", found)


def _text(path: str) -> str:
    try:
        return text_of(path)
    except (OSError, MissingError):
        return ""


def gateways(table: str) -> Iterator[Found]:
    """Give the default gateways of /proc/net/route, whose addresses are in the machine's byte order."""
    for line in table.splitlines()[1:]:
        interface, to, gateway, *_ = line.split()
        if int(to, 16) == 0:
            raw = int(gateway, 16).to_bytes(4, sys.byteorder)
            yield {"kind": "gateway", "interface": interface, "address": socket.inet_ntoa(raw)}


def gateways_v6(table: str) -> Iterator[Found]:
    """Give the default gateways of /proc/net/ipv6_route."""
    for line in table.splitlines():
        to, bits, _, _, gateway, *_, interface = line.split()
        if not int(to, 16) and not int(bits, 16) and int(gateway, 16):
            address = socket.inet_ntop(socket.AF_INET6, bytes.fromhex(gateway))
            yield {"kind": "gateway", "interface": interface, "address": address}


def name_servers(text: str) -> Iterator[Found]:
    """Give the name servers of resolv.conf."""
    for line in text.splitlines():
        words = line.split()
        if len(words) > 1 and words[0] == "nameserver":
            yield {"kind": "name server", "address": words[1]}
