# Two commands set everything up: `make demo` and `make test`. Each makes its own virtual environment.
# `make test` leaves out what is marked slow; `make test-all` runs everything. `make test-postgresql` runs the rules of the
# store with their workspaces in PostgreSQL; ARGS=tests runs all that isn't slow.
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

# A part that takes two or three minutes on two cores.
RULES := $(addprefix tests/store/,accounts authorities bulk check inventory test_audit_copies.py test_seals.py) \
	tests/simulator/moments

test-postgresql: $(VENV)/.test
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow" --engine postgresql $(or $(ARGS),$(RULES))

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
