"""Who sees contact data in full, and how it is masked for everybody else.

What an organization has decided (`policy`) is said once for each request (`sight`): whatever is
read for somebody who may not see contacts comes masked (`rows`, `mask`)."""
