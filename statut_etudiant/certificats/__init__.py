"""Certificates that can be checked: made by a student, or with an answer of the API (ADR 0024).

`champs` says what one shows, `code` what is printed on it; `actes` makes, extends and withdraws, `verification` answers
whoever checks, `preuves` is the API's snapshot, `attestations` and `statuts` the signed credential.
"""
