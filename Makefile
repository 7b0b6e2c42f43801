# Two commands: make demo, make test.  Everything else is in CONTRIBUTING.md.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready
# What a window needs that is drawn by software, and a font with emoji.
GL := /usr/lib/*/libGL.so.1=libgl1 /usr/lib/*/libGLX_mesa.so.0=libglx-mesa0 /usr/lib/*/dri/swrast_dri.so=libgl1-mesa-dri \
	/usr/lib/*/libEGL.so.1=libegl1 /usr/lib/*/libGLU.so.1=libglu1-mesa \
	/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf=fonts-noto-color-emoji
# A virtual screen with real programs on it, and what looks at it from outside.
SCREEN := Xvfb=xvfb openbox=openbox xdotool=xdotool xprop=x11-utils xwd=x11-apps xrandr=x11-xserver-utils xterm=xterm \
	mousepad=mousepad feh=feh xclock=x11-apps ip=iproute2 ffmpeg=ffmpeg fc-list=fontconfig \
	xdg-mime=xdg-utils update-mime-database=shared-mime-info update-desktop-database=desktop-file-utils \
	chromium=chromium node=nodejs npm=npm unzip=unzip mimetype=libfile-mimeinfo-perl xrdb=x11-xserver-utils setxkbmap=x11-xkb-utils $(GL)
# What checks the pages' JavaScript: types, and the tests' own decoder of JPEGs.
NODE := tests/portal_core/js/node_modules/.ready
PEERS := age=age ffmpeg=ffmpeg less=less vim.tiny=vim-tiny mpv=mpv

.PHONY: demo test test-all bench pictures faults check vectors screen clean

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "sealcast needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); apt-get install -y python3-venv && $(PYTHON) -m venv $(VENV); }
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

$(NODE): tests/portal_core/js/package-lock.json | screen
	npm ci --prefix $(dir $<) --ignore-scripts --no-audit --no-fund --silent
	touch $@

demo: $(READY) screen  ## the longest way that works, on this machine, in a minute
	$(RUN) -m tests.journeys.demo

test: $(READY) screen $(NODE)  ## every test that takes seconds
	$(RUN) -m pytest -n auto --dist worksteal -m 'not long'

test-all: $(READY) screen $(NODE)  ## all tests, with branch coverage
	$(RUN) -m pytest -n auto --dist worksteal --cov --cov-report=term

bench: $(READY) screen  ## speed and memory, side by side with age and ffmpeg
	tests/packages.sh $(PEERS)
	$(RUN) -m tests.bench.vault
	$(RUN) -m tests.bench.writer
	$(RUN) -m tests.bench.recorder
	$(RUN) -m tests.bench.codec
	$(RUN) -m tests.bench.player
	$(RUN) -m tests.bench.exports
	$(RUN) -m tests.bench.videos
	$(RUN) -m tests.bench.portal
	$(RUN) -m tests.bench.portal_pages

pictures: $(READY) screen  ## docs/pictures anew, from the real window and the real pages
	tests/packages.sh $(PEERS)
	$(RUN) -m tests.journeys.window_pictures docs/pictures
	$(RUN) -m tests.journeys.page_pictures docs/pictures

faults: $(READY)  ## killed, cut, flipped, spliced, out of power and disk: counted
	$(RUN) -m tests.faults

check: $(READY)  ## format, lint, types
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

vectors: $(READY)  ## write the test vectors anew; they come out as they are
	$(RUN) -m tests.vectors.make_vectors

screen:
	tests/packages.sh $(SCREEN)

clean:
	rm -rf $(VENV) build dist *.egg-info $(dir $(NODE))
