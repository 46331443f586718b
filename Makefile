# The two commands of the README, and what CI runs. Everything happens in .venv beside this file.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH := torch==2.13.0
WORKERS ?= 2

.PHONY: code test check serve tables clean

# Install what coding a record needs, then code the example.
code: $(VENV)/.serving
	$(BIN)/coder code examples/discharge.txt

# Install everything that the suite needs (torch for the training tests), then run the whole suite.
test: $(VENV)/.all
	$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-report=term:skip-covered

check: $(VENV)/.all
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

serve: $(VENV)/.serving
	$(BIN)/coder serve

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("需要 Python 3.11 或更高版本：make code PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.serving: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

# torch comes first and pinned: a range would pull a GPU build of several gigabytes.
$(VENV)/.all: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet $(TORCH)
	$(BIN)/python -m pip install --quiet --editable '.[train,dev]'
	@touch $@ $(VENV)/.serving

# Compile everything that is shipped from the official tables: make tables TABLES=folder [WORDS=medical-words.tsv]
tables: $(VENV)/.serving
	@test -n "$(TABLES)" || { echo "用法：make tables TABLES=官方编码表所在文件夹"; exit 2; }
	$(BIN)/coder terms build --tables $(TABLES)
	$(BIN)/coder text build $(if $(WORDS),--words $(WORDS))
	$(BIN)/python -m coder.suggest.build
	$(BIN)/python -m coder.tcm.build

clean:
	rm -rf $(VENV) dist build out .mypy_cache .ruff_cache .pytest_cache .hypothesis
