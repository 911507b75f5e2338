"""What a power cut leaves, proven from outside: a real server runs under strace, and what it asked
of the system is read from the trace. No part of the product takes part in the proof.

`make power` is the long one; `test_judge.py` shows that each judge finds what it is for.
"""
