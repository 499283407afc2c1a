"""The security headers of every answer: pages run our own scripts and styles, and nothing written inside a page."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, after_this_request

CONTENT_SECURITY_POLICY: Mapping[str, str] = {
    "default-src": "'self'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "; ".join(f"{rule} {sources}" for rule, sources in CONTENT_SECURITY_POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def install(app: Flask) -> None:
    """Put the headers on every answer of the application; one that a view has set stays."""
    app.after_request(_add_headers)


def let_record() -> None:
    """Let the page that this request answers ask for the microphone; no other page may."""

    @after_this_request
    def _let(response: Response) -> Response:
        response.headers["Permissions-Policy"] = HEADERS["Permissions-Policy"].replace(
            "microphone=()", "microphone=(self)"
        )
        return response


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
