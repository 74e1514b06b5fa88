"""The demonstration's data: fictitious persons in every role, requests in every state, students, tokens."""
