# Two commands for everybody: `make serve` and `make test`. All set-up is done by the targets themselves.

PYTHON ?= python3
BIN := .venv/bin
IN_THE_BROWSER = $(BIN)/python -m tools.editor >/dev/null && $(BIN)/python -m tools.runtime >/dev/null \
	&& $(BIN)/python -m tools.downloads >/dev/null
export PYTHONPATH := snippets:.
export NO_MKDOCS_2_WARNING := 1

.PHONY: serve site test record bench cluster

serve: .venv/ready ## browse the site at http://127.0.0.1:8000, with live reload
	$(IN_THE_BROWSER)
	$(BIN)/python -m tools.serve

site: .venv/ready ## build the site into site/, strictly
	$(IN_THE_BROWSER)
	$(BIN)/python -m tools.pages
	$(BIN)/python -m mkdocs build --strict

test: .venv/ready ## all that guards the site; it waits as much as it works, so three workers suit two cores
	@for need in curl hey ps:procps; do command -v $${need%:*} >/dev/null \
		|| { echo "$${need%:*} is missing: apt-get install $${need#*:}" >&2; exit 1; }; done
	$(IN_THE_BROWSER)
	$(BIN)/python -m pytest --numprocesses 3

record: .venv/ready ## write what the blocks print into the pages, and draw the figures
	$(BIN)/python -m tools.figures
	$(BIN)/python -m tools.plots
	$(BIN)/python -m tools.chooser
	$(BIN)/python -m fenceproof record

cluster: .venv/ready ## a real cluster until Ctrl-C: make cluster ARGS="--replicas 4 --store valkey"
	@exec setpriv --pdeathsig TERM $(BIN)/python -m hybrid.cluster $(ARGS) # killed with make, it ends too

bench: .venv/ready ## what the engine costs
	$(BIN)/python -m tools.bench
	$(BIN)/python -m tools.speed

# The engine is installed as anybody would, but editable: an edit counts at once, and a test is never of an old copy.
# What docs/reference/how-these-docs-stay-true.md compares lies apart: it needs an older package, and pytest would load it.
.venv/ready: requirements.txt tools/compared.txt packages/engine/pyproject.toml
	$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f"Python 3.11 or newer is needed, and this is {v[0]}.{v[1]}: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-index --no-build-isolation --editable packages/engine
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --target .venv/compared --requirement tools/compared.txt
	touch $@
