"""The whole path of a message in virtual time: visitors, processes, platforms and clocks are
simulated, the product and SQLite are real. One integer makes one run, and repeats it exactly.

make simulate, or: python -m tests.simulation --seeds 10000
"""
