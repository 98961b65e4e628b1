# Two commands set everything up: `make demo` and `make test`. Each makes its own virtual environment.
# `make test` leaves out what is marked slow; `make test-all` runs everything. `make test-postgresql` runs the same as
# `make test` with the workspaces in PostgreSQL, but for the console's own tests (ARGS=tests runs these too) and for those
# that opened no workspace when they last ran on SQLite, over the same sources.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Every version is the one in constraints.txt, which `make constraints` renews.
INSTALL := $(BIN)/python -m pip install --quiet --constraint constraints.txt

# Many programs start in a test run: each would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-all test-postgresql lint screenshots constraints clean

demo: $(VENV)/.demo
	@$(BIN)/certfleet demo

test: $(VENV)/.test
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow" $(ARGS)

test-all: $(VENV)/.test
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

# The console's tests would take it from nine minutes on two cores to fourteen; its screens call what the others test.
NO_SCREENS := tests --ignore tests/tui

test-postgresql: $(VENV)/.test
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow" --engine postgresql $(or $(ARGS),$(NO_SCREENS))

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

screenshots: $(VENV)/.test
	$(BIN)/python docs/make_screenshots.py

constraints:
	rm -rf build/constraints
	$(PYTHON) -m venv build/constraints
	build/constraints/bin/python -m pip install --quiet --upgrade pip
	build/constraints/bin/python -m pip install --quiet --editable '.[all]' --group test --group lint
	build/constraints/bin/python -m pip freeze --all --exclude pip --exclude-editable > constraints.txt

clean:
	rm -rf $(VENV) build *.egg-info

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "certfleet needs Python 3.11 or later; name one with make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.demo: $(BIN)/python pyproject.toml constraints.txt
	$(INSTALL) --editable .
	touch $@

$(VENV)/.test: $(BIN)/python pyproject.toml constraints.txt
	$(INSTALL) --editable '.[all]' --group test
	touch $@

$(VENV)/.lint: $(VENV)/.test
	$(INSTALL) --group lint
	touch $@
