"""`python -m sheetcnn` is `sheetcnn`."""

import sys

from sheetcnn.cli.main import main

sys.exit(main())
