"""How much a request may carry: little, but for a recording; more is refused by its header, before it is read.

waitress reads a whole body, to disk, before the application sees anything of the request, so the limit stands in its
parser: otherwise anybody without an account could fill the disk by recordings; only who has signed in may send one.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser
from waitress.utilities import RequestEntityTooLarge

RECORDING_MOST_MB = 512
"""Half an hour of stereo weighs 318 million bytes at 44.1 kHz and 16 bits, and 519 million at 48 kHz and 24 bits."""
RECORDING_MOST = RECORDING_MOST_MB * 1024 * 1024
OTHER_MOST = 64 * 1024 * 1024
TOO_LARGE = (
    f"Tệp gửi lên quá lớn nên máy không nhận. Bản thu âm nhiều nhất {RECORDING_MOST_MB} MB: "
    "hãy xuất thành MP3 hoặc M4A rồi gửi lại."
)
SIGNED_OUT = "Phiên đăng nhập đã hết nên máy không nhận bản thu. Hãy đăng nhập lại rồi gửi lại."
_FORM_SLACK = 1024 * 1024
_RECORDING = re.compile(r"/ban-tin/[^/]+/thu-am")


def most_for(path: str) -> int:
    """Return the most bytes that a request to ``path`` may carry, of somebody who has signed in."""
    return (RECORDING_MOST if _RECORDING.fullmatch(path) else OTHER_MOST) + _FORM_SLACK


class _TooLarge(RequestEntityTooLarge):
    words = TOO_LARGE

    def to_response(  # type: ignore[override] # waitress writes bytes, whatever its types say
        self,
        ident: str | None = None,  # noqa: ARG002 - waitress's signature
    ) -> tuple[str, list[tuple[str, str]], bytes]:
        headers = [("Content-Type", "text/plain; charset=utf-8")]
        return f"{self.code} {self.reason}", headers, self.words.encode()


class _SignedOut(_TooLarge):
    code, reason, words = 401, "Unauthorized", SIGNED_OUT


class LimitedParser(HTTPRequestParser):
    """waitress's parser with a limit for each path and a refusal that its reader understands."""

    path: str
    _stranger = False

    @staticmethod
    def signed_in(cookies: str) -> bool:  # noqa: ARG004 - the server puts in what knows
        """Whether a Cookie header holds a session of somebody who signed in."""
        return False

    def parse_header(self, header_plus: bytes) -> None:
        """Read the header, and know from then on how much this path takes."""
        super().parse_header(header_plus)
        adjusted: Adjustments = copy.copy(self.adj)
        most = most_for(self.path)
        self._stranger = most > OTHER_MOST + _FORM_SLACK and not self.signed_in(self.headers.get("COOKIE", ""))
        adjusted.max_request_body_size = OTHER_MOST + _FORM_SLACK if self._stranger else most
        self.adj = adjusted

    def received(self, data: bytes) -> Any:
        """Take some bytes; see waitress."""
        consumed = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge):
            self.error = _SignedOut("") if self._stranger else _TooLarge("")
            self.expect_continue = False  # who asks first is not told to go on
        return consumed
