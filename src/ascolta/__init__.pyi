from ascolta.notebook import open as open  # noqa: A004 - see notebook.py

__version__: str
