# The two commands of the README are `make run` and `make test`; the rest serves those who work on the code.
# Caches live outside the clone, so that a second clone starts warm: set INSIGHTS_CACHE or CARGO_TARGET_DIR to move them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
export INSIGHTS_CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/insights
export INSIGHTS_MODELS ?= $(INSIGHTS_CACHE)/models
export CARGO_TARGET_DIR ?= $(INSIGHTS_CACHE)/target

.PHONY: help run test check fmt bench web api conformance screens bench-long torture torture-smoke mutants clean
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: ## install what is missing, build, start the product
	@scripts/setup.sh run
	@scripts/build-web.sh
	cargo build --release --locked --quiet --package insights-server
	@exec "$$CARGO_TARGET_DIR/release/insights" serve $(ARGS)

test: ## install what is missing, run every check and every test
	@scripts/setup.sh test
	@scripts/test.sh

check: ## formatting, lints and types only: what to run before a commit
	@scripts/setup.sh test
	@scripts/check.sh

fmt: ## format everything
	cargo fmt --all
	cd web && npm run --silent format

web: ## build the web app into web/dist
	@scripts/setup.sh run
	@scripts/build-web.sh --force

bench-long: ## the long figures: 22 minutes of spoken interview in a browser, 30 minutes of churn
	@scripts/setup.sh bench
	cargo build --release --locked --quiet --package insights-server
	@INSIGHTS_BIN="$$CARGO_TARGET_DIR/release/insights" INSIGHTS__LOG__LEVEL=error node bench/hour/spoken.mjs
	@node bench/soak.mjs

api: ## write docs/openapi.json and the web app's types from the server's routes
	cargo run --quiet --package insights-server -- openapi > docs/openapi.json.new
	mv docs/openapi.json.new docs/openapi.json
	cd web && npm run --silent api

conformance: ## the vendors' official clients against our engine
	@scripts/setup.sh test
	@scripts/conformance.sh

screens: ## screenshots of every page into docs/screens
	@scripts/setup.sh test
	@scripts/build-web.sh
	cargo build --locked --quiet --package insights-server
	cd web && SCREENS=../docs/screens node --test --test-concurrency=1 e2e/screens.test.mjs e2e/outbox.test.mjs e2e/healing.test.mjs e2e/microphone.test.mjs

bench: ## figures: start time, memory, models, reply latency, page weight, hand-over, the SDP door beside nginx and Node, appends beside pgbench
	@scripts/setup.sh bench
	@scripts/build-web.sh
	@bench/run.sh

torture: ## every torture case at full marks (hours, on a quiet machine), results into docs/torture.md
	@scripts/setup.sh test
	@scripts/torture.sh full

torture-smoke: ## the torture cases in small (minutes); make test runs it, too
	@scripts/setup.sh test
	@scripts/torture.sh smoke

mutants: ## seeded faults of the protocol: all must be caught, results into docs/torture.md
	@scripts/setup.sh test
	@scripts/torture.sh mutants

clean: ## remove what builds leave inside the clone (data is kept)
	rm -rf web/dist web/node_modules
