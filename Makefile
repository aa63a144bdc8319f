# tkt: GNU make, one file. `make help` lists the targets.
#
#   make MODE=debug|release  CC=clang  SAN=address,undefined  V=1  WERROR=1  SHARED=1
#
# Everything made lies in build/<mode>[-<compiler>][-<san>][-<variant>]/.

VERSION := 0.1.0

ifeq ($(origin CC),default)
CC := gcc
endif
AR ?= ar
PKG_CONFIG ?= pkg-config
INSTALL ?= install
MODE ?= release
SAN ?=
VARIANT ?=
PREFIX ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS ?= 10

comma := ,
empty :=
space := $(empty) $(empty)
quote = '$(subst ','\'',$(1))'

ccname := $(notdir $(firstword $(CC)))
ifeq ($(VARIANT),fuzz)
BUILD := build/$(MODE)-fuzz
else
BUILD := build/$(MODE)$(if $(filter-out gcc cc,$(ccname)),-$(ccname))$(if \
	$(SAN),-$(subst $(comma),-,$(SAN)))$(if $(VARIANT),-$(VARIANT))
endif
TEST_BUILD = $(CURDIR)/$(BUILD)

# --- what is needed to build -------------------------------------------------------------------

PKGS := yaml-0.1 libcmark jansson sqlite3
HEADER_PKGS := libcurl libgit2
DEB_yaml-0.1 := libyaml-dev
DEB_libcmark := libcmark-dev
DEB_jansson := libjansson-dev
DEB_sqlite3 := libsqlite3-dev
DEB_libcurl := libcurl4-openssl-dev
DEB_libgit2 := libgit2-dev
CHECK_PKGS := busybox gawk mksh libcmocka-dev perl mandoc shellcheck strace valgrind clang libclang-rt-14-dev zsh \
	fish jq git python3 python3-jsonschema util-linux procps bsdextrautils

