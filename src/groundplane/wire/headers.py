"""Security headers on every response, errors and files included (reliability.md T38)."""

from collections.abc import Sequence

from litestar.types import ASGIApp, Message, Receive, Scope, Send

API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "frame-src {frames}; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'"
)
# A worker lives by the policy of its own script, not by the page's.
SCRIPT_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'"
EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-frame-options": "DENY",
}


class SecurityHeaders:
    """Adds what the response did not set itself: a blob brings a stricter policy of its own.

    Args:
        app: what answers.
        over_tls: whether browsers reach us by https, so that HSTS may be said.
        embed_hosts: hosts whose documents an instruction may show in a frame (api.md 4).
    """

    def __init__(self, app: ASGIApp, *, over_tls: bool, embed_hosts: Sequence[str] = ()) -> None:
        self.app = app
        frames = " ".join(f"https://{host}" for host in embed_hosts) or "'none'"
        hsts = {"strict-transport-security": "max-age=63072000"} if over_tls else {}
        self.of_media = {
            b"text/html": _encoded(PAGE_POLICY.format(frames=frames), "no-cache", hsts),
            b"text/javascript": _encoded(SCRIPT_POLICY, "no-store", hsts),
        }
        self.of_others = _encoded(API_POLICY, "no-store", hsts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers") or ())
                said = {name.lower(): value for name, value in headers}
                media_type = said.get(b"content-type", b"").partition(b";")[0]
                ours = self.of_media.get(media_type, self.of_others)
                headers += [header for header in ours if header[0] not in said]
                message["headers"] = headers
            await send(message)

        await self.app(scope, receive, with_headers)


def _encoded(policy: str, cache: str, hsts: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """What is said where the response says nothing of it itself, in the order of writing."""
    said = EVERYWHERE | hsts | {"content-security-policy": policy, "cache-control": cache}
    return [(name.encode(), value.encode()) for name, value in said.items()]
