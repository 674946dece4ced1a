"""From YAML to the core; every error names its file and line and gives a hint."""
