# The commands of the project; `make help` lists them. The host needs only Docker and make.
.DEFAULT_GOAL := help
.PHONY: help prepare up down check test faults soak mutate picture rebuild erase resend backup restore audit choose-k

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

prepare: ## Prepare this machine for docker compose up (does only what is missing)
	@base_images/prepare

up: prepare ## Start the stack, show its progress until the workbook is in MariaDB
	@since=$$(date -u +%Y-%m-%dT%H:%M:%SZ) && docker compose up --detach --build --quiet-pull \
		|| { docker compose logs --no-log-prefix --tail 3 topic-init db-init; exit 1; }; scripts/show_progress "$$since"

down: ## Stop the stack; the volumes stay
	@docker compose down

check: prepare ## Show what would be streamed of the workbook, without sending it (LINES=20 shows the first 20 lines)
	@docker compose build --quiet producer && docker compose run --rm --no-deps -T $${LINES:+-e LINES="$$LINES"} producer python -m producer.check

test: prepare ## Linters, unit, contract and integration tests, all in containers
	@integration_tests/run

faults: prepare ## Every fault on the real stack, and a table of the outcomes
	@integration_tests/run faults

soak: prepare ## Twenty minutes of streaming with a kill each minute
	@integration_tests/run soak

mutate: prepare ## Break the code on purpose and show which tests notice
	@integration_tests/mutate

picture: prepare ## Take docs/dashboard.png, the README's picture, of the running dashboard (changes nothing else)
	@scripts/picture

rebuild: ## Rebuild the view in MariaDB from the topic
	@scripts/rebuild

erase: ## Erase a customer from the view: make erase CUSTOMER=12345
	@docker compose run --rm --no-deps -T db-init python -m db_init.erase "$$CUSTOMER"

resend: ## Send rejected messages again once the cause is fixed (REASON=Quantity: only reasons that begin with it)
	@docker compose run --rm --no-deps -T processor python3 -m processor.resend $${REASON:+--reason "$$REASON"}

backup: ## Back up the stopped stack's volumes into backups/
	@scripts/backup

restore: ## Create the volumes from a backup: make restore FROM=backups/….tar.gz
	@scripts/restore "$$FROM"

audit: ## Look up the known vulnerabilities of the locked packages, of Python and of npm
	@scripts/audit

choose-k: ## Recommend numbers of groups of lines and customers: tables, drawn on the page /groups/how-many
	@docker compose build --quiet analysis && docker compose run --rm --no-deps -T analysis
