"""The block list: whose messages, or which words, are set aside on arrival."""
