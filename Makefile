# Every target sets up .venv by itself, from the lock, the first time. Works with GNU make 3.81 and newer.
# Another Python: make test PYTHON=python3.12

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

COMPILE := pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras --no-annotate --no-header \
	--no-emit-find-links --no-emit-index-url --no-emit-options --no-emit-trusted-host
BENCH_EXTRA := import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["bench"], sep="\n")
BUILD_TOOLS := import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")

.PHONY: help setup demo test format quality benchmarks lock clean
.DELETE_ON_ERROR:

help:  ## list the targets
	@awk -F ':[^#]*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.installed  ## make .venv from requirements.lock

demo: $(VENV)/.installed  ## the main job on an embedded site: crawl, clean, deduplicate, Parquet, report
	$(BIN)/taoxi demo

test: $(VENV)/.installed  ## lint, types and tests; stops at the first failure
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto

format: $(VENV)/.installed  ## lay out the code as the lint wants it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

quality: $(VENV)/.installed  ## scores against pinned floors, where ../shared has the labelled pages
	$(BIN)/python -m benchmarks.quality

benchmarks: $(VENV)/.installed-bench  ## tables of speed, beside other tools, of memory, of site templates, of topics, of personal data, of duplicates and of datasets
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.help_time
	$(BIN)/python -m benchmarks.memory
	$(BIN)/python -m benchmarks.signals
	$(BIN)/python -m benchmarks.site_templates
	$(BIN)/python -m benchmarks.topic
	$(BIN)/python -m benchmarks.focus
	$(BIN)/python -m benchmarks.twins
	$(BIN)/python -m benchmarks.personal
	$(BIN)/python -m benchmarks.duplicates
	$(BIN)/python -m benchmarks.dataset

lock: $(VENV)/.installed  ## renew the two lock files (some minutes, needs the registry)
	$(BIN)/python -m pip install --quiet 'pip-tools>=7.5'
	$(BIN)/python -c '$(BUILD_TOOLS)' | $(BIN)/$(COMPILE) --upgrade --extra test -o requirements.lock pyproject.toml -
	$(BIN)/python -c '$(BENCH_EXTRA)' | $(BIN)/$(COMPILE) --upgrade -c requirements.lock -o requirements-bench.lock -

clean:  ## remove .venv and what tools left behind; datasets in output/ stay
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find crawler pipelines tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "taoxi needs Python 3.11 or newer; $(PYTHON) is not. Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-bench: requirements-bench.lock $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@
