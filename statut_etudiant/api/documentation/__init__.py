"""The OpenAPI document of the API (contract §7).

The views do not carry it: their descriptions are longer than they are. `generer` brings both together.
"""
