"""The eight points that are measured. Each module's `measure` returns what it found as plain data, `lines` tells it in Markdown, `goals` judges it."""
