"""Copies the few outside files that the pages use from ``web/node_modules`` into ``web/static/vendor``.

Run as ``python -m web.vendor`` after ``npm ci`` in ``web/``. No outside code or type face is committed: what is copied
here is ignored by git and packed into the wheel.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
FETCHED = HERE / "node_modules"
VENDOR = HERE / "static" / "vendor"

#: Path under ``static/vendor`` -> path under ``node_modules``. Licences travel with what they cover.
PARTS: Mapping[str, str] = {
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx/LICENSE.txt": "htmx.org/LICENSE",
    "be-vietnam-pro/LICENSE.txt": "@fontsource/be-vietnam-pro/LICENSE",
    **{
        f"be-vietnam-pro/{subset}-{weight}.woff2": (
            f"@fontsource/be-vietnam-pro/files/be-vietnam-pro-{subset}-{weight}-normal.woff2"
        )
        for subset in ("latin", "vietnamese")
        for weight in (400, 600, 700)
    },
    "inter/LICENSE.txt": "@fontsource/inter/LICENSE",
    **{
        f"inter/latin-{weight}.woff2": f"@fontsource/inter/files/inter-latin-{weight}-normal.woff2"
        for weight in (400, 600)
    },
}


class PartsMissing(Exception):
    """Chưa có các tệp bên ngoài của trang web: hãy chạy `npm ci` trong thư mục web rồi chạy lại."""

    def __init__(self, paths: list[Path]) -> None:
        self.paths = paths
        listed = "\n".join(f"  thiếu {path}" for path in paths)
        super().__init__(f"{type(self).__doc__}\n{listed}")


def missing(vendor: Path = VENDOR) -> list[str]:
    """Names of the outside parts that are not in place, as paths under ``static/vendor``."""
    return [name for name in PARTS if not (vendor / name).is_file()]


def copy_parts(fetched: Path = FETCHED, vendor: Path = VENDOR) -> list[Path]:
    """Replace the vendor folder by fresh copies of the parts; returns the files written.

    Raises PartsMissing, with nothing changed, when a part has not been fetched.
    """
    absent = [fetched / source for source in PARTS.values() if not (fetched / source).is_file()]
    if absent:
        raise PartsMissing(absent)
    shutil.rmtree(vendor, ignore_errors=True)
    written = []
    for name, source in PARTS.items():
        target = vendor / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(fetched / source, target)
        written.append(target)
    return written


def main() -> int:
    """Copy the parts and say so; 1 with one clear message when they have not been fetched."""
    try:
        written = copy_parts()
    except PartsMissing as lack:
        print(lack, file=sys.stderr)
        return 1
    size_kb = sum(path.stat().st_size for path in written) // 1024
    print(f"Đã chép {len(written)} tệp ({size_kb} kB) vào {VENDOR}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
