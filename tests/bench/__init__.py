"""Speed figures, as ratios measured within one run: `python -m tests.bench` (make bench)."""
