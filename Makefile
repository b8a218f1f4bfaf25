# 逢学 Fengxue: every command of the project. `make run` and `make test` are all that most people need.
#
#   make run     演示学校：装好一切，启动，打印网址和演示账号（Ctrl-C 停止）
#   make serve   空的学校：只有第一个管理员
#   make tls     为考场的局域网颁发 HTTPS 证书（NAMES="192.168.1.10 exam.lan"，不写就用本机的地址）
#   make setup   只安装，不启动；之后可用 .venv/bin/flask --app app …
#   make test    全部检查和测试
#   make clean   删除安装和缓存；数据（var/）不动
#
# PORT=8000 HOST=127.0.0.1 DATABASE_URL=postgresql://… VAR_DIR=… may be given with run and serve.

.PHONY: run serve tls setup setup-test test prepare lint format truth bench bench-intake bench-assembly bench-exam bench-items bench-timetable torture \
	screenshots translations lock clean
.DEFAULT_GOAL := run

PYTHON := .venv/bin/python

# What PDFs need: layout, font subsetting, Chinese, rare hanzi, Vietnamese. And time zones.
RUN_PACKAGES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
	fonts-noto-cjk fonts-hanazono fonts-dejavu-core tzdata
TEST_PACKAGES := $(RUN_PACKAGES) postgresql chromium libatomic1

# exec: no shell stands between make and the supervisor.
run: setup
	@exec $(PYTHON) -m lms.ground.processes --demo

serve: setup
	@exec $(PYTHON) -m lms.ground.processes

# Service worker and recordings need HTTPS: an authority of our own, and a certificate by it.
tls: setup
	@$(PYTHON) -m flask --app app tls issue $(NAMES)

setup:
	@deploy/setup.sh requirements.lock $(RUN_PACKAGES)

setup-test:
	@deploy/setup.sh requirements-dev.lock $(TEST_PACKAGES)

# What shares a set-up runs in one process (tests/conftest.py). Two processes more than there are cores:
# the stories in the browser mostly wait.
test: setup-test
	@$(MAKE) --no-print-directory --jobs=2 --output-sync lint prepare
	@deploy/postgres.sh $(PYTHON) -m pytest --numprocesses=$$(($$(nproc) + 2)) --dist=loadscope \
		--no-loadscope-reorder --durations=20

# What pytest makes of the assertions is more than half of its start. Written down here, beside the
# checks of types, it is only read by each of the processes. What is wrong, they say themselves.
prepare: setup-test
	@PYTHONDONTWRITEBYTECODE= $(PYTHON) -m pytest --collect-only --quiet --quiet >/dev/null 2>&1 || true

lint: setup-test
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy

format: setup-test
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format

# Writes down anew who may open which address and what the database looks like: read the difference.
truth: setup-test
	UPDATE_TRUTH=1 $(PYTHON) -m pytest --quiet tests/test_truth.py

bench: bench-intake bench-items bench-assembly bench-timetable bench-exam

bench-intake: setup-test
	$(PYTHON) tests/bench/intake.py
	$(PYTHON) tests/bench/intake_speed.py

# A bank of 100,000 invented items: every list and search page, and the search for near-duplicates.
bench-items: setup-test
	deploy/postgres.sh $(PYTHON) tests/bench/items.py

# 200 cohorts, 20,000 lessons: checking anew, the board, every list.
bench-timetable: setup-test
	deploy/postgres.sh $(PYTHON) tests/bench/timetable.py

bench-assembly: setup-test
	$(PYTHON) -m tests.bench.assembly

# On SQLite and on PostgreSQL, both of which wait for the disk.
bench-exam: setup-test
	@POSTGRES_FSYNC=on deploy/postgres.sh $(PYTHON) -m tests.bench.exam

# An exam under kills, full disks, jumping clocks and lost replies; then the save protocol against
# its reference model, at length. Half an hour; never part of `make test`.
torture: setup-test
	@deploy/postgres.sh $(PYTHON) -m tests.torture.exam --rounds 200
	@TORTURE=on deploy/postgres.sh $(PYTHON) -m pytest --quiet tests/lms/exams/attempts/test_protocol.py

screenshots: setup-test
	$(PYTHON) -m tests.journeys.screenshots

# Takes up new texts of the sources, drops old ones, compiles what is translated. New ones stand in
# the .po with an empty translation: fill it, run this again.
TRANSLATIONS := lms/ground/translations
BABEL := $(PYTHON) -m babel.messages.frontend --quiet

translations: setup-test
	@mkdir -p var
	$(BABEL) extract --mapping-file=pyproject.toml --no-location --no-wrap --sort-output \
		--output-file=var/messages.pot lms question_bank courses
	$(BABEL) update --input-file=var/messages.pot --output-dir=$(TRANSLATIONS) \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap
	$(BABEL) compile --directory=$(TRANSLATIONS)
	@rm var/messages.pot

# For maintainers, with `uv` on the path: pin anew whatever pyproject.toml allows.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml

lock:
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra test --constraint requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