have = $(shell command -v $(1) 2>/dev/null)
MISSING := $(if $(call have,$(firstword $(CC))),,$(if $(findstring clang,$(CC)),clang,gcc))
MISSING += $(if $(call have,$(firstword $(AR))),,binutils)
MISSING += $(if $(wildcard /usr/include/stdio.h)$(wildcard /usr/include/*/stdio.h),,libc6-dev)
ifeq ($(call have,$(PKG_CONFIG)),)
MISSING += pkg-config $(foreach p,$(PKGS) $(HEADER_PKGS),$(DEB_$(p)))
else
MISSING += $(foreach p,$(PKGS) $(HEADER_PKGS),$(if $(shell $(PKG_CONFIG) --exists $(p) && echo y),,$(DEB_$(p))))
endif
MISSING := $(strip $(MISSING))

# --- flags -------------------------------------------------------------------------------------

CFLAGS ?= $(if $(filter debug,$(MODE)),-O0,-O2) -g
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion \
	-Wformat=2 -Wwrite-strings -Wvla $(if $(WERROR),-Werror)
HARDEN := $(if $(SAN)$(filter debug,$(MODE)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 \
	-fstack-protector-strong)
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
DEP_CFLAGS := $(if $(MISSING),,$(shell $(PKG_CONFIG) --cflags $(PKGS) $(HEADER_PKGS)))
# Every hook and every call of an agent pays for the start of the process, and a shared SQLite alone would double
# that: the libraries are linked in where Debian ships an archive. SHARED=1 leaves them shared. libcurl and
# libgit2 are loaded when they are first used (lib/sys/fetch.c, lib/git/library.c).
archived = $(if $(SHARED),$(1),$(if $(findstring /,$(shell $(CC) -print-file-name=lib$(1:-l%=%).a)),$(1:-l%=-l:lib%.a),$(1)))
DEP_LIBS := $(if $(MISSING),,$(foreach l,$(shell $(PKG_CONFIG) --libs $(PKGS)),$(if \
	$(filter -l%,$l),$(call archived,$l),$l)) -lm)

BASE_FLAGS := -std=c11 -D_GNU_SOURCE $(if $(filter faults,$(VARIANT)),-DTKT_FAULTS) $(WARN) \
	$(HARDEN) -fPIC -fvisibility=hidden -ffile-prefix-map=$(CURDIR)=. \
	-ffile-prefix-map=$(CURDIR)/= $(SANFLAGS) $(DEP_CFLAGS) $(CPPFLAGS) $(CFLAGS)
BANNED := -include base/banned.h
LIB_FLAGS := $(BASE_FLAGS) -iquote lib $(BANNED)
CMD_FLAGS := $(BASE_FLAGS) -iquote lib -iquote cmd -DTKT_VERSION='"$(VERSION)"' $(BANNED)
TEST_FLAGS := $(BASE_FLAGS) -iquote lib -iquote tests
LINK_FLAGS := $(SANFLAGS) $(CFLAGS) -Wl,--as-needed -Wl,-O1 -Wl,-z,relro $(LDFLAGS)

# --- sources -----------------------------------------------------------------------------------

obj = $(patsubst %.c,$(BUILD)/%.o,$(1))
exe = $(patsubst %.c,$(BUILD)/%,$(1))

LIB_SRC := $(sort $(wildcard lib/*/*.c))
CMD_SRC := $(sort $(wildcard cmd/*.c cmd/*/*.c))
UNIT_SRC := $(sort $(wildcard tests/unit/t_*.c tests/golden/t_*.c))
FAULT_SRC := $(sort $(wildcard tests/faults/*.c))
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))
SCHEMAS := $(sort $(wildcard man/schema/*.json))
EXAMPLE_SRC := $(sort $(wildcard contrib/examples/*.c))

LIB := $(BUILD)/libtkt.a
LIB_OBJ := $(call obj,$(LIB_SRC))
CMD_OBJ := $(call obj,$(CMD_SRC))
TKT := $(if $(CMD_SRC),$(BUILD)/tkt)
UNIT := $(call exe,$(UNIT_SRC))
FAULT := $(call exe,$(FAULT_SRC))
FUZZ := $(call exe,$(FUZZ_SRC))
EXAMPLE := $(call exe,$(EXAMPLE_SRC))
ALL_OBJ := $(LIB_OBJ) $(CMD_OBJ) $(call obj,$(UNIT_SRC) $(FAULT_SRC) $(FUZZ_SRC) $(EXAMPLE_SRC))

# Public ones: not what files of one room share, and not lib/sys, whose names are also the system's.
HEADERS := $(filter-out lib/base/banned.h lib/sys/% %_int.h %_impl.h,$(sort $(wildcard lib/*/*.h)))
MAN := $(sort $(wildcard man/*.[1-9]))
COMPLETION := $(addprefix $(BUILD)/completion/,tkt.bash tkt.zsh tkt.fish)

# --- building ----------------------------------------------------------------------------------

ifdef V
Q :=
say = @:
else
Q := @
say = @printf '  %-5s %s\n'
endif

.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
.PHONY: all need help deps check-deps quickstart check unit unit-build faults-build fuzz-build \
	lint valgrind fuzz faults hammer bench eval install uninstall dist clean FORCE

all: $(LIB) $(TKT) $(EXAMPLE) $(if $(wildcard cmd/cmd_completion.c),$(COMPLETION))

# `all` installs nothing: it says what is missing and stops.
need:
ifneq ($(MISSING),)
	@printf '%s\n' 'tkt needs these Debian packages to build: $(MISSING)' \
		'  run `make quickstart` (installs them and builds), or' \
		'  apt-get install $(MISSING)' >&2; exit 2
else
	@:
endif

# Stamps: rewritten only when their text changes, so that other flags or a removed source rebuild.
define stamp
@mkdir -p $(@D)
@printf '%s\n' $(call quote,$(1)) | cmp -s - $@ || printf '%s\n' $(call quote,$(1)) >$@
endef

$(BUILD)/.flags: FORCE
	$(call stamp,$(CC) $(CMD_FLAGS) $(LINK_FLAGS) $(DEP_LIBS))
$(BUILD)/.lib-objects: FORCE
	$(call stamp,$(LIB_OBJ))
$(BUILD)/.cmd-objects: FORCE
	$(call stamp,$(CMD_OBJ))

$(ALL_OBJ): $(BUILD)/.flags | need

define compile
$(say) CC $<
$(Q)mkdir -p $(@D) && $(CC) $(1) -MMD -MP -c $< -o $@
endef

$(BUILD)/lib/%.o: lib/%.c
	$(call compile,$(LIB_FLAGS))
$(BUILD)/cmd/%.o: cmd/%.c
	$(call compile,$(CMD_FLAGS))
$(BUILD)/tests/%.o: tests/%.c
	$(call compile,$(TEST_FLAGS))
$(BUILD)/contrib/%.o: contrib/%.c
	$(call compile,$(BASE_FLAGS) -Ilib)

# Made afresh: ar would keep the members of sources that are gone. D: no times, no owners.
$(LIB): $(LIB_OBJ) $(BUILD)/.lib-objects
	$(say) AR $@
	$(Q)rm -f $@ && $(AR) rcsD $@ $(LIB_OBJ)

define link
$(say) LINK $@
$(Q)$(CC) $(LINK_FLAGS) -o $@ $(filter %.o,$^) $(LIB) $(1) $(DEP_LIBS)
endef

$(BUILD)/tkt: $(CMD_OBJ) $(LIB) $(BUILD)/.cmd-objects
	$(call link)
$(UNIT): %: %.o $(LIB)
	$(call link,-lcmocka)
$(FAULT): %: %.o $(LIB)
	$(call link,-lcmocka)
$(EXAMPLE): %: %.o $(LIB)
	$(call link)
$(FUZZ): %: %.o $(LIB)
	$(call link,-fsanitize=fuzzer)

$(BUILD)/completion/tkt.%: $(TKT)
	$(say) GEN $@
	$(Q)mkdir -p $(@D) && $(BUILD)/tkt completion $* >$@.new && mv $@.new $@

-include $(ALL_OBJ:.o=.d)

help:
	@printf '%s\n' 'all         build $(BUILD)/tkt and libtkt.a; installs nothing (default)' \
		'quickstart  install what the build needs, build, show the tickets of this project' \
		'check       install what the tests need, build, run every test' \
		'unit        unit tests only            lint      tests/lint' \
		'valgrind    unit tests under valgrind  fuzz      FUZZ_SECONDS=10 each' \
		'faults hammer bench                    long rounds' \
		'eval        how good search is: SETS=DIR SPLIT=dev (default: the small sets of tests/data/search)' \
		'install uninstall                      PREFIX=/usr/local DESTDIR=' \
		'dist clean                             deps check-deps' \
		'variables   MODE=debug CC=clang SAN=address,undefined WERROR=1 SHARED=1 V=1'

# --- packages ----------------------------------------------------------------------------------

# The package lists are fetched only where installing does not work without.
define apt_install
sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
apt="$$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -y"; \
command -v apt-get >/dev/null || { echo "no apt-get here; please install: $$missing" >&2; exit 2; }; \
echo "installing: $$missing" >&2; \
$$apt install --no-install-recommends $$missing </dev/null >&2 || \
{ $$apt update </dev/null >&2 && \
$$apt install --no-install-recommends $$missing </dev/null >&2; }
endef

deps:
	@missing=$(call quote,$(MISSING)); [ -n "$$missing" ] || exit 0; $(apt_install)

# A test whose tool could not be had fails and says so: nothing is skipped silently.
check-deps: deps
	@missing=; command -v dpkg-query >/dev/null || exit 0; \
	for p in $(CHECK_PKGS); do \
		[ "$$(dpkg-query -W -f '$${db:Status-Status}' $$p 2>/dev/null)" = installed ] || \
			missing="$$missing $$p"; \
	done; \
	[ -n "$$missing" ] || exit 0; \
	( $(apt_install) ) || echo "could not install:$$missing; tests that need them will fail" >&2

# The builds below are makes of their own: what this one knows of libraries is from before.
quickstart: deps
	@$(MAKE) --no-print-directory all
	@printf '\n$$ tkt list\n'; $(BUILD)/tkt list || true
	@printf '\n$$ tkt search "lost events after a merge" --limit 3\n'; \
		$(BUILD)/tkt search 'lost events after a merge' --limit 3 | cut -f 1,2,4,5 || true
	@printf '\n$$ tkt doctor\n'; $(BUILD)/tkt doctor || true
	@printf '%s\n' '' 'tkt is built: $(BUILD)/tkt. What to try next:' \
		'  $(BUILD)/tkt help              every command' \
		'  $(BUILD)/tkt create --help     a first ticket' \
		'  make check                     every test' \
		'  sudo make install              to $(PREFIX) (or PREFIX=$$HOME/.local make install)'

# --- tests -------------------------------------------------------------------------------------

FUZZ_MAKE = $(MAKE) --no-print-directory CC=clang SAN=fuzzer-no-link,address,undefined VARIANT=fuzz
FUZZ_BUILD := build/$(MODE)-fuzz
FAULTS_MAKE = $(MAKE) --no-print-directory VARIANT=faults
FAULTS_BUILD := $(BUILD)-faults
TEST_ENV = TKT_BUILD=$(call quote,$(TEST_BUILD)) CC=$(call quote,$(CC)) SAN=$(call quote,$(SAN)) \
	TKT_FAULTS_BUILD=$(call quote,$(CURDIR)/$(FAULTS_BUILD)) \
	TKT_FUZZ_BUILD=$(call quote,$(CURDIR)/$(FUZZ_BUILD)) CMOCKA_MESSAGE_OUTPUT=TAP

unit-build: $(UNIT)
fault-programs: $(FAULT)
fuzz-programs: $(FUZZ)
.PHONY: fault-programs fuzz-programs

faults-build:
	+@$(FAULTS_MAKE) all fault-programs
fuzz-build:
	+@$(FUZZ_MAKE) fuzz-programs

check: check-deps
	@$(MAKE) --no-print-directory all unit-build faults-build
	@$(TEST_ENV) tests/run

unit: unit-build
	@$(TEST_ENV) tests/run $(if $(V),-v) $(UNIT)

lint:
	@$(TEST_ENV) tests/run $(if $(V),-v) $(sort $(wildcard tests/lint/*.sh))

valgrind: all unit-build
	@status=0; for t in $(UNIT); do \
		echo "valgrind $$t"; \
		CMOCKA_MESSAGE_OUTPUT=TAP valgrind -q --suppressions=tests/valgrind.supp --error-exitcode=99 --leak-check=full \
			--errors-for-leak-kinds=definite,indirect $$t >$$t.valgrind 2>&1 || \
			{ status=1; cat $$t.valgrind; }; \
	done; exit $$status

fuzz: fuzz-build
	@$(TEST_ENV) FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run.sh

faults: all faults-build
	@$(TEST_ENV) TKT_LONG=1 tests/run -v $(sort $(filter-out %/lib.sh %/run.sh %hammer%,$(wildcard tests/faults/*.sh)))

hammer: all
	@$(TEST_ENV) TKT_LONG=1 tests/run -v $(sort $(wildcard tests/*/*hammer*.sh))

