# The whole life of the project in a few words; `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate $(if $(UPGRADE),--upgrade)
TESTS ?= tests

.DEFAULT_GOAL := help
.PHONY: help install run test search-properties check tools browser lock bench-web bench-mail bench-allocation bench-commission bench-calendar guide-pictures

help: ## Cette liste
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{ printf "  make %-15s %s\n", $$1, $$2 }'

install: $(VENV)/.installed ## Préparer .venv et la commande .venv/bin/guichet

run: install ## Lancer la démonstration (PORT=8000, GUICHET_HOME=var)
	@GUICHET_DEMO=1 GUICHET_STOP_WITH_PARENT=1 exec $(BIN)/guichet run

test: tools ## Tout vérifier : style, types, étages, essais (TESTS=tests/calm pour une partie)
	@$(MAKE) --no-print-directory check
	@if sh .ci/browser.sh; then $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(TESTS); \
	else GUICHET_NO_BROWSER=1 $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(TESTS); fi

search-properties: tools ## Chercher plus loin des contre-exemples aux propriétés (long)
	$(BIN)/pytest -q --hypothesis-profile=search $$(grep -l hypothesis -r tests --include='test_*.py')

check: tools ## Le style, les types et les étages seulement
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

tools: $(VENV)/.tools

lock: install ## Refaire les verrous (UPGRADE=1 pour prendre les dernières versions)
	$(COMPILE) requirements-install.in -o requirements-install.lock
	$(COMPILE) requirements.in -o requirements.lock
	$(COMPILE) -c requirements.lock requirements-test.in -o requirements-test.lock

bench-web: tools ## Mesurer les pages (écrit benchmarks/RESULTS.md)
	$(BIN)/python benchmarks/web.py

bench-mail: tools ## Mesurer l’envoi des lettres (écrit benchmarks/RESULTS.md)
	$(BIN)/python benchmarks/mail.py

bench-allocation: tools ## Mesurer l’attribution et les questions de places (écrit benchmarks/RESULTS.md)
	$(BIN)/python -m benchmarks.allocation
	$(BIN)/python -m benchmarks.gathering
	$(BIN)/python -m benchmarks.capacity

bench-commission: tools ## Mesurer une séance de 300 demandes (écrit benchmarks/RESULTS.md)
	$(BIN)/python -m benchmarks.sitting

bench-calendar: tools ## Mesurer le calendrier des commissions (écrit benchmarks/RESULTS.md)
	$(BIN)/python -m benchmarks.year

guide-pictures: tools ## Refaire les images du guide (docs/guide/images) avec la démonstration
	@sh .ci/browser.sh
	$(BIN)/python docs/guide/pictures.py

# Nothing below is done twice: only when a lock has changed since.
$(VENV)/.installed: requirements-install.lock requirements.lock pyproject.toml
	@sh .ci/environment.sh $(PYTHON) $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-install.lock
	@$(UV) --compile-bytecode --require-hashes -r requirements.lock
	@$(UV) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.tools: requirements-test.lock $(VENV)/.installed
	@$(UV) --require-hashes -r requirements-test.lock
	@touch $@
