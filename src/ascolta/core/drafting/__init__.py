"""Drafts: facts that may be stated, templates with slots, and which of them fit a thread. See `core.draft`.

A draft consists of a template's words, a fact's words, a topic's name and the visible name of the person, and of
nothing else, whoever chose them. Each piece of it knows where it came from.
"""
