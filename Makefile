# make run     install, build and start the product on http://127.0.0.1:8100 (data in ./data);
#              on another port with make run PORT=8200
# make test    install what tests need, Chromium included, and run everything
# make check   linters, types and unit tests, in under three minutes
# make fix     let the tools mend what they can
# make dev     the product and a web app that reloads while you edit
# make bench   the benchmarks, each beside what users would pick instead
# make soak    the full counts of fault and load tests (SLICE=name for one slice)

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PIP := .venv/bin/python -m pip --disable-pip-version-check --quiet
WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -name '*.test.ts*' 2>/dev/null)
PYTHON_SOURCES := $(shell find src -name '*.py')
UNIT := tests/house tests/geometry tests/annotations tests/scenes tests/simulator tests/wire tests/fetch
# Tests that mostly wait (for browsers, killed servers, receivers that hang) run beside the others.
WAITING := tests/journeys tests/faults tests/badinput tests/callbacks
SLICE ?=
# GROUNDPLANE_PORT of the environment does the same.
PORT ?=

.PHONY: run test check fix dev bench soak lint unit browser api lock

run: .venv/.runtime .venv/.compiled src/groundplane/web/index.html
	exec .venv/bin/groundplane serve --demo $(if $(PORT),--port $(PORT))

test: lint browser .venv/.compiled
	cd web && npx vitest run
	mkdir -p build
	.venv/bin/pytest -m "not soak" $(WAITING) > build/waiting.log 2>&1 & waiting=$$!; \
	  .venv/bin/pytest -m "not soak" $(WAITING:%=--ignore=%) && rest=0 || rest=$$?; \
	  wait $$waiting && waited=0 || waited=$$?; \
	  cat build/waiting.log; exit $$((rest + waited))

check: lint unit

lint: .venv/.dev src/groundplane/web/index.html
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	cd web && npx tsc --noEmit && npx eslint . --max-warnings 0
	web/node_modules/.bin/pyright

unit: .venv/.dev web/node_modules/.installed
	cd web && npx vitest run
	.venv/bin/pytest -m "not soak" $(UNIT)

fix: .venv/.dev web/node_modules/.installed
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	cd web && npx eslint . --fix

dev: .venv/.runtime .venv/.compiled src/groundplane/web/index.html
	trap 'kill 0' EXIT; .venv/bin/groundplane serve --demo & cd web && npx vite

bench: .venv/.dev .venv/.compiled src/groundplane/web/index.html browser
	for file in benchmarks/[a-z]*.py benchmarks/gestures/run.py benchmarks/effort/run.py; do echo "== $$file"; .venv/bin/python $$file; done

soak: .venv/.dev .venv/.compiled src/groundplane/web/index.html browser
	.venv/bin/pytest -m soak -k "$(SLICE)" --timeout 900

# The seam between Python and TypeScript: types made from the routes' own Structs.
api: .venv/.dev web/node_modules/.installed
	mkdir -p build && .venv/bin/python -m groundplane.openapi > build/openapi.json
	cd web && npx openapi-typescript ../build/openapi.json -o src/api/schema.gen.ts --default-non-nullable=false --alphabetize

# New hash-locked requirements after a change in pyproject.toml.
lock: .venv/.dev
	$(PIP) install uv
	for group in runtime:build dev:dev; do \
	  .venv/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	    --python-platform x86_64-manylinux_2_28 pyproject.toml --group "$${group#*:}" -o "requirements/$${group%:*}.txt"; done

browser:
	@bash tests/browser.sh

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.runtime: .venv/bin/python requirements/runtime.txt pyproject.toml
	$(PIP) install --require-hashes -r requirements/runtime.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	.venv/bin/python -m groundplane.simulator.warm
	touch $@

.venv/.dev: .venv/bin/python requirements/dev.txt pyproject.toml
	$(PIP) install --require-hashes -r requirements/dev.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@ .venv/.runtime

# Bytecode as pip leaves it of what it installs: where PYTHONDONTWRITEBYTECODE is set, and where the
# source may not be written beside, every process would compile all of it again.
.venv/.compiled: .venv/bin/python $(PYTHON_SOURCES)
	.venv/bin/python -m compileall -q src/groundplane
	touch $@

web/node_modules/.installed: web/package-lock.json
	cd web && npm ci --no-fund --no-audit --loglevel=error
	touch $@

src/groundplane/web/index.html: web/node_modules/.installed $(WEB_SOURCES)
	cd web && npx vite build --logLevel warn
	touch $@
