"""Erasing messages: by hand from the trash, after a time, or all of a person.

Everything that belongs to a message goes in one transaction (`remove`), and a tombstone stays that
a restored copy obeys. Where the numbers should stay, the words and the person go and the rest is
kept (`anonymise`)."""
