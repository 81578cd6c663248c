"""What does the web server call?"""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaojia.config.settings")

application = get_wsgi_application()

from xiaojia.domains.stations.queries import resident  # noqa: E402 - once the rooms are there

resident.start()
gc.collect()
gc.freeze()  # what is loaded stays: the collector need not walk over it again and again
