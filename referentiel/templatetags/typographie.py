"""French typography of what is made by the program. `{% load typographie %}`"""

from django import template

register = template.Library()

INSECABLE = "\u00a0"


@register.filter
def guillemets(texte: object) -> str:
    """Quotation marks keep to what they quote: no line ends between them and it."""
    return str(texte).replace("« ", f"«{INSECABLE}").replace(" »", f"{INSECABLE}»")
