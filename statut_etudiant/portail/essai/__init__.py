"""« Essayer »: reading, FranceConnect, writing; the request, and the answer to the byte, on fictitious students."""
