# Delaktig: `make help` lists what can be done here.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help run test unit check bench lock messages golden format setup clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

setup: $(READY) ## make the environment from the lock file

run: $(READY) ## start the demo on http://127.0.0.1:8000 (PORT=… changes it)
	@set -a; . backend/demo/umea/demo.env; set +a; \
	exec $(BIN)/delaktig serve --demo

test: $(READY) ## every test: both databases, the browser, the house rules
	@BIN=$(BIN) sh tests/run

unit: $(READY) ## the fast tests only: the pure core, the golden files, the house rules
	$(BIN)/pytest -n 2 tests/core tests/golden tests/config tests/house_rules

check: $(READY) ## format, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## put the code into its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY) ## measure: answers per second, a million responses, page sizes
	$(BIN)/python -m tests.bench

messages: $(READY) ## collect the texts to be translated into locales/
	$(BIN)/pybabel -q extract -F babel.cfg -k mark -k _ -k ngettext:1,2 -c Translators: --sort-output --no-location --omit-header -o locales/messages.pot .
	@for language in $$(ls -d locales/*/ | xargs -n1 basename); do \
	  $(BIN)/pybabel -q update -i locales/messages.pot -d locales -l $$language --no-fuzzy-matching --omit-header; done

golden: $(READY) ## write the golden files anew; look at the difference before committing it
	DELAKTIG_RENEW_GOLDEN=1 $(BIN)/pytest tests/golden -q

lock: ## renew the lock files from requirements/*.in (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/runtime.in -o requirements/runtime.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements/runtime.txt requirements/dev.in -o requirements/dev.txt

clean: ## remove the environment and caches, never the data
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
