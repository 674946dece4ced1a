# Every target sets up .venv by itself, from nothing but python3 and make.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help demo run test quick bugs words check fix bench docs reference screenshots clean

help:  ## show what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: .venv/core  ## watch Ascolta live through a brand's day
	@$(BIN)/ascolta demo

run: .venv/core  ## the desk in the browser, on the example brand
	@$(BIN)/ascolta run examples/acme

test: .venv/dev  ## run every test
	@$(BIN)/python -m pytest -n 2 --dist worksteal

quick: .venv/dev  ## run the tests that take no time
	@$(BIN)/python -m pytest -n 2 -m "not slow"

words: .venv/dev  ## bring the catalogues of the desk's sentences up to date
	@$(BIN)/python -m tests.translations

bugs: .venv/dev  ## plant one-line bugs one at a time; the tests must notice all
	@$(BIN)/python -m tests.planted

check: .venv/dev  ## style, types, import contracts, the example brand
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/ascolta check examples/acme

fix: .venv/dev  ## mend what can be mended by itself
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

bench: .venv/dev  ## print the tables of measured figures
	@$(BIN)/python bench/match.py
	@$(BIN)/python bench/listen.py
	@$(BIN)/python bench/flow.py
	@$(BIN)/python bench/labels.py
	@$(BIN)/python bench/airlines.py
	@$(BIN)/python bench/noise.py
	@$(BIN)/python bench/journal.py
	@$(BIN)/python bench/redact.py
	@$(BIN)/python bench/drafts.py
	@$(BIN)/python bench/replies.py
	@$(BIN)/python bench/grave.py
	@$(BIN)/python bench/watch.py
	@$(BIN)/python bench/kind.py
	@$(BIN)/python -m bench.desk
	@$(BIN)/python bench/practice.py
	@$(BIN)/python bench/insight.py
	@$(BIN)/python bench/rising.py
	@$(BIN)/python bench/store.py
	@$(BIN)/python bench/scale.py
	@$(BIN)/python bench/ticking.py
	@$(BIN)/python bench/scaling.py

docs: .venv/docs  ## build the documentation into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet && echo "open site/index.html"

reference: .venv/dev  ## write the pages of the documentation that are made from the code
	@$(BIN)/python -m tests.reference

screenshots: .venv/dev  ## take the pictures of every page anew, with Debian's chromium and fonts-inter
	@$(BIN)/python -m tests.browser.screens docs/operator/screens

clean:  ## remove what was built
	rm -rf .venv site dist .pytest_cache .mypy_cache .ruff_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Ascolta needs Python 3.11 or newer; run: make PYTHON=python3.11 …")'
	@$(PYTHON) -m venv .venv

.venv/core: pyproject.toml constraints.txt | .venv/bin/python
	@echo "setting up .venv (once)"
	@$(PIP) install -c constraints.txt -e .
	@touch $@

.venv/dev: .venv/core
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@

.venv/docs: .venv/core
	@$(PIP) install -c constraints.txt -e '.[docs]'
	@touch $@
