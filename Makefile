# Calmops. `make` alone lists what there is. Needs Python 3.11 or newer and make; uses uv where it is installed.
#   PYTHON=/path/to/python3.12  chooses the interpreter      VENV=.venv  the environment's folder      UV=  does without uv

VENV ?= .venv
PYTHON ?=
UV ?= uv
ARGS ?=
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
ROOMS := bot handlers agents storage

# Bytecode is written at the first import, not at the install: half the wait. Some containers forbid it by environment, and then
# every single start compiles scikit-learn again.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help try test chaos bench lint format shots wheel lock dev clean

help: ## list the tasks
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

try: $(RUN_STAMP) ## a Slack-like page with the bot in it, at http://127.0.0.1:8770; nothing leaves this machine
	@exec $(BIN)/calmops try $(ARGS)

test: $(DEV_STAMP) ## the whole test suite (ARGS="-k words" chooses)
	$(BIN)/python -m pytest -n 2 $(ARGS)

chaos: $(DEV_STAMP) ## crashes and faults, long counts
	$(BIN)/python -m pytest -m chaos --long --timeout 1800 $(ARGS)

bench: $(DEV_STAMP) ## measure, beside the floors of this machine; writes build/bench.json
	$(BIN)/python -m tests.bench $(ARGS)

lint: $(DEV_STAMP) ## format, lint, types and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEV_STAMP) ## put the code in its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

dev: $(DEV_STAMP) ## only the environment: everything to work on the code

shots: $(DEV_STAMP) ## take the pictures of the documentation anew; look at them before you commit them
	$(BIN)/python -m tests.tour $(ARGS)

wheel: $(DEV_STAMP) ## build dist/calmops-*.whl
	rm -rf dist
	$(BIN)/python -m hatchling build --target wheel --directory dist

lock: ## resolve anew: requirements.lock (all) and requirements.run.lock (what `make try` needs); needs uv
	$(UV) pip compile pyproject.toml --universal --python-version 3.11 --all-extras --upgrade \
		--generate-hashes --no-header --quiet -o requirements.lock
	$(UV) pip compile pyproject.toml --universal --python-version 3.11 --extra charts --extra build -c requirements.lock \
		--upgrade --generate-hashes --no-header --quiet -o requirements.run.lock

clean: ## remove what was built, not the environment and not your data
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# One interpreter that runs and is new enough. A pyenv shim may exist for a version that is not installed, so each is tried.
define find_python
for candidate in $(if $(PYTHON),"$(PYTHON)",python3.13 python3.12 python3.11 python3 python); do \
	if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then python=$$candidate; break; fi; \
done; \
if [ -z "$$python" ]; then \
	found=$$($(or $(PYTHON),python3) --version 2>/dev/null) || found=none; \
	echo "Calmops needs Python 3.11 or newer; found: $$found." >&2; \
	echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1; \
fi
endef

# $(call install,LOCK): an environment that works, with exactly what LOCK names, and this checkout in it.
define install
@set -e; python=""; \
if $(UV) --version >/dev/null 2>&1; then uv=yes; with=uv; else uv=""; with=pip; fi; \
if ! $(BIN)/python -c '' >/dev/null 2>&1; then \
	$(find_python); \
	if [ -n "$$uv" ]; then \
		echo "Creating $(VENV) from $$("$$python" --version) with uv ..."; \
		$(UV) venv --quiet --clear --python "$$python" $(VENV); \
	elif "$$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
		echo "Creating $(VENV) from $$("$$python" --version) ..."; \
		"$$python" -m venv --clear $(VENV); \
	else \
		echo "$$python cannot create virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; \
	fi; \
fi; \
echo "Installing $(1) with $$with (once; with pip about half a minute) ..."; \
if [ -n "$$uv" ]; then \
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $(1); \
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .; \
else \
	pip="$(BIN)/python -m pip --disable-pip-version-check"; \
	$$pip install --quiet --no-compile --require-hashes -r $(1); \
	$$pip install --quiet --no-compile --no-deps --no-build-isolation -e .; \
fi
endef

$(DEV_STAMP): requirements.lock requirements.run.lock pyproject.toml
	$(call install,requirements.lock)
	@touch $(RUN_STAMP) $(DEV_STAMP)

$(RUN_STAMP): requirements.run.lock pyproject.toml
	$(call install,requirements.run.lock)
	@touch $(RUN_STAMP)
