"""What proves beside the password who somebody is: codes of an app, passkeys, recovery codes."""
