# `make help` lists the targets. Everything is installed in .venv, everything that runs keeps its data in var/.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first Python that is recent enough; `make PYTHON=/path/to/python3.13 …` chooses another.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# Run as modules: the scripts of .venv/bin hold the folder's path and would not survive its being moved.
PY := .venv/bin/python
INSTALLE := .venv/installe

ARGS ?=

# Where the shell forbids compiled files, every process that starts compiles all of Django again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install demo test lint format liens openapi sbom audit bench mutation exploitation clean

help: ## Cette aide
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  \033[1mmake %-12s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLE) ## Installe l'environnement (.venv), sans rien démarrer

# The stamp is the lock file itself: a copy of it says what was installed.
$(INSTALLE): requirements.lock
	@test -n "$(PYTHON)" || { \
	  echo "Il faut Python 3.11 ou plus récent ; trouvé : $$(python3 --version 2>&1 || true)." \
	       "Un autre interpréteur se choisit par make PYTHON=/chemin/python3.12 …" >&2; exit 1; }
	@cmp -s requirements.lock $@ && { touch $@; exit 0; }; \
	if ! $(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	  echo "Création de .venv avec $$($(PYTHON) --version)"; \
	  $(PYTHON) -m venv --clear .venv || { \
	    echo "Le module venv manque (Debian, Ubuntu : apt install python3-venv)." >&2; exit 1; }; \
	fi; \
	echo "Installation des dépendances (environ une minute la première fois)"; \
	total=$$(grep -cE '^[A-Za-z0-9].*==' requirements.lock); \
	$(PY) -m pip install --disable-pip-version-check --no-input --root-user-action ignore --progress-bar off --require-hashes \
	  -r requirements.lock 2>&1 | awk -v total="$$total" ' \
	    /^(Collecting|Processing|Requirement already)/ \
	      { n++; if (n % 10 == 0 || n == total) { printf "  %d/%d paquets lus\n", n, total; fflush() }; next } \
	    /^Installing collected/ { print "  mise en place des paquets"; fflush(); next } \
	    /^Successfully installed/ { next } \
	    /^ *(Downloading|Using cached|Obtaining|Looking in|Link requires|File was already|WARNING: Location|DEPRECATION:|Running setup.py)/ { next } \
	    { print "  " $$0; fflush() }'; \
	rm -f $@; cp requirements.lock $@; echo "Environnement prêt."

demo: $(INSTALLE) ## Lance toute la démonstration ; Ctrl-C l'arrête, RESET=1 repart de zéro
	@exec $(PY) -m statut_etudiant.demo

test: $(INSTALLE) ## Lance tous les tests (ARGS="tests/api -k jeton" pour une partie)
	@exec $(PY) -m pytest $(if $(ARGS),$(ARGS),-n 2 --dist worksteal)

lint: $(INSTALLE) ## Vérifie style, types, code mort, dépendances, gabarits, couches, migrations, OpenAPI
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m deptry .
	$(PY) -m tests.code_mort
	$(PY) -m tests.squawk
	.venv/bin/ast-grep scan --config tests/habitudes/sgconfig.yml .
	$(PY) -m djlint templates --check --lint --quiet
	$(PY) -c 'from importlinter.cli import lint_imports_command as lancer; lancer()' --no-logo
	$(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(PY) -W ignore::RuntimeWarning manage.py open_api --verifier

liens: $(INSTALLE) ## Appelle chaque page d'un autre site à laquelle les nôtres mènent (interroge Internet)
	@$(PY) -m tests.liens_exterieurs

openapi: $(INSTALLE) ## Réécrit les documents OpenAPI de docs/
	$(PY) -W ignore::RuntimeWarning manage.py open_api

format: $(INSTALLE) ## Met le code et les gabarits en forme
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	$(PY) -m djlint templates --reformat --quiet || true

sbom: $(INSTALLE) ## Écrit var/sbom.json (CycloneDX) : les paquets de l'image, leurs versions, leurs empreintes
	@mkdir -p var
	$(PY) .docker/production.py > var/production.lock
	$(PY) -W ignore::UserWarning -m cyclonedx_py requirements --pyproject pyproject.toml --spec-version 1.6 \
	  --output-reproducible --output-file var/sbom.json var/production.lock

audit: $(INSTALLE) ## Cherche les failles publiées des paquets de l'image (interroge PyPI)
	@mkdir -p var
	$(PY) .docker/production.py > var/production.lock
	$(PY) -m uv tool run 'pip-audit>=2.10,<3' --strict --require-hashes --disable-pip --requirement var/production.lock

bench: $(INSTALLE) ## Mesure les débits, en rapports mesurés dans une même exécution
	@exec $(PY) -m tests.bench $(ARGS)

mutation: $(INSTALLE) ## Casse une à une les règles qui protègent les personnes : les tests doivent le voir
	@exec $(PY) -m tests.mutations $(ARGS)

exploitation: $(INSTALLE) ## Essaie les pages d'exploitation sur des machines Debian nues (root ; ARGS="-k sauvegarde")
	@exec $(PY) -m tests.exploitation $(ARGS)

clean: ## Efface .venv, les données locales (var/) et les caches
	rm -rf .venv var .*_cache .hypothesis
