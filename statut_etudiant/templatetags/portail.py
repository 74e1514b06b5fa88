"""Tags for every page of the portal. `{% load portail %}`"""

import datetime
import re
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince

from habilitations.ailleurs import ADRESSES

register = template.Library()


@register.inclusion_tag("_fil.html")
def fil(*etapes: str) -> dict[str, Any]:
    """The breadcrumb: `{% fil "Mes demandes" "demandes" "Demande D12" %}`.

    Steps by pairs, label then address or name of URL; last, the label of the page itself.
    """
    *avant, courant = etapes
    if len(avant) % 2:
        raise template.TemplateSyntaxError("fil : des paires libellé, adresse, puis le libellé de la page")
    return {
        "etapes": [(avant[i], _adresse(avant[i + 1])) for i in range(0, len(avant), 2)],
        "courant": courant,
    }


def _adresse(page: str) -> str:
    return page if page.startswith(("/", "?")) else reverse(page)


@register.simple_tag
def ailleurs(nom: str) -> str:
    """`<a href="{% ailleurs "cnil" %}">`: the address of a page of another site."""
    return ADRESSES[nom]


@register.simple_block_tag
def une_ligne(content: str) -> SafeString:
    """`{% une_ligne as nom %}…{% endune_ligne %}`: a block is written once, and what shares a page (Open Graph)
    says its title too."""
    return mark_safe(" ".join(content.split()))  # noqa: S308 (rendered by the template, which escapes)


@register.simple_block_tag
def tableau(content: str, classes: str = "") -> SafeString:
    """`{% tableau %}<table>…</table>{% endtableau %}`: in the design system's frame, where a table too wide for the
    page scrolls by itself, with the keyboard too. `classes`: margins, mostly."""
    return format_html(
        '<div class="{}"><div class="fr-table__wrapper">'
        '<div class="fr-table__container" tabindex="0"><div class="fr-table__content">'
        "{}</div></div></div></div>",
        f"fr-table {classes}".strip(),
        mark_safe(content),  # noqa: S308 (rendered by the template, which escapes)
    )


@register.filter
def anciennete(instant: datetime.datetime) -> str:
    """How long ago, as one says it: « il y a 3 jours, 2 heures » is too much for what is at a glance."""
    if timezone.now() - instant < datetime.timedelta(minutes=1):
        return "à l'instant"
    return f"il y a {timesince(instant, depth=1)}"


#: Between backquotes, where we write; or a name with underscores, in the sentences that the API answers.
_CODE = re.compile(r"`([^`]+)`|\b([a-z0-9]+(?:_[a-z0-9]+)+)\b")


@register.filter
def code_marque(texte: str) -> SafeString:
    """What programs read, marked as code in what people read: for the pages of developers."""
    echappe = str(conditional_escape(texte))
    marque = _CODE.sub(lambda trouve: f'<code class="ase-cassable">{trouve[1] or trouve[2]}</code>', echappe)
    return mark_safe(marque)  # noqa: S308 (escaped above)
