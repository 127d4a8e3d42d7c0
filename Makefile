# taicho: one non-recursive Makefile. `make help` lists the targets.
#
# Knobs, on the command line:
#   BUILD=dir          where everything made goes                    (build)
#   SANITIZE=a,b       compile with -fsanitize=a,b                    (none)
#   CC=clang           another compiler                               (gcc)
#   DEBUG=1            -O0
#   T=name             `make test T=name` runs the tests whose name contains it

BUILD    ?= build
VERSION  := 0.1.0
CC       := $(if $(filter default,$(origin CC)),gcc,$(CC))
SERVICES := intake appraisal approval return audit
.DEFAULT_GOAL := all
#   V=1              show every command
Q        := $(if $(V),,@)

PACKAGES := libpq rdkafka libcjson libmicrohttpd librhonabwy liborcania jansson libutf8proc libprotobuf-c libcrypto libcurl
# Lazily asked, once, so that `make help` and the install step work on a machine without them.
PKG_CFLAGS = $(eval PKG_CFLAGS := $(shell pkg-config --cflags $(PACKAGES)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $(shell pkg-config --libs $(PACKAGES)))$(PKG_LIBS)

# Statements of SQL may be longer than the 4095 characters that every compiler of C has to take.
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Wswitch-enum \
        -Wno-unused-parameter -Wno-overlength-strings -Werror
HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
OPT  := $(if $(DEBUG),-O0,-O2) -g
ifneq ($(SANITIZE),)
OPT  := -O1 -g -fno-omit-frame-pointer -fsanitize=$(SANITIZE) $(if $(findstring undefined,$(SANITIZE)),-fno-sanitize-recover=undefined)
HARDEN := -fPIE
LDSAN := -fsanitize=$(SANITIZE) $(if $(findstring thread,$(SANITIZE)),tests/lib/tsan/threads.c)
endif
CPPFLAGS += -I. -I$(BUILD)/gen -D_GNU_SOURCE -DTAICHO_VERSION='"$(VERSION)"'
ALL_CFLAGS = -std=c11 $(OPT) $(HARDEN) $(WARN) $(PKG_CFLAGS) $(CFLAGS)
ALL_LIBS = $(LDSAN) -pie -Wl,-z,relro,-z,now $(LDFLAGS) $(PKG_LIBS) -lm -pthread

# ---- what there is

PROTO      := $(sort $(wildcard proto/taicho/v1/*.proto))
PROTO_C    := $(PROTO:proto/%.proto=$(BUILD)/gen/%.pb-c.c)
PROTO_H    := $(PROTO_C:.c=.h)
COMMON_C   := $(sort $(wildcard common/base/*.c common/domain/*.c common/io/*.c common/flow/*.c common/runtime/*.c))
COMMON_WEB := $(sort $(wildcard common/web/*))
obj         = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
COMMON_O   := $(call obj,$(COMMON_C)) $(BUILD)/obj/gen/flow_sql.o $(PROTO_C:$(BUILD)/gen/%.c=$(BUILD)/obj/gen/%.o)
LIB        := $(BUILD)/libtaicho.a

# Test programs: tests/KIND/NAME.c is one program (tests/oracle: it prints cases for a second implementation to check). A name that begins with a service's, or with ctl, links that too.
TEST_KINDS := unit sim pg bus contract e2e fault oracle
TESTS_C    := $(sort $(foreach k,$(TEST_KINDS),$(wildcard tests/$(k)/*.c)))
TESTS      := $(TESTS_C:tests/%.c=$(BUILD)/tests/%)
# A simulation has a model of its own, which stands in for the repositories; their objects stay in the libraries.
SIM_O      := $(call obj,$(sort $(wildcard tests/sim/model/*.c)))
SIM_LIBS   := $(foreach s,intake appraisal approval return,$(BUILD)/lib$(s).a)
TESTLIB_O  := $(call obj,$(sort $(wildcard tests/lib/*.c)))

# ---- building

.PHONY: all
all: build-deps ## build the five services and taichoctl
	@$(MAKE) --no-print-directory bins

.PHONY: bins
bins: $(SERVICES:%=$(BUILD)/bin/taicho-%) $(BUILD)/bin/taichoctl $(BUILD)/bin/taicho-devbroker

.PHONY: build-deps
build-deps:
	@deploy/local/install.sh build

# Generated headers are asked for by an order only; they stay all the same.
.SECONDARY: $(PROTO_C) $(PROTO_H)
$(BUILD)/gen/%.pb-c.c $(BUILD)/gen/%.pb-c.h: proto/%.proto
	@mkdir -p $(BUILD)/gen
	$(Q)protoc-c --proto_path=proto --c_out=$(BUILD)/gen $<

# SQL files and pages become C arrays, in the order of their names: SQL without a number last (common/flow/migrate.h).
$(BUILD)/gen/flow_sql.c: $(sort $(wildcard common/flow/db/*.sql)) tools/embed.awk
	@mkdir -p $(@D)
	$(Q)awk -v name=flow_sql -f tools/embed.awk $(filter %.sql,$^) > $@

# Tables that several stages keep alike, made before a stage's own (common/flow/db/parts/NAME_*.sql).
intake_PARTS    := remark
appraisal_PARTS := dossier paper barred worklist remark
approval_PARTS  := dossier paper barred worklist remark
return_PARTS    := dossier paper worklist

define service
$(1)_C   := $$(sort $$(wildcard services/$(1)/*.c))
$(1)_SQL := $$(foreach p,$$($(1)_PARTS),$$(sort $$(wildcard common/flow/db/parts/$$(p)_*.sql))) $$(sort $$(wildcard services/$(1)/db/*.sql))
$(1)_WEB := $$(sort $$(wildcard services/$(1)/web/*))
$(1)_O   := $$(call obj,$$(filter-out services/$(1)/main.c,$$($(1)_C))) $(BUILD)/obj/gen/$(1)_sql.o $(BUILD)/obj/gen/$(1)_web.o
$(BUILD)/gen/$(1)_sql.c: $$($(1)_SQL) tools/embed.awk Makefile
	@mkdir -p $$(@D)
	$(Q)awk -v name=$(1)_sql -f tools/embed.awk $$($(1)_SQL) /dev/null > $$@
$(BUILD)/gen/$(1)_web.c: $$($(1)_WEB) $(COMMON_WEB) tools/embed.awk
	@mkdir -p $$(@D)
	$(Q)awk -v name=$(1)_web -f tools/embed.awk $$($(1)_WEB) $(COMMON_WEB) /dev/null > $$@
$(BUILD)/lib$(1).a: $$($(1)_O)
	@rm -f $$@
	$(Q)ar rcs $$@ $$^
$(BUILD)/bin/taicho-$(1): $$(call obj,services/$(1)/main.c) $(BUILD)/lib$(1).a $(LIB)
	@mkdir -p $$(@D)
	$(Q)$(CC) -o $$@ $$^ $$(ALL_LIBS)
endef
$(foreach s,$(SERVICES),$(eval $(call service,$(s))))

ctl_O := $(call obj,$(sort $(wildcard services/ctl/*.c)))
$(BUILD)/bin/taichoctl: $(ctl_O) $(SERVICES:%=$(BUILD)/obj/gen/%_sql.o) $(LIB)
	@mkdir -p $(@D)
	$(if $(V),,@echo '  LD   $@')
	$(Q)$(CC) -o $@ $^ $(ALL_LIBS)

$(BUILD)/bin/taicho-devbroker: $(BUILD)/obj/tools/devbroker.o $(LIB)
	@mkdir -p $(@D)
	$(if $(V),,@echo '  LD   $@')
	$(Q)$(CC) -o $@ $^ $(ALL_LIBS)

$(LIB): $(COMMON_O)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(BUILD)/obj/%.o: %.c | $(PROTO_H)
	@mkdir -p $(@D)
	$(if $(V),,@echo '  CC   $<')
	$(Q)$(CC) -include common/base/banned.h $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/gen/%.o: $(BUILD)/gen/%.c | $(PROTO_H)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -std=c11 $(OPT) $(PKG_CFLAGS) -w -c -o $@ $<

define test
$(BUILD)/tests/$(1): $(BUILD)/obj/tests/$(1).o $(TESTLIB_O) $(if $(filter sim/%,$(1)),$(SIM_O) $(SIM_LIBS)) $(foreach s,$(SERVICES),$(if $(filter $(s)_% all_%,$(notdir $(1))),$(BUILD)/lib$(s).a)) $(if $(filter ctl_%,$(notdir $(1))),$(filter-out %/main.o,$(ctl_O)) $(SERVICES:%=$(BUILD)/obj/gen/%_sql.o)) $(LIB)
	@mkdir -p $$(@D)
	$(Q)$(CC) -o $$@ $$^ -lcmocka $$(ALL_LIBS)
endef
# ---- fuzzing: tests/fuzz/NOUN.c is one target. BUILD/fuzz/NOUN is libFuzzer's program, BUILD/tests/fuzz/NOUN the replay
# of what is kept in tests/fuzz/corpus/NOUN, which `make test` runs.

FUZZ      := $(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/*.c)))
FUZZLIB_O := $(call obj,$(filter-out tests/fuzz/lib/replay.c,$(sort $(wildcard tests/fuzz/lib/*.c))))
# lib/front.c and lib/found.c stand in for libmicrohttpd, the executor, the relay and the database; a linker's wrap reaches
# into the archives.
FUZZ_WRAPS := http_header http_take_queries http_suspend http_resume token_verify executor_submit executor_stats query_json \
              query_rows watch_wait relay_republish relay_stats health_counts db_pool_take db_pool_give db_ask db_run \
              db_flush db_count db_affected db_column db_cell db_answer_name
FUZZ_WRAP  := $(FUZZ_WRAPS:%=-Wl,--wrap=%)

$(BUILD)/libfuzz.a: $(FUZZLIB_O)
	@rm -f $@
	$(Q)ar rcs $@ $^

# What of taichoctl the target reference is about, and what that calls.
FUZZ_CTL  := $(filter-out $(call obj,services/ctl/main.c),$(ctl_O)) $(SERVICES:%=$(BUILD)/obj/gen/%_sql.o)

define fuzz
$(BUILD)/tests/fuzz/$(1): $(BUILD)/obj/tests/fuzz/$(1).o $(BUILD)/obj/tests/fuzz/lib/replay.o $(if $(filter reference,$(1)),$(FUZZ_CTL)) $(BUILD)/libfuzz.a $(SERVICES:%=$(BUILD)/lib%.a) $(LIB)
	@mkdir -p $$(@D)
	$(Q)$(CC) -o $$@ $$^ $(if $(filter http,$(1)),$(FUZZ_WRAP)) $$(ALL_LIBS)
$(BUILD)/fuzz/$(1): $(BUILD)/obj/tests/fuzz/$(1).o $(if $(filter reference,$(1)),$(FUZZ_CTL)) $(BUILD)/libfuzz.a $(SERVICES:%=$(BUILD)/lib%.a) $(LIB)
	@mkdir -p $$(@D)
	$(Q)$(CC) -fsanitize=fuzzer -o $$@ $$^ $(if $(filter http,$(1)),$(FUZZ_WRAP)) $$(ALL_LIBS)
endef
$(foreach t,$(FUZZ),$(eval $(call fuzz,$(t))))

.PHONY: fuzz-bins fuzz-replays
fuzz-bins: $(FUZZ:%=$(BUILD)/fuzz/%)
fuzz-replays: $(FUZZ:%=$(BUILD)/tests/fuzz/%)

$(foreach t,$(TESTS_C:tests/%.c=%),$(eval $(call test,$(t))))

.PHONY: test-bins
test-bins: bins $(TESTS) fuzz-replays

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

# ---- running

.PHONY: run stop status
run: all ## start everything, load the reference data, play a day, leave http://localhost:8080 open
	@deploy/local/run.sh
stop: ## stop what `make run` started; what was stored stays
	@deploy/local/stop.sh
status: ## what runs, with backlogs
	@deploy/local/status.sh

# ---- testing

.PHONY: test
test: ## every test, on a throw-away PostgreSQL and Kafka, under ASan and UBSan (T=name: only those)
	@deploy/local/install.sh test
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/asan SANITIZE=address,undefined test-bins
	@tests/run.sh $(BUILD)/asan $(T)

# What ASan and UBSan do not see. Threads: everything that runs several, and the five services as programs.
TSAN_TESTS := unit/base_id unit/base_log unit/io_digest unit/io_http unit/io_token unit/flow_command bus/io_bus bus/flow_consumer \
              pg/io_db pg/flow_catalogue pg/flow_executor pg/flow_threads pg/flow_timers pg/flow_relay pg/flow_throttle \
              e2e/01_straight_chain.py
# Memory that is used before it is set; leaks once more.
VALGRIND_TESTS := $(filter unit/% pg/% bus/%,$(TESTS_C:tests/%.c=%))
compiled        = $(patsubst %,$(1)/tests/%,$(filter-out %.py,$(2)))

.PHONY: tsan valgrind
tsan: ## threads: the tests that run several, and the services, under ThreadSanitizer
	@deploy/local/install.sh test
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/tsan SANITIZE=thread bins $(call compiled,$(BUILD)/tsan,$(TSAN_TESTS))
	@TEST_ONLY="$(TSAN_TESTS)" TEST_TIMEOUT=1200 TEST_ROWS=1 setarch -R tests/run.sh $(BUILD)/tsan $(T)
valgrind: ## memory: the unit, database and bus tests under valgrind
	@deploy/local/install.sh test valgrind
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/valgrind CFLAGS="-O1 -Wno-maybe-uninitialized" $(call compiled,$(BUILD)/valgrind,$(VALGRIND_TESTS))
	@TEST_ONLY="$(VALGRIND_TESTS)" TEST_TIMEOUT=1800 TEST_ROWS=1 TEST_SLOW=1 TEST_WRAP="valgrind -q --error-exitcode=99 --fair-sched=yes \
	    --leak-check=full --show-leak-kinds=definite --suppressions=tests/lib/valgrind.supp" tests/run.sh $(BUILD)/valgrind $(T)

.PHONY: lint fmt
lint: ## layers, formats, contract, generated documents, compose file
	@deploy/local/install.sh lint
	@$(MAKE) --no-print-directory all
	@tests/lint/lint.sh $(BUILD)
fmt: ## format the C files
	clang-format -i $$(git ls-files '*.c' '*.h')

.PHONY: fuzz fuzz-build
fuzz: fuzz-build ## each fuzz target (FUZZ_ONLY: these) for FUZZ_SECONDS (60), by libFuzzer under ASan and UBSan, from its kept corpus
	@tests/fuzz/lib/run.sh $(BUILD)/clang $(FUZZ_ONLY)
fuzz-build:
	@deploy/local/install.sh fuzz
	@$(MAKE) --no-print-directory CC=clang BUILD=$(BUILD)/clang SANITIZE=fuzzer-no-link,address,undefined fuzz-bins

# What the campaign puts before libc: a clock that jumps, syncs that fail. Always without sanitizers: it is loaded before them.
PRELOADS := $(patsubst tests/fault/preload/%.c,$(BUILD)/fault/%.so,$(wildcard tests/fault/preload/*.c))
$(BUILD)/fault/%.so: tests/fault/preload/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -O2 $(WARN) -D_GNU_SOURCE -fPIC -shared -o $@ $<

.PHONY: fault
fault: all $(PRELOADS) ## everything that breaks, under load, then an independent check (FAULT_SECONDS, FAULT_SEED, FAULT_ONLY)
	@deploy/local/install.sh test
	@BUILD=$(BUILD) python3 tests/fault/campaign.py

.PHONY: bench
bench: all ## measured figures, also as build/bench.json
	@deploy/local/install.sh run kafka
	@tests/bench/run.sh $(BUILD)

# ---- documents and the contract

.PHONY: docs
docs: all ## regenerate CONFIGURATION.md, lifecycle drawings and route lists
	@tools/docs.sh $(BUILD)

.PHONY: proto-release
proto-release: ## commit today's contract as the released one that `buf breaking` compares with
	@proto/release.sh

.PHONY: clean help
clean: ## remove everything made (not what was stored)
	rm -rf $(BUILD)
help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
