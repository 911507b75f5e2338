"""Do the tests notice when the code that must not be wrong is wrong? mutmut changes it in thousands
of small ways, one at a time, and runs the tests that reach it: `make mutants`.

`survivors.toml` explains the changes that no test can notice, because the code does the same.
"""
