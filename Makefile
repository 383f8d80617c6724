# What one does with the project; `make help` lists it. The host needs Docker and make alone.
.DEFAULT_GOAL := help
.PHONY: help prepare up down test

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

prepare: ## Bring this machine to where docker compose up works (does nothing where it is)
	@base_images/prepare

up: prepare ## Start the stack, show its progress until the workbook is in MariaDB
	@since=$$(date -u +%Y-%m-%dT%H:%M:%SZ) && docker compose up --detach --build --quiet-pull \
		|| { docker compose logs --no-log-prefix --tail 3 topic-init db-init; exit 1; }; scripts/show_progress "$$since"

down: ## Stop the stack; what is in the volumes stays
	@docker compose down

test: prepare ## Linters, unit, contract and integration tests, all in containers
	@integration_tests/run
