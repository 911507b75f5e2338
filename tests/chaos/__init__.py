"""Random kill -9 of everything while visitors write: nothing lost, nothing doubled, no flood.

make chaos, or: python -m tests.chaos --seconds 120 --stage postgres --seed 7
"""
