# Two commands set everything up: `make demo` and `make test`. Each makes its own virtual environment.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint typecheck screenshots clean

demo: $(VENV)/.demo
	@$(BIN)/certfleet demo

test: $(VENV)/.test
	$(BIN)/python -m pytest -n auto $(ARGS)

# What is checked is what is shipped: the package as it is installed, not the folders.
lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	rm -rf .build build && $(BIN)/python -m pip install --quiet --no-deps --target .build/site .
	MYPYPATH=.build/site $(BIN)/mypy -p certfleet
	cd .build/site && $(CURDIR)/$(BIN)/lint-imports --config $(CURDIR)/pyproject.toml

screenshots: $(VENV)/.test
	$(BIN)/python docs/make_screenshots.py

clean:
	rm -rf $(VENV) .build build *.egg-info

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "certfleet needs Python 3.11 or later; name one with make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.demo: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.test: $(VENV)/.demo
	$(BIN)/python -m pip install --quiet --group test
	touch $@

$(VENV)/.lint: $(VENV)/.demo
	$(BIN)/python -m pip install --quiet --group lint
	touch $@
