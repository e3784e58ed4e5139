# Two commands do everything: `make run` and `make test`. The work is in deploy/setup/, this is the list of its doors.

# The first Python that is new enough. `true` because make throws away what a failing command printed.
PYTHON ?= $(firstword $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name; done; true) python3)
BIN := .venv/bin
WORKERS ?= 2
TESTS ?=
BENCH_DIR ?= ../shared/bench
BENCH_ARGS ?= --quick
PRODUCT ?= deploy/bench/product.toml

.DEFAULT_GOAL := help
.PHONY: help setup run test lint lock demo-reset bench drill

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## Install the pinned packages and the browser files, start nothing
	@$(PYTHON) deploy/setup/prepare.py run

run: setup ## Set up what is missing and serve the demonstration portal (HOST, PORT change the address)
	@exec $(BIN)/python deploy/setup/start.py

test: ## Install what the tests need and run all of them (TESTS='tests/rules -k share' runs some)
	@$(PYTHON) deploy/setup/prepare.py test
	@$(BIN)/python -m pytest -n $(WORKERS) $(TESTS) || { \
		echo "What failed beside others is run once more, alone; what fails again has failed."; \
		$(BIN)/python -m pytest --last-failed --last-failed-no-failures none $(TESTS); }

lint: ## Check the style of the Python code
	@$(PYTHON) deploy/setup/prepare.py lint
	@$(BIN)/ruff check .

lock: ## Pin the packages anew from requirements*.in and package.json
	@$(PYTHON) deploy/setup/prepare.py lint
	@$(BIN)/python deploy/setup/lock.py

demo-reset: setup ## Begin the demonstration anew; the register as it was is kept aside (stop the portal first)
	@PORTAL_ENV=demo $(BIN)/flask --app wsgi demo set-aside
	@PORTAL_ENV=demo $(BIN)/flask --app wsgi setup

bench: setup ## Measure beside other programs into docs/performance.md (BENCH_DIR: the harness; SYSTEMS, BENCH_ARGS choose)
	@if [ ! -x "$(BENCH_DIR)/run_all.sh" ]; then \
		echo "There is no harness in $(BENCH_DIR): make bench BENCH_DIR=<folder with run_all.sh>"; exit 2; fi
	@cd "$(BENCH_DIR)" && PRODUCT_DIR="$(CURDIR)" PRODUCT="$(abspath $(PRODUCT))" \
		PYTHONDONTWRITEBYTECODE=1 ./run_all.sh $(BENCH_ARGS)
	@$(BIN)/python deploy/bench/table.py $(PRODUCT) $(BENCH_ARGS)

drill: setup ## Start two groups of workers, a database with a replica, Redis and nginx; take each away and bring it back
	@deploy/drill.sh $(DRILL_DIR)