bench: all
	@set -e; for b in $(sort $(wildcard tests/bench/*.sh)); do $(TEST_ENV) $$b; done

# The real command over sets of queries with known answers; tests/eval/sets.py says what a set is.
SETS ?= tests/data/search
SPLIT ?= dev
eval: all
	@$(TEST_ENV) python3 tests/eval/eval.py --split $(call quote,$(SPLIT)) $(call quote,$(SETS))

# --- installing --------------------------------------------------------------------------------

D := $(DESTDIR)$(PREFIX)
MAN_DIRS := $(sort $(patsubst .%,man%,$(suffix $(MAN))))

$(BUILD)/libtkt.pc: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$${prefix}/lib' 'includedir=$${prefix}/include' '' \
		'Name: libtkt' 'Description: tickets as files in a git repository' \
		'Version: $(VERSION)' 'Cflags: -I$${includedir}/tkt' 'Libs: -L$${libdir} -ltkt' \
		'Libs.private: -lyaml -lcmark -ljansson -lsqlite3 -lm' >$@

install: all $(COMPLETION) $(BUILD)/libtkt.pc
	$(INSTALL) -d '$D/bin' '$D/lib/pkgconfig' '$D/include/tkt' '$D/share/zsh/site-functions' \
		'$D/share/bash-completion/completions' '$D/share/fish/vendor_completions.d' '$D/share/tkt/schema' \
		$(foreach d,$(MAN_DIRS),'$D/share/man/$d') \
		$(foreach d,$(sort $(patsubst lib/%/,%,$(dir $(HEADERS)))),'$D/include/tkt/$d')
	$(INSTALL) -m 755 $(BUILD)/tkt '$D/bin/tkt'
	$(INSTALL) -m 644 $(LIB) '$D/lib/libtkt.a'
	$(INSTALL) -m 644 $(BUILD)/libtkt.pc '$D/lib/pkgconfig/libtkt.pc'
	$(INSTALL) -m 644 lib/tkt.h '$D/include/tkt/tkt.h'
	@set -e; for h in $(patsubst lib/%,%,$(HEADERS)); do \
		$(INSTALL) -m 644 lib/$$h '$D'/include/tkt/$$h; done
	@set -e; for m in $(MAN); do \
		$(INSTALL) -m 644 $$m '$D'/share/man/man$${m##*.}/$${m##*/}; done
	$(INSTALL) -m 644 $(SCHEMAS) '$D/share/tkt/schema'
	$(INSTALL) -m 644 $(BUILD)/completion/tkt.bash '$D/share/bash-completion/completions/tkt'
	$(INSTALL) -m 644 $(BUILD)/completion/tkt.zsh '$D/share/zsh/site-functions/_tkt'
	$(INSTALL) -m 644 $(BUILD)/completion/tkt.fish '$D/share/fish/vendor_completions.d/tkt.fish'

uninstall:
	rm -f '$D/bin/tkt' '$D/lib/libtkt.a' '$D/lib/pkgconfig/libtkt.pc' '$D/include/tkt/tkt.h' \
		'$D/share/bash-completion/completions/tkt' '$D/share/zsh/site-functions/_tkt' \
		'$D/share/fish/vendor_completions.d/tkt.fish'
	@for h in $(patsubst lib/%,%,$(HEADERS)); do rm -f '$D'/include/tkt/$$h; done
	@for m in $(MAN); do rm -f '$D'/share/man/man$${m##*.}/$${m##*/}; done
	rm -f $(patsubst man/schema/%,'$D/share/tkt/schema/%',$(SCHEMAS))
	@for d in '$D/include/tkt' '$D/share/tkt'; do [ ! -d "$$d" ] || find "$$d" -depth -type d -empty -delete; done

dist:
	@mkdir -p build
	git archive --prefix=tkt-$(VERSION)/ HEAD | gzip -9n >build/tkt-$(VERSION).tar.gz
	@echo build/tkt-$(VERSION).tar.gz

clean:
	rm -rf build
