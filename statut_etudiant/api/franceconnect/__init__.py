"""FranceConnect's side of the API: the doors that take its access tokens, and the keys that it fetches here."""
