# Two commands: `make run` serves the site with its content, `make test` runs every test.
# Both set up what they need, as often as they are called.

PORT ?= 8000
VENV := .venv
PYTHON := $(VENV)/bin/python
SERVE := $(VENV)/bin/gunicorn

# A local server without encryption, with a secret of its own; a real one sets these (README, “Where to run it”).
LOCAL = DJANGO_SECRET_KEY="$${DJANGO_SECRET_KEY:-$$(cat var/secret-key)}" \
	DJANGO_ALLOWED_HOSTS="$${DJANGO_ALLOWED_HOSTS:-localhost,127.0.0.1,[::1]}" \
	DJANGO_INSECURE_HTTP="$${DJANGO_INSECURE_HTTP:-1}"

.PHONY: run test test-services test-databases test-deployed bench audit sbom licences lock guide-pictures check admin \
	shell backup restore
.DEFAULT_GOAL := run

run: $(VENV)/.run var/secret-key
	@$(LOCAL) $(PYTHON) manage.py prepare --port $(PORT)
	@$(LOCAL) exec $(SERVE) digitalchikane.wsgi --config digitalchikane/server.py --bind 127.0.0.1:$(PORT)

# The first administrator, asked for at the keyboard.
admin: $(VENV)/.run var/secret-key
	@$(LOCAL) $(PYTHON) manage.py migrate --verbosity 0
	@$(LOCAL) $(PYTHON) manage.py createsuperuser

# Any other of Django's commands: make shell, make shell COMMAND="check --deploy"
shell: COMMAND ?= shell
shell: $(VENV)/.run var/secret-key
	@$(LOCAL) $(PYTHON) manage.py $(COMMAND)

# Database and pictures in one verified file below var/backups, or where INTO says.
backup: $(VENV)/.run var/secret-key
	@$(LOCAL) $(PYTHON) manage.py backup $(if $(INTO),--into "$(INTO)")

# make restore FILE=…  A site that is here already is only replaced with REPLACE=1, and kept aside.
restore: $(VENV)/.run var/secret-key
	@test -n "$(FILE)" || { echo "Which backup? make restore FILE=var/backups/…" >&2; exit 1; }
	@$(LOCAL) $(PYTHON) manage.py restore "$(FILE)" $(if $(REPLACE),--replace)

test: $(VENV)/.test
	@CHROMIUM="$$(sh .ci/chromium)" && export CHROMIUM && $(PYTHON) -m pytest -n 2 --dist loadfile $(ARGS)

# What touches database and cache, on a real PostgreSQL and a real Redis; and the site as it is deployed, two machines
# behind nginx. Installs and starts them itself.
SERVICE_TESTS = publishing pagememory facts codes addresses deadlines accounts log search fuzz

test-services: $(VENV)/.test
	@sh .ci/services true
	@$(MAKE) --no-print-directory --jobs=2 --output-sync test-databases test-deployed

test-databases:
	@sh .ci/services $(PYTHON) -m pytest $(SERVICE_TESTS:%=tests/test_%.py) $(ARGS)

test-deployed:
	@sh .ci/services $(PYTHON) -m pytest tests/services $(ARGS)

# How fast the site is and what it costs, beside the goals. Needs wrk and nginx, and a machine that does nothing else.
bench: $(VENV)/.test
	@$(PYTHON) -m tests.bench $(ARGS)

# Known vulnerabilities of every locked version, asked of OSV over the network. Says so, and fails, when it cannot ask.
audit: $(VENV)/.run
	@$(PYTHON) .ci/supply.py audit

# A bill of materials of what runs in production (CycloneDX), in var/sbom.cdx.json or where INTO says.
sbom: $(VENV)/.test
	@mkdir -p var
	@$(PYTHON) .ci/supply.py sbom "$(or $(INTO),var/sbom.cdx.json)"

# The tables in docs/licenser.md, after the locks have changed: make lock, or make lock ARGS=--upgrade (needs uv).
licences: $(VENV)/.test
	@$(PYTHON) .ci/supply.py licences

lock:
	@sh .ci/lock $(ARGS)

# The pictures in the guide for editors, taken anew from the screens of the desk.
guide-pictures: $(VENV)/.test
	@CHROMIUM="$$(sh .ci/chromium)" && export CHROMIUM && \
		GUIDE_PICTURES=static/img/guide $(PYTHON) -m pytest -q tests/browser/test_ten_tasks.py

# What is checked before the tests: style, translations, migrations, settings.
check: $(VENV)/.test
	@sh .ci/check

$(VENV)/.run: requirements.txt
	@sh .ci/environment $(VENV) requirements.txt
	@touch $@

$(VENV)/.test: requirements.txt requirements-dev.txt
	@sh .ci/environment $(VENV) requirements-dev.txt
	@touch $(VENV)/.run $@

var/secret-key:
	@mkdir -p var
	@umask 077 && $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(50))' > $@
