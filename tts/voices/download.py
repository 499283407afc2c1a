"""Files from one place on the network, in chunks, within limits of size and time.

Over TLS with the certificate checked, or plain HTTP from this machine alone; a redirect is followed under the same
rule, and never from TLS to plain HTTP.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import urllib3

from tts.network import has_cause, pool, system_proxy
from tts.voices.errors import VoiceSourceFailed

_REDIRECTS = 5
_CHUNK = 1 << 18
_LONGEST_S = 3_600.0  # a line that drips never times out by itself
_OURSELVES = {"localhost", "127.0.0.1", "::1"}


def is_safe(address: str) -> bool:
    """Whether ``address`` is an https one, or an http one of this machine, without a name or password in it."""
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.username is None and _safe(parts) and (parts.port or 1) > 0
    except ValueError:
        return False


def _safe(parts: SplitResult) -> bool:
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _OURSELVES)


class Downloads:
    """Files below the address ``base``; ``timeout_s`` bounds connecting and every wait for bytes.

    ``trust`` and ``proxies`` (scheme to address) are those of the system and the environment unless given. Raises
    VoiceSourceFailed at once when ``base`` is no safe address.
    """

    def __init__(
        self,
        base: str,
        *,
        timeout_s: float = 20.0,
        trust: ssl.SSLContext | None = None,
        proxies: Mapping[str, str] | None = None,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        if not is_safe(base):
            raise VoiceSourceFailed(source=base, why="địa chỉ phải bắt đầu bằng https://; hãy sửa LOA_VOICE_SOURCE")
        self._base = f"{base.partition('?')[0].rstrip('/')}/"
        self._timeout_s = timeout_s
        self._trust = trust or ssl.create_default_context()
        self._proxies = proxies
        self._stopwatch = stopwatch

    def address(self, path: str) -> str:
        """Where the file ``path`` is."""
        return urljoin(self._base, quote(path))

    def fetch(self, path: str, most: int) -> Iterator[bytes]:
        """The file ``path`` in chunks. Raises VoiceSourceFailed, also when it has more than ``most`` bytes."""
        try:
            response = self._opened(self.address(path))
            try:
                yield from self._limited(response, path, most)
            finally:
                response.close()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise self._failed(self._words(error)) from error

    def _opened(self, address: str) -> urllib3.BaseHTTPResponse:
        for _ in range(_REDIRECTS + 1):
            parts = urlsplit(address)
            named = self._proxies.get(parts.scheme) if self._proxies is not None else _proxy(parts)
            response = pool(self._trust, named).request(
                "GET",
                address,
                timeout=urllib3.Timeout(connect=self._timeout_s, read=self._timeout_s),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            if response.status == HTTPStatus.OK:
                return response
            response.close()
            where = response.headers.get("Location", "")
            if response.status not in {301, 302, 303, 307, 308} or not where:
                raise self._failed(_refusal(response.status))
            address = urljoin(address, where)
            if not is_safe(address) or urlsplit(address).scheme < parts.scheme:
                raise self._failed("máy chủ chuyển sang một địa chỉ không có https")
        raise self._failed("máy chủ chuyển địa chỉ lòng vòng")

    def _limited(self, response: urllib3.BaseHTTPResponse, path: str, most: int) -> Iterator[bytes]:
        started, total = self._stopwatch(), 0
        for chunk in response.stream(_CHUNK, decode_content=True):
            total += len(chunk)
            if total > most:
                raise self._failed(f"tệp {path} dài hơn cỡ đã báo")
            if self._stopwatch() - started > _LONGEST_S:
                raise self._failed(f"quá {_LONGEST_S / 60:g} phút chưa tải xong")
            yield chunk

    def _failed(self, why: str) -> VoiceSourceFailed:
        return VoiceSourceFailed(source=self._base, why=why)

    def _words(self, error: Exception) -> str:
        host = urlsplit(self._base).hostname
        if has_cause(error, ssl.SSLCertVerificationError):
            return f"chứng chỉ của {host} không đáng tin; có thể có người chặn đường mạng"
        if isinstance(error, urllib3.exceptions.NewConnectionError):  # urllib3 counts it among the timeouts too
            return f"không nối được tới {host}; hãy kiểm tra mạng"
        if isinstance(error, (urllib3.exceptions.TimeoutError, TimeoutError)):
            return f"quá {self._timeout_s:g} giây không trả lời"
        if isinstance(error, urllib3.exceptions.ProxyError):
            return "không qua được máy chủ proxy"
        if isinstance(error, urllib3.exceptions.LocationValueError):
            return "địa chỉ máy chủ hoặc proxy viết sai"
        return "kết nối bị ngắt giữa chừng; hãy thử lại"


def _proxy(parts: SplitResult) -> str | None:
    return None if parts.hostname in _OURSELVES else system_proxy(parts.scheme, parts.hostname or "")


def _refusal(status: int) -> str:
    if status == HTTPStatus.NOT_FOUND:
        return "không có tệp ấy ở địa chỉ này (lỗi 404); hãy xem lại LOA_VOICE_SOURCE"
    return f"máy chủ trả lời lỗi {status}; hãy thử lại sau"
