"""The news by mail, for whoever asks: no account, an address proved by a link, one click to stop."""
