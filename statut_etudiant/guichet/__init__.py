"""The verification desk: agents of an administration look people up in a page, without software (ADR 0025).

Same scopes, same search, same quota and same journal as a call of the API.
"""
