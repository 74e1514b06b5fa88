from tests.habilitations.acces.conftest import empreintes_rapides

__all__ = ["empreintes_rapides"]
