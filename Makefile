PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
READY := $(VENV)/.ready
WORKBOOK := outputs/digit-7.xlsx
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

# An environment is good if it was made to the end, here, and its Python is still there.
BROKEN := $(shell [ "$$(cat $(READY) 2>/dev/null)" = "$(CURDIR)" ] && $(BIN)/python -c pass 2>/dev/null || echo broken)
VERSION := import sys; print("new" if sys.version_info >= (3, 10) else "Python %d.%d.%d" % sys.version_info[:3])

help:  ## this text
	@echo "make TARGET, of these:"
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

ifdef BROKEN
$(READY): environment
.PHONY: environment
environment:
	@command -v "$(PYTHON)" >/dev/null || { echo "sheetcnn needs Python 3.10 or newer, and there is no $(PYTHON):" \
	    "install one from python.org, or name yours, such as: make run PYTHON=python3.12" >&2; exit 1; }
	@version=$$("$(PYTHON)" -c '$(VERSION)' 2>&1); [ "$$version" = new ] || { echo "sheetcnn needs Python 3.10 or" \
	    "newer, and $(PYTHON) is $$version: name a newer one, such as: make run PYTHON=python3.12" >&2; exit 1; }
	"$(PYTHON)" -m venv --clear $(VENV)
endif

$(READY): pyproject.toml
	$(PIP) install --upgrade 'pip>=25.1'
	$(PIP) install --editable . --group dev
	@echo "$(CURDIR)" > $@

run: $(READY)  ## write outputs/digit-7.xlsx and verify it; one that you have changed is kept
	@if [ ! -e $(WORKBOOK) ]; then $(BIN)/sheetcnn generate; else \
	    fresh=$$(mktemp -d) && trap 'rm -rf "$$fresh"' EXIT && \
	    $(BIN)/sheetcnn generate -o "$$fresh/digit-7.xlsx" >/dev/null && \
	    if cmp -s "$$fresh/digit-7.xlsx" $(WORKBOOK); then echo "$(WORKBOOK) is there already, unchanged."; else \
	        echo "$(WORKBOOK) is kept: you have changed it, or another version wrote it."; \
	        echo "For a new one: $(BIN)/sheetcnn generate --force"; fi; fi
	@$(BIN)/sheetcnn verify $(WORKBOOK)
	@echo
	@echo "Next: open $(WORKBOOK) in Excel or LibreOffice, or type $(BIN)/sheetcnn --help"

test: $(READY)  ## the tests, in minutes; K=name runs those whose name holds it
	@$(BIN)/python -m pytest -n 2 -m 'not slow' $(if $(K),-k '$(K)')

coverage: $(READY)  ## the same tests, and whether they reach as many lines and branches as before
	@$(BIN)/python -m pytest -n 2 -m 'not slow' --cov --cov-report=term

test-slow: $(READY)  ## only the slow tests: all mutants, all sweeps
	@$(BIN)/python -m pytest -n 2 -m slow

test-all: test test-slow  ## all tests

lint: $(READY)  ## ruff, mypy, spelling, pyproject.toml
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/codespell
	@$(BIN)/validate-pyproject pyproject.toml

bench: $(READY)  ## speeds, as ratios in one run
	@$(BIN)/python -m benchmarks

example: $(READY)  ## write the committed example again
	@$(BIN)/sheetcnn generate --force -o outputs/examples/digit-7.xlsx

wheel: $(READY)  ## build the wheel and try it outside the checkout
	@rm -rf dist
	@$(PIP) wheel --no-deps --wheel-dir dist .
	@sh tests/smoke.sh "$$PWD"/dist/*.whl

clean:  ## remove the environment, the wheel and all caches; outputs stays
	rm -rf $(VENV) dist .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: help run test coverage test-slow test-all lint bench example wheel clean
.DEFAULT_GOAL := help
