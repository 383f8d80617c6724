"""Toxiproxy between the services and the servers, controlled over HTTP: it cuts, delays and drops traffic."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx

from harness.stack import ROOT, Stack, wait_until
from harness.streaming import assert_healthy

PORT = 18474
OVERRIDE = ROOT / "integration_tests/faults/proxied.yaml"
UPSTREAMS = {"mariadb": "mariadb:3306", "kafka": "kafka:9092"}


class Proxy:
    """The proxy's routes to the two servers, by their names."""

    def __init__(self) -> None:
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{PORT}")

    def open(self) -> None:
        """Open the routes."""
        for server, upstream in UPSTREAMS.items():
            listen = f"0.0.0.0:{upstream.split(':')[1]}"
            self._post("/proxies", {"name": server, "listen": listen, "upstream": upstream})

    @contextmanager
    def toxic(self, server: str, kind: str, stream: str = "downstream", **attributes: int) -> Iterator[None]:
        """Disturb a route during the block; for kinds and attributes see Toxiproxy's manual."""
        name = f"{kind}_{stream}"
        self._post(f"/proxies/{server}/toxics", {"type": kind, "stream": stream, "attributes": attributes})
        try:
            yield
        finally:
            self._http.delete(f"/proxies/{server}/toxics/{name}").raise_for_status()

    @contextmanager
    def cut(self, server: str) -> Iterator[None]:
        """Close all connections to a server, and refuse new ones during the block."""
        self._post(f"/proxies/{server}", {"enabled": False})
        try:
            yield
        finally:
            self._post(f"/proxies/{server}", {"enabled": True})

    def _post(self, path: str, body: dict[str, object]) -> None:
        self._http.post(path, json=body).raise_for_status()


@contextmanager
def proxied(stack: Stack) -> Iterator[tuple[Stack, Proxy]]:
    """Give the stack with the proxy between services and servers, and the proxy; restore the stack at the end."""
    changed, proxy = replace(stack, files=(*stack.files, OVERRIDE)), Proxy()
    changed.up("proxy")
    wait_until(proxy.open)
    changed.up("kafka", "processor")
    wait_until(lambda: assert_healthy(changed, "kafka"))
    wait_until(lambda: assert_healthy(changed), seconds=120)
    yield changed, proxy
    stack.up("kafka", "processor")
    changed.compose("rm", "--force", "--stop", "proxy")
    wait_until(lambda: assert_healthy(stack, "kafka"))
