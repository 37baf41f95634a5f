# Every target bootstraps what it needs into .venv: a machine needs only make and Python >= 3.11.
PYTHON ?= python3
UV_VERSION := 0.13.8
BIN := .venv/bin
# tests side by side; 0 runs them one after the other
WORKERS ?= 2
# a module stays on one worker; the longest ones are not the last, as by the number of their tests
DIST := --dist loadscope --no-loadscope-reorder
# One answer for the whole run: wheels only from the package index the machine is set up for.
UV := $(BIN)/python -m uv --system-certs
DBT_SOURCES := $(wildcard dbt_project/models/staging/*/*__sources.yml)
# the path whole, the target by name: then the demo, sqlfluff and the docs share what dbt has parsed
LINT_WAREHOUSE := ODDS_TARGET=duckdb ODDS_DATA_DIR='$(CURDIR)/target/lint' ODDS_DUCKDB_PATH='$(CURDIR)/target/lint/warehouse.duckdb'
# sqlfluff makes many small objects: looking for garbage among them takes a quarter of its time
SQLFLUFF := $(BIN)/python -c 'import gc; gc.set_threshold(200_000); from sqlfluff.cli.commands import cli; cli()'
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export RUNTIME__DLTHUB_TELEMETRY := false
# Python compiles a module once, not in each of the hundreds of processes that tests start
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "make: $(PYTHON) is older than 3.11; try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(UV) pip sync --quiet --require-hashes requirements.lock
	@# sync removes what the lock does not name, uv too
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: install
install: .venv/.installed ## install everything into .venv

.PHONY: demo
demo: install ## collect some days of a simulated season, build, and show the board
	$(BIN)/odds demo $(ARGS)

.PHONY: test
test: install ## the tests a change must pass (DuckDB and Postgres)
	$(BIN)/pytest -m "not heavy" -n $(WORKERS) $(DIST) $(ARGS)

.PHONY: test-all
test-all: install ## everything: all recordings, crash campaigns, both engines
	$(BIN)/pytest -n $(WORKERS) $(DIST) $(ARGS)

.PHONY: mutants
mutants: install ## plant bugs, one at a time, in a copy of the tree: which do no tests see? (hours, goes on where it ended)
	$(BIN)/python -m tests.mutants $(ARGS)

.PHONY: lint
lint: install ## ruff, sqlfluff, the import rules, and that every dbt resource is described
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	@# sqlfluff compiles the models, and they ask the warehouse what is there: a small one will do
	$(LINT_WAREHOUSE) $(BIN)/odds demo --days 1 --fresh >/dev/null
	$(LINT_WAREHOUSE) $(SQLFLUFF) lint dbt_project/models dbt_project/tests/singular
	$(LINT_WAREHOUSE) $(BIN)/dbt --quiet docs generate --target duckdb
	@# sources name their columns, the staging models on them say what they mean
	$(BIN)/dbt-coverage compute doc --cov-report target/coverage.json --cov-fail-under 1 \
		$(addprefix --model-path-exclusion-filter ,dbt_project/models/intermediate/ $(DBT_SOURCES))
	$(BIN)/dbt-bouncer --config-file dbt-bouncer.yml run
	$(BIN)/dbt-score lint --manifest target/manifest.json --fail-any-item-under 9

.PHONY: types
types: install ## mypy, strict on our packages
	$(BIN)/mypy

.PHONY: docs
docs: install ## write the pages that are made from help texts and doc blocks
	$(BIN)/python -m docs

.PHONY: build
build: install ## dbt build on the default target
	$(BIN)/dbt build

.PHONY: lock
lock: ## resolve pyproject.toml into the two locks again
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(UV) pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header pyproject.toml -o requirements.lock
	@# what the container installs: the same versions, without what only a developer needs
	$(UV) pip compile --quiet --universal --python-version 3.11 --extra aws --generate-hashes \
		--constraints requirements.lock --no-emit-index-url --no-emit-find-links --no-header \
		pyproject.toml -o requirements.runtime.lock

.PHONY: clean
clean: ## remove what was built, not what was collected
	rm -rf .venv target logs .pytest_cache .mypy_cache .ruff_cache *.egg-info
