"""Everybody at once: people on their pages, callers of the API, establishments that send files."""
