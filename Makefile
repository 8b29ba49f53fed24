# 警法通 (Jingfa). `make help` lists the targets. Everything is built inside .venv/ and var/.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
STAMPS := $(VENV)/.stamps
WEB_SOURCES := $(shell find api/web -path '*/node_modules' -prune -o -type f -print 2>/dev/null)
CATALOGUES := $(shell find api/locale -name '*.po' 2>/dev/null)

.PHONY: help setup run test check bench golden lock clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

$(STAMPS)/venv:
	@echo "· creating the virtual environment"
	@$(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/pip: requirements/pip.txt | $(STAMPS)/venv
	@$(PIP) install --require-hashes -r requirements/pip.txt
	@touch $@

$(STAMPS)/runtime: requirements/runtime.txt $(STAMPS)/pip
	@echo "· installing locked packages (about a minute the first time)"
	@$(PIP) install --require-hashes -r requirements/runtime.txt
	@touch $@

$(STAMPS)/dev: requirements/dev.txt $(STAMPS)/runtime
	@echo "· installing the packages of tests and checks"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(STAMPS)/node: requirements/node.txt $(STAMPS)/pip
	@scripts/node.sh $(BIN) requirements/node.txt
	@touch $@

$(STAMPS)/web: $(WEB_SOURCES) $(CATALOGUES) $(STAMPS)/runtime $(STAMPS)/node
	@echo "· building the pages' scripts, styles and catalogues"
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python api/web/hatch_build.py
	@touch $@

# Tests hold our browser code against other people's: their packages are development dependencies of api/web.
$(STAMPS)/web-dev: api/web/package-lock.json $(STAMPS)/web
	@cd api/web && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

$(STAMPS)/project: pyproject.toml requirements/runtime.in $(STAMPS)/runtime
	@JINGFA_SKIP_WEB=1 $(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(STAMPS)/fonts:
	@scripts/system-packages.sh fonts
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/chromium:
	@scripts/system-packages.sh chromium
	@mkdir -p $(STAMPS) && touch $@

# Other people's evaluators, compared with ours; in an environment of their own, because their locks differ.
$(STAMPS)/bench: requirements/bench.txt | $(STAMPS)/venv
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/pip.txt
	@.venv-bench/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/bench.txt
	@touch $@

setup: $(STAMPS)/runtime $(STAMPS)/fonts $(STAMPS)/web $(STAMPS)/project ## install everything the product needs

run: setup ## set up and serve the product with demo data on http://127.0.0.1:8000
	@exec $(BIN)/jingfa run

test: setup $(STAMPS)/dev $(STAMPS)/web-dev $(STAMPS)/chromium ## set up and run every test
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

check: setup $(STAMPS)/dev ## format, lint, types, import contracts, documentation
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/interrogate -q bpmn tasks forms workflows api
	@$(BIN)/python scripts/check_pins.py
	@$(BIN)/python scripts/catalogue.py
	@scripts/audit-packages.sh $(BIN)
	@for pack in bpmn/library/*/pack.toml; do $(BIN)/jingfa check $$(dirname $$pack) || exit 1; done
	@$(BIN)/jingfa scenarios >/dev/null && echo "scenarios: all as expected"

bench: setup $(STAMPS)/dev $(STAMPS)/bench ## measure speed against comparators, in one run
	@$(BIN)/python -m bench

golden: setup $(STAMPS)/dev ## rewrite golden files; look at the difference as at code
	@GOLDEN=write $(BIN)/python -m pytest -q tests -k golden

lock: $(STAMPS)/dev ## lock the requirements again
	@for name in pip runtime dev node bench; do $(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --no-emit-trusted-host --strip-extras --allow-unsafe requirements/$$name.in -o requirements/$$name.txt; done

clean: ## remove what was built (not the data in var/)
	@rm -rf $(VENV) api/web/node_modules api/static/dist
