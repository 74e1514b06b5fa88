"""The screens of deposits, under /gestion/depots: one address a deposit, which shows what its state allows."""
