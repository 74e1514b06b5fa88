"""What is kept from one birth date to the next never outlives the day when a rule changes."""

import datetime
import random

from referentiel import communes, lieux
from referentiel.histoire import histoire


def test_what_is_kept_holds_for_every_day():
    reference = communes.reference()
    hasard = random.Random(20261128)
    codes = sorted(
        {*histoire().reunions, *histoire().anciens, *histoire().pays_lies, "99352", "75012", "98506"}
    )
    un_jour = datetime.timedelta(days=1)
    jours = [
        fin + n * un_jour for lies in histoire().reunions.values() for _, fin in lies if fin for n in (0, 1)
    ]
    jours += [datetime.date(1962, 7, 2), datetime.date(1962, 7, 3), datetime.date(1962, 7, 4)]
    jours += [datetime.date(1900, 1, 1) + n * un_jour for n in hasard.sample(range(46_000), 50)]
    for code in hasard.sample(codes, min(150, len(codes))):
        for jour in jours:
            exact = lieux._motifs.__wrapped__(code, jour, reference)
            assert lieux.motifs(code, jour, reference) == exact, (code, jour)
