"""Connections of our own: certificates checked, the environment's proxy respected."""

from __future__ import annotations

import ssl
import urllib.request
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

import urllib3


def system_proxy(scheme: str, host: str) -> str | None:
    """The proxy that the environment names for ``scheme`` and ``host``, or None."""
    if urllib.request.proxy_bypass(host):
        return None
    found = urllib.request.getproxies()
    return found.get(scheme) or found.get("all")


def pool(trust: ssl.SSLContext, proxy: str | None) -> urllib3.PoolManager:
    """Connections that trust ``trust``, through ``proxy`` (an address, with name and password where it has them)."""
    if proxy is None:
        return urllib3.PoolManager(ssl_context=trust)
    return urllib3.ProxyManager(_bare(proxy), proxy_headers=_proxy_headers(proxy), ssl_context=trust)


def has_cause(error: BaseException | None, kind: type[BaseException]) -> bool:
    """Whether an error of ``kind`` stands behind ``error``."""
    while error is not None:
        if isinstance(error, kind) or any(isinstance(argument, kind) for argument in error.args):
            return True
        error = error.__cause__ or error.__context__
    return False


def _bare(proxy: str) -> str:
    parts = urlsplit(proxy)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _proxy_headers(proxy: str) -> Mapping[str, str] | None:
    parts = urlsplit(proxy)
    if parts.username is None:
        return None
    user, password = unquote(parts.username), unquote(parts.password or "")
    return urllib3.make_headers(proxy_basic_auth=f"{user}:{password}")
