"""FranceConnect, seen from this product: what an access token is worth, and who the person is.

`protocole` and `disjoncteur` decide without any I/O; `cles` reads our keys, `reseau` talks, `verification`
puts them together. The API's doors and the citizens' pages are its callers.
"""
