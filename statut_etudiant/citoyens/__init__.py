"""The citizens' own pages, by FranceConnect: « Mon statut », « Mes consultations », and what comes of them.

An application of its own: what it keeps (a rectification, a contested consultation, a mail address) joins a student of
the referential to an organisation of the habilitations, which neither of the two packages may do.
"""
