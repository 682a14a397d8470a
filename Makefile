# Everything a newcomer needs; `make` alone lists it.
#
# Variables: PYTHON (the interpreter that makes .venv), TORCH (cpu or cuda, see
# docs/dependencies.md), ARGS (handed on to demo and test), WORKERS (test processes).

PYTHON ?= python3
WORKERS ?= 2
BIN := .venv/bin
export TORCH

.DEFAULT_GOAL := help
.PHONY: help setup run demo tour tour-style test chaos rules bench bench-adapters bench-review bench-screening bench-pictures lint messages lock clean

help:  ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

setup:  ## Make .venv from the lock and compile the translations; instant when nothing changed
	@$(PYTHON) scripts/setup.py

run: setup  ## Keep everything running on this machine; Ctrl-C stops it
	@exec $(BIN)/python -m brandhub.embedded run

demo: setup  ## Take one request to a published avatar; ARGS=--json for one JSON line
	@exec $(BIN)/python -m brandhub.embedded stack -- $(BIN)/python -m brandhub.demo $(ARGS)

tour: setup  ## Take the pictures of docs/tour again, from the running product
	@exec $(BIN)/python -m brandhub.embedded stack -- $(BIN)/python scripts/tour.py

tour-style: setup  ## Teach a style from twelve pictures in a browser, with pictures for docs/tour; STEPS=n
	@STEPS=$(STEPS) exec $(BIN)/python -m brandhub.embedded stack -- $(BIN)/python scripts/style_tour.py

test: setup  ## Run the tests on services of their own
	@exec $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

chaos: setup  ## Break the running product and check what it promised; LONG=1, MUTANTS=1
	@exec $(BIN)/python -m tests.chaos $(if $(LONG),--long) $(if $(MUTANTS),--mutants) $(ARGS)

rules: setup  ## Walk 10,000 random steps over the services against a model of the rules; STEPS=n
	@BRANDHUB_RULES_STEPS=$(or $(STEPS),10000) $(BIN)/python -m pytest -q -p no:cacheprovider tests/rules

bench: setup  ## Measure the platform around the model; see docs/performance.md
	@exec $(BIN)/python -m tests.bench $(ARGS)

bench-review: setup  ## Measure the reviewers' pages over a long history; ARGS="--sizes 1000:5000"
	@exec $(BIN)/python -m tests.bench.reviewing $(ARGS)

bench-adapters: setup  ## Measure switching, mixed batches and memory of adapters
	@$(BIN)/python -m brandhub.inference.diffusers_backend.adapter_benchmark $(ARGS)

bench-screening: setup  ## Measure the screening of requirements; ARGS=--misses
	@exec $(BIN)/python manage.py bench_screening $(ARGS)

bench-pictures: setup  ## Measure the judge and the checks of pictures; ARGS=corpus-folder
	@exec $(BIN)/python manage.py bench_pictures $(ARGS)

lint: setup  ## Check style, types, layers, migrations, production settings and translations
	@$(BIN)/python scripts/lint.py

messages: setup  ## Bring the catalogues in locale/ up to date with the code
	@$(BIN)/python -m brandhub.common.catalogues update

lock: setup  ## Resolve requirements/*.in anew into requirements/lock.txt
	@$(BIN)/pip-compile --quiet --generate-hashes --unsafe-package torch --strip-extras --no-header \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
		--output-file requirements/lock.txt requirements/dev.in

clean:  ## Remove what was made here, the data included; keeps .venv
	@$(PYTHON) scripts/clean.py
