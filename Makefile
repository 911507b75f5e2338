# make run     start the product: the first run installs it into .venv
# make test    install what the tests need and run them all
# make quick   those tests that need no browser, no PostgreSQL and no other process
# make lint    style, types, layering, vendored files
# make chaos   kill everything at random while visitors write (ARGS="--seconds 600")
# make bench   what can be measured
# make lock    choose dependencies anew (needs uv)

VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check --quiet
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(PYTHON) -m pytest -q --numprocesses=logical \
  --maxprocesses=8 --dist=worksteal

.PHONY: run test quick lint chaos bench lock demo clean

run: $(VENV)/.run
	@exec $(VENV)/bin/leavemsg serve

demo: $(VENV)/.run
	@exec $(VENV)/bin/leavemsg demo

test: $(VENV)/.test
	@tools/chromium
	$(PYTEST) $(ARGS)

quick: $(VENV)/.test
	$(PYTEST) -m "not browser and not postgres and not process" --hypothesis-profile=quick $(ARGS)

lint: $(VENV)/.test
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-cache
	$(PYTHON) tools/vendor.py --check

chaos: $(VENV)/.test
	$(PYTHON) -m tests.chaos $(ARGS)

bench: $(VENV)/.test
	$(PYTHON) -m bench.submissions
	$(PYTHON) -m bench.commits
	$(PYTHON) -m bench.notices
	$(PYTHON) -m bench.widget
	$(PYTHON) -m bench.drain
	$(PYTHON) -m bench.tenants
	$(PYTHON) -m bench.hanging
	$(PYTHON) -m bench.flood

$(VENV)/bin/python:
	@tools/venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: requirements-test.lock $(VENV)/.run
	$(PIP) install --require-hashes -r requirements-test.lock
	@touch $@

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --no-emit-index-url pyproject.toml tools/build.in -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --no-emit-index-url --extra test pyproject.toml tools/build.in \
	  -c requirements.lock -o requirements-test.lock

clean:
	rm -rf $(VENV) build *.egg-info
