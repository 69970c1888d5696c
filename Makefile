# Everything here prepares what it needs by itself: the first call makes .venv (minutes), later
# ones start at once. `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
PYTHON ?=
export PHOTOS ?=
TESTS ?=
OUT ?= build/walk
BIN := $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --disable-pip-version-check --no-warn-script-location \
	--progress-bar off -q -c packaging/constraints.txt
# Folder with flickr8k/, subjects/ and people/, for `make bench`.
DATA ?= ../shared/data
MEASUREMENTS := $(basename $(notdir $(shell grep -l __main__ tests/benchmarks/*.py)))
SOURCES := engine desktop tests

.PHONY: help install full demo test lint format fuzz faults bench screenshots walk clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile
	@echo "  make demo PHOTOS=~/Pictures   the same with photos of yours, which are only read"
	@echo "  make test TESTS=tests/library only some of the tests"

install: $(VENV)/.installed ## what Familiar needs to run, in .venv
	@echo "Ready: $(BIN)/familiar --help"

full: $(VENV)/.installed ## what the larger packs need besides, in .venv
	$(INSTALL) -e '.[demo,desktop,full]'

demo: $(VENV)/.installed ## sample library: teach two, caption, search, contact sheet
	@$(BIN)/familiar demo $${PHOTOS:+--photos "$$PHOTOS"}

test: $(VENV)/.developing ## the tests
	$(BIN)/python -m pytest $(TESTS)

lint: $(VENV)/.developing ## style and types
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy

format: $(VENV)/.developing ## put the code in shape
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

fuzz: $(VENV)/.developing ## damaged files against the readers: make fuzz FOR=600 (seconds)
	$(BIN)/python -m tests.photos.fuzz --seconds $(or $(FOR),600) --kept build/fuzz

faults: $(VENV)/.developing ## kills, full disks, vanishing files: make faults KILLS=200 SEED=7
	$(BIN)/python -m tests.faults $(if $(KILLS),--kills $(KILLS)) $(if $(SEED),--seed $(SEED))

bench: $(addprefix bench-,$(MEASUREMENTS)) ## every measurement; `make bench-NAME` for one

# They make their own libraries: no pictures from elsewhere.
bench-desktop bench-scale: bench-%: $(VENV)/.developing
	@echo "== $*"
	@$(BIN)/python -m tests.benchmarks.$*

# The name is shorter than the file's.
bench-index: bench-indexing ;

bench-%: $(VENV)/.measuring
	@test -d "$(DATA)" || { echo "The measurements need pictures that are not in this repository." \
		"Name their folder: make bench DATA=FOLDER (see README.md)."; exit 1; }
	@test -f tests/benchmarks/$*.py || { \
		echo "There is no measurement $*. There are: $(MEASUREMENTS)."; exit 2; }
	@echo "== $*"
	@$(BIN)/python -m tests.benchmarks.$* --data "$(DATA)"

# On a screen of its own where xvfb-run is installed, else without one.
walk: $(VENV)/.developing ## the main path by mouse and by keyboard, with pictures: make walk OUT=build/walk
	@if command -v xvfb-run >/dev/null; then \
		QT_QPA_PLATFORM=xcb xvfb-run -a -s '-screen 0 1400x900x24' \
			$(BIN)/python -m tests.desktop.walk --out "$(OUT)"; \
	else QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.desktop.walk --out "$(OUT)"; fi

screenshots: $(VENV)/.developing ## pictures of every page into resources/screenshots/
	@$(BIN)/python -m tests.screenshots

clean: ## remove what was built here, the demo's library too
	rm -rf $(VENV) familiar-demo build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache

$(BIN)/python:
	@python="$$(PYTHON='$(PYTHON)' packaging/prepare-system)"; \
		echo "Making .venv with $$python" >&2; \
		"$$python" -m venv $(VENV)

$(VENV)/.installed: pyproject.toml packaging/constraints.txt | $(BIN)/python
	@echo "Installing Familiar into .venv. The first time this takes a few minutes." >&2
	@packaging/prepare-system --windows $(BIN)/python
	@$(INSTALL) -e '.[demo,desktop]'
	@touch $@

$(VENV)/.developing: $(VENV)/.installed
	@echo "Installing the developers' tools into .venv." >&2
	@$(INSTALL) -e '.[demo,desktop,dev,full]'
	@touch $@

$(VENV)/.measuring: $(VENV)/.developing
	@echo "Installing what the measurements need into .venv." >&2
	@$(INSTALL) -e '.[demo,desktop,dev,full,bench]'
	@touch $@
