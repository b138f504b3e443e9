# Every target sets up what it needs: `make demo` and `make all` work in a fresh clone with Python 3.11 and make.
.DEFAULT_GOAL := help
.PHONY: help setup sdk all check demo example test test-slow bench faults soak format clean corpus conformance bench-codegen review-golden review-fuzz review-examples bench-review site dist first-minutes infer-figures

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
BROKER ?=
PARTS ?= check test
SEED ?= 1
MESSAGES ?= 12000
KILLS ?= 4
MINUTES ?= 10
NAME ?= desk_robot
READY := $(VENV)/.ready
MEMBERS := pyproject.toml runtime/pyproject.toml codegen/pyproject.toml generated/pyproject.toml
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PYTHONPATH := $(CURDIR)/examples/tars

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Create .venv with everything in it (uv from the PATH, else installed there with pip)

$(READY): $(MEMBERS)
	@PYTHON="$(PYTHON)" sh .ci/setup
	@touch $(READY)

sdk: setup ## Compile schema/ to generated/, and take over the explanations of codes
	@cp docs/lint.md codegen/src/topicwright_codegen/diagnostics/explanations.md
	@topicwright generate

all: setup ## Everything that CI runs: check and test, each even if the other fails
	@failed=; \
	for part in $(PARTS); do $(MAKE) --no-print-directory $$part || failed="$$failed $$part"; done; \
	if [ -n "$$failed" ]; then echo "failed:$$failed"; exit 1; fi

check: setup ## Stale SDK, lint of the catalog, ruff, import contracts, mypy, pyright
	@topicwright check
	@topicwright lint
	@ruff format --check --quiet
	@ruff check --quiet
	@report=$$(lint-imports --no-cache 2>&1) || { printf '%s\n' "$$report"; exit 1; }
	@mypy
	@pyright

bench: setup ## The cost of a message, here and with other clients; writes docs/benchmarks.md
	@uv sync --quiet --inexact --group bench
	@$(RUN) -m tests.bench

demo: setup ## Seven services hold a conversation (BROKER=mqtt://host:1883 for your own broker)
	@$(RUN) -m tars_demo $(if $(BROKER),--broker $(BROKER))

example: setup ## Run a small example (NAME=desk_robot, smart_home, factory_line or fleet)
	@cd examples/$(NAME) && topicwright generate
	@$(RUN) examples/run.py $(NAME)

# Two processes side by side: one for the compiler and programs around it, and one for everything else.
COMPILER_TESTS := tests/codegen tests/generated tests/house tests/review tests/typing tests/e2e/test_examples.py tests/e2e/test_programs.py
test: setup ## The tests, without those marked slow
	@log=$$(mktemp); $(RUN) -m pytest -q -m "not slow" $(COMPILER_TESTS) >$$log 2>&1 & compiler=$$!; \
	$(RUN) -m pytest -q -m "not slow" $(addprefix --ignore=,$(COMPILER_TESTS)); rest=$$?; \
	wait $$compiler; status=$$?; cat $$log; rm -f $$log; test $$rest -eq 0 && test $$status -eq 0

test-slow: setup ## The tests marked slow
	@$(RUN) -m pytest -q -m slow

faults: setup ## Every fault of docs/reliability.md, the slow ones too
	@$(RUN) -m pytest -q tests/faults tests/runtime -k test_row

corpus: setup ## Compile real documents (../shared/corpus); writes docs/compatibility.md
	@$(RUN) -m tests.codegen.corpus.report --write

conformance: setup ## The JSON Schema test suite (../shared/suites), beside other tools; writes docs/compatibility.md
	@nice $(RUN) -m tests.codegen.conformance.report --write

bench-codegen: setup ## The cost of compiling; writes docs/benchmarks-codegen.md
	@$(RUN) -m tests.bench.codegen.compiling --write

soak: setup ## Publishers, consumers and a broker killed at random; every message accounted for (SEED, MESSAGES, KILLS, MINUTES)
	@$(RUN) -m tests.faults.tools.soak --messages $(MESSAGES) --kills $(KILLS) --minutes $(MINUTES) --seed $(SEED)

fuzz-engine: setup ## Mutated packets of a broken broker: no exception, no hang, memory bounded (PACKETS, SEED)
	@$(RUN) -m tests.faults.tools.fuzz_engine --packets $(or $(PACKETS),1000000) $(if $(SEED),--seed $(SEED)) 2>/dev/null

review-golden: setup ## Compare topicwright diff with every example of a change, by severity and by column
	@$(RUN) -m tests.review.tools.golden

review-fuzz: setup ## 20,000 pairs of schemas, made and real: the review against other messages of a validator (hours)
	@$(RUN) -m tests.review.tools.fuzz

review-examples: setup ## Write docs/review/: five changes of the catalog and their reviews
	@$(RUN) -m tests.review.tools.examples

bench-review: setup ## CPU time and memory of topicwright diff over two catalogs of 1000 channels
	@$(RUN) -m tests.bench.codegen.reviewing

site: setup ## Build the documentation from README.md, docs/ and the docstrings, into site/; a broken link fails
	@uv sync --quiet --inexact --group docs
	@$(RUN) .ci/site.py
	@zensical build --strict --clean

dist: setup ## Wheels and sdists in dist/; checked, installed without the clone on Python 3.11 to 3.14, README's examples run
	@$(RUN) -m tests.start.dist

first-minutes: setup ## Follow docs/start/*.md in clean environments; seconds to the first typed message (PAGES=name)
	@$(RUN) -m tests.start.first_minutes $(PAGES)

infer-figures: setup ## What infer makes of four recorded systems, beside their true catalogs; writes docs/infer.md
	@$(RUN) -m tests.codegen.infer.figures --write

format: setup ## Format and fix what ruff can
	@ruff check --fix --quiet; ruff format --quiet

clean: ## Remove generated files and caches
	@rm -rf $(VENV) site build dist .cache .mypy_cache .ruff_cache .pytest_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
