# Two commands: `make demo` and `make test`. Both install what they need into .venv on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check bench screenshots translations clean

demo: $(VENV)/.ready
	$(BIN)/veerkracht demo

test: $(VENV)/.ready-test
	$(BIN)/python -m pytest --nbval-lax tests notebooks

check: $(VENV)/.ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.ready-test
	$(BIN)/python benchmarks/map.py
	$(BIN)/python benchmarks/log.py
	$(BIN)/python benchmarks/printing.py
	$(BIN)/python benchmarks/quick_scan.py
	$(BIN)/python benchmarks/scale.py
	$(BIN)/python benchmarks/room.py
	$(BIN)/python benchmarks/large_town.py
	$(BIN)/python benchmarks/reconnect.py

screenshots: $(VENV)/.ready-test
	$(BIN)/python docs/screenshots.py

translations: $(VENV)/.ready
	$(BIN)/python -m veerkracht_nb.locale.update

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, found " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.ready-test: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $@ $(VENV)/.ready

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
