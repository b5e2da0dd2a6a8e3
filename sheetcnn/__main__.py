"""`python -m sheetcnn` is `sheetcnn`."""

import sys

from sheetcnn.cli import main

sys.exit(main())
