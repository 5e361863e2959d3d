"""The one place that opens a connection to a customer's address.

The name is resolved here, the whole answer is vetted here, and the connection goes to exactly a
vetted address: nothing resolves again between the check and the connect, at the first fetch or
at the twentieth retry.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence

import httpcore

from groundplane.fetch.addresses import AddressRules
from groundplane.fetch.urls import address_in

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""(name, port) → every address of one answer, as text; raises OSError when there is none."""

Connect = Callable[[str, int, float], Awaitable[httpcore.AsyncNetworkStream]]
"""(address, port, timeout_s) → a connected stream; raises ConnectError or ConnectTimeout."""


async def system_resolver(host: str, port: int) -> Sequence[str]:
    answer = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for _, _, _, _, sockaddr in answer))


async def tcp_connect(address: str, port: int, timeout_s: float) -> httpcore.AsyncNetworkStream:
    backend = httpcore.AnyIOBackend()
    # pyright reads the stand-in that httpcore defines for when anyio is missing.
    return await backend.connect_tcp(address, port, timeout_s)  # pyright: ignore[reportAttributeAccessIssue]


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolve once, vet everything, connect to what was vetted."""

    def __init__(self, rules: AddressRules, resolver: Resolver, connect: Connect) -> None:
        self._rules, self._resolver, self._connect = rules, resolver, connect

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 the signature is httpcore's
        local_address: str | None = None,  # noqa: ARG002 the same
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 the same
    ) -> httpcore.AsyncNetworkStream:
        """Connect within `timeout` seconds, the lookup included.

        Raises:
            FetchRefused: the rules refuse the name's addresses or the port.
            httpcore.ConnectError, httpcore.ConnectTimeout: nobody answers there.
        """
        assert timeout is not None, "every fetch has a connect timeout"
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + timeout
        failure: Exception = httpcore.ConnectTimeout("no answer of the resolver")
        for address in self._rules.vet(host, port, await self._resolve(host, port, timeout)):
            left_s = deadline_s - loop.time()
            if left_s <= 0:
                break
            try:
                return await self._connect(str(address), port, left_s)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def _resolve(self, host: str, port: int, timeout_s: float) -> Sequence[str]:
        if address := address_in(host):
            return [address]
        try:
            async with asyncio.timeout(timeout_s):
                return await self._resolver(host, port)
        except OSError as error:  # gaierror, and TimeoutError, which is one too
            raise httpcore.ConnectError("the name was not resolved") from error
