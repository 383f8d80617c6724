# What one does with the project; `make help` lists it. The host needs Docker and make alone.
.DEFAULT_GOAL := help
.PHONY: help prepare up down check test faults soak mutate rebuild erase resend backup restore audit choose-k groups

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

prepare: ## Bring this machine to where docker compose up works (does nothing where it is)
	@base_images/prepare

up: prepare ## Start the stack, show its progress until the workbook is in MariaDB
	@since=$$(date -u +%Y-%m-%dT%H:%M:%SZ) && docker compose up --detach --build --quiet-pull \
		|| { docker compose logs --no-log-prefix --tail 3 topic-init db-init; exit 1; }; scripts/show_progress "$$since"

down: ## Stop the stack; what is in the volumes stays
	@docker compose down

check: prepare ## What would be streamed of the workbook, sending nothing (LINES=20 shows the first so many lines)
	@docker compose build --quiet producer && docker compose run --rm --no-deps -T $${LINES:+-e LINES="$$LINES"} producer python -m producer.check

test: prepare ## Linters, unit, contract and integration tests, all in containers
	@integration_tests/run

faults: prepare ## Every fault on the real stack, and a table of what became of the lines
	@integration_tests/run faults

soak: prepare ## Twenty minutes of streaming with a kill each minute
	@integration_tests/run soak

mutate: prepare ## Break the code on purpose and see which tests notice
	@integration_tests/mutate

rebuild: ## Rebuild the view in MariaDB from the topic
	@scripts/rebuild

erase: ## Erase a customer from the view: make erase CUSTOMER=12345
	@docker compose run --rm --no-deps -T db-init python -m db_init.erase "$$CUSTOMER"

resend: ## Send rejected messages again once the cause is fixed (REASON=Quantity: those whose reason begins so)
	@docker compose run --rm --no-deps -T processor python3 -m processor.resend $${REASON:+--reason "$$REASON"}

backup: ## Back up the stopped stack's volumes into backups/
	@scripts/backup

restore: ## Create the volumes from a backup: make restore FROM=backups/….tar.gz
	@scripts/restore "$$FROM"

audit: ## Look up the known vulnerabilities of the locked packages
	@scripts/audit

# The pictures belong to whoever asks for them.
analysis = mkdir -p reports && docker compose build --quiet analysis \
	&& docker compose run --rm --no-deps -T --user "$$(id -u):$$(id -g)" analysis

choose-k: ## How many groups of lines and customers? Tables, a recommendation, a picture
	@$(analysis) python -m analysis.choose_k

groups: ## The groups of customers as they are now: a table, a picture
	@$(analysis) python -m analysis.groups
