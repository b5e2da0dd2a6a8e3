PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

help:  ## this text
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@

run: $(READY)  ## write outputs/digit-7.xlsx and verify it
	@$(BIN)/sheetcnn generate --force
	@$(BIN)/sheetcnn verify outputs/digit-7.xlsx

test: $(READY)  ## the tests, in minutes; K=name runs those whose name holds it
	@$(BIN)/python -m pytest -n 2 -m 'not slow' $(if $(K),-k '$(K)')

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
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	@sh tests/smoke.sh "$$PWD"/dist/*.whl

clean:  ## remove what can be made again
	rm -rf $(VENV) dist outputs/*.xlsx .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: help run test test-slow test-all lint bench example wheel clean
.DEFAULT_GOAL := help
