"""What does the web server call?"""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaojia.config.settings")

_django = get_wsgi_application()

from xiaojia.config import health  # noqa: E402 - once the rooms are there
from xiaojia.domains.stations.queries import resident  # noqa: E402
from xiaojia.web.door import Door  # noqa: E402

application = Door(_django)
resident.start(wait_s=30)
health.INDEX.append(resident.age_s)
gc.collect()
gc.freeze()  # what is loaded stays: the collector need not walk over it again and again
