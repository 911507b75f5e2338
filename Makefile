# make run     start the product: the first run installs it into .venv
# make demo    everything to try, offline, with sample messages; nothing is kept
# make test    install what the tests need and run them all
# make quick   those tests that need no browser, no PostgreSQL and no other process
# make wheel   the product as a package, in dist/
# make lint    style, types, layering, templates, vendored files, scripts
# make faces   build the scripts of the pages from web/scripts (needs npm)
# make screenshots   every page in every state, as it looks on phone and desk (tmp/screenshots)
# make chaos   kill everything at random while visitors write (ARGS="--seconds 600")
# make simulate   the path of a message in virtual time, a million times (ARGS="--seeds 10000", "--seed 7")
# make fuzz    requests that nobody would think of, against a real server (ARGS="--database postgres")
# make power   cut the power a thousand times while visitors write (needs strace)
# make clients clients for Python and TypeScript, made of the OpenAPI document and tried, in dist/clients
# make mcp     the MCP server against the official client
# make mutants do the tests notice small faults in the modules that must not be wrong (ARGS="verdict --tenths 2")
# make bench   what can be measured
# make audit   known vulnerabilities of what the locks name (asks PyPI and OSV)
# make sbom    a bill of materials of what runs (CycloneDX), in dist/
# make twice   build the package twice, differently, and compare the bytes
# make release KEY=~/.ssh/id_ed25519   package, bill of materials, sums and signature, in dist/
# make lock    choose dependencies anew (needs uv)

VENV := .venv
PYTHON := $(VENV)/bin/python
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(PYTHON) -m pytest -q
export PYTHONDONTWRITEBYTECODE ?= 1

.PHONY: run test quick lint faces screenshots chaos simulate fuzz power clients mcp mutants bench lock demo wheel audit sbom twice release clean $(VENV)/.run $(VENV)/.test

run: $(VENV)/.run
	@exec $(VENV)/bin/leavemsg serve

demo: $(VENV)/.run
	@exec $(VENV)/bin/leavemsg demo $(ARGS)

test: $(VENV)/.test
	@tools/chromium
	$(PYTEST) --forks=auto $(ARGS)

quick: $(VENV)/.test
	$(PYTEST) --forks=auto -m "not browser and not postgres and not process" \
	  --hypothesis-profile=quick $(ARGS)

lint: $(VENV)/.test
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-cache
	$(VENV)/bin/djlint --lint --quiet web/templates
	$(PYTHON) tools/vendor.py --check
	$(PYTHON) tools/licences.py --check
	$(PYTHON) tools/faces.py --check

faces: $(VENV)/.run
	$(PYTHON) tools/faces.py

screenshots: $(VENV)/.test
	@tools/chromium
	$(PYTHON) -m tests.browser.screenshots $(ARGS)

chaos: $(VENV)/.test
	$(PYTHON) -m tests.chaos $(ARGS)

simulate: $(VENV)/.test
	$(PYTHON) -m tests.simulation $(ARGS)

fuzz: $(VENV)/.test
	$(PYTHON) -m tests.fuzz $(ARGS)

power: $(VENV)/.test
	$(PYTHON) -m tests.power $(ARGS)

clients: $(VENV)/.test
	$(PYTHON) -m tests.clients $(ARGS)

mcp: $(VENV)/.test
	$(PYTHON) -m tests.agents

mutants: $(VENV)/.test
	$(PYTHON) -m tests.mutants $(ARGS)

bench: $(VENV)/.test
	$(PYTHON) -m bench.submissions
	$(PYTHON) -m bench.processes
	$(PYTHON) -m bench.commits
	$(PYTHON) -m bench.notices
	$(PYTHON) -m bench.meanwhile
	$(PYTHON) -m bench.recovery
	$(PYTHON) -m bench.idle
	$(PYTHON) -m bench.widget
	$(PYTHON) -m bench.drain
	$(PYTHON) -m bench.tenants
	$(PYTHON) -m bench.hanging
	$(PYTHON) -m bench.flood
	$(PYTHON) -m bench.search
	$(PYTHON) -m bench.inbox
	$(PYTHON) -m bench.streams
	$(PYTHON) -m bench.outage
	$(PYTHON) -m bench.taps
	$(PYTHON) -m bench.memory
	$(PYTHON) -m bench.backup

# Asked every time: the environment itself knows whether it is whole, in its place and up to date.
$(VENV)/.run:
	@tools/python tools/environment.py $(VENV) requirements.lock

$(VENV)/.test:
	@tools/python tools/environment.py $(VENV) requirements.lock requirements-test.lock

wheel: $(VENV)/.run
	@$(PYTHON) tools/package.py dist

audit: $(VENV)/.run
	@$(PYTHON) -m tools.supply audit

sbom: $(VENV)/.run
	@$(PYTHON) -m tools.supply sbom dist/leavemsg.cdx.json

twice: $(VENV)/.run
	@$(PYTHON) tools/package.py --twice

release: $(VENV)/.run
	@$(PYTHON) -m tools.release $(KEY)

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --no-emit-index-url pyproject.toml tools/build.in -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --no-emit-index-url --extra test pyproject.toml tools/build.in \
	  -c requirements.lock -o requirements-test.lock
	for name in supply fuzz mutants clients mcp; do \
	  uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-annotate --no-emit-index-url tools/$$name.in -o tools/$$name.lock || exit 1; \
	done

clean:
	rm -rf $(VENV) build dist *.egg-info
