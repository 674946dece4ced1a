"""The desk for programs: the same acts as on its pages, as JSON, under `/api`."""
