"""The desk in a real browser: Debian's Chromium, driven by Playwright, at a desk that `ascolta run` serves."""
