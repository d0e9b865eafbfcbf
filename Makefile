# Each target does all its set-up: on a fresh Debian or Ubuntu machine with Swift 6.2 or later nothing else is needed.
SWIFT ?= swift
PACKAGES = libopenblas-dev libreadline-dev zlib1g-dev gnuplot-nox fonts-dejavu-core
# For the tests only: a terminal to type in.
TEST_PACKAGES = python3-pexpect python3-pyte

.PHONY: demo test build setup install clean bench

demo: build                ## train, differentiate, attack and certify a network on real handwritten digits
	.build/release/ptb run examples/digits.ptb

test: PACKAGES += $(TEST_PACKAGES)
test: setup                ## every test
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build
	$(SWIFT) build -c release --product ptb
	.build/release/ptb fmt --check stdlib examples Tests/Library
	.build/release/ptb test --quiet --allow-read Tests Tests/Library stdlib examples
	cd Tests/Terminal && PTB=$(CURDIR)/.build/release/ptb /usr/bin/python3 -m unittest && PTB=$(CURDIR)/.build/release/ptb /usr/bin/python3 stress.py 60
	python3 Tests/Runs/checkpoints.py .build/release/ptb 24
	python3 scripts/repl_doc.py --check .build/release/ptb
	python3 Tests/Runs/fuzz.py .build/release/ptb 200 1

build: setup               ## the program, in .build/release/ptb
	$(SWIFT) build -c release --product ptb

setup:                     ## install the Debian packages that are missing
	@missing=""; for p in $(PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
	  sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  echo "installing:$$missing"; $$sudo apt-get update -qq && $$sudo apt-get install -y -qq $$missing; \
	fi

PREFIX ?= /usr/local
install: build             ## the program and its library under PREFIX
	install -D .build/release/ptb $(DESTDIR)$(PREFIX)/bin/ptb
	mkdir -p $(DESTDIR)$(PREFIX)/share/perturb
	cp -r stdlib lang $(DESTDIR)$(PREFIX)/share/perturb/

clean:
	rm -rf .build
