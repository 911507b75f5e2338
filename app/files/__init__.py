"""Pictures and files of visitors: what is taken, how it is kept, who may have it."""
