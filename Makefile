# CivStart. `make help` lists what there is.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help run test drills lint types bench evaluate screenshots looks

help: ## What there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-12s %s\n", $$1, $$2}'

run: $(VENV)/ready ## Set up, fill an empty site with the demo, run everything until Ctrl-C
	@exec $(BIN)/python manage.py run --port $(PORT)

test: $(VENV)/ready-dev ## Every test but the drills
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m "not drill" $(ARGS)

drills: $(VENV)/ready-dev ## The tests that take minutes
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m drill $(ARGS)

lint: $(VENV)/ready-dev ## Linters
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
	@$(BIN)/lint-imports --no-cache
	@git ls-files -z 'templates/*.html' | xargs -0 $(BIN)/djade --check --target-version 5.2
	@$(BIN)/python manage.py makemigrations --check --dry-run

types: $(VENV)/ready-dev ## Strict types
	@$(BIN)/mypy

bench: $(VENV)/ready-dev ## Speed, measured here
	@$(BIN)/python -m tests.bench $(ARGS)

evaluate: $(VENV)/ready-dev ## Quality against the labelled examples
	@$(BIN)/python manage.py evaluate extraction
	@$(BIN)/python manage.py evaluate matching

screenshots: $(VENV)/ready-dev ## The pictures of docs/screens, anew
	@$(BIN)/python -m tests.screenshots $(ARGS)

looks: $(VENV)/ready-dev ## Every page at two widths, by day and by night, with what a machine finds wrong
	@$(BIN)/python -m tests.looks $(ARGS)

# An environment without its stamp was left half-built: it is built anew.
$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "CivStart needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@if [ -e $(VENV) ]; then echo "The environment in $(VENV) was left half-built; building it anew."; fi
	@$(PYTHON) -m venv --clear $(VENV) \
	  || { echo "No virtual environment could be made. On Debian: apt-get install python3-venv"; exit 1; }
	@touch $@

$(VENV)/ready: requirements.txt | $(VENV)/made
	@echo "Installing what CivStart runs on (about a minute the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/ready-dev: requirements-dev.txt $(VENV)/ready
	@echo "Installing what tests and linters need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
