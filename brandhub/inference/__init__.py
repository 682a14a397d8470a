"""Drawing and judging pictures, and training what draws them: all that needs torch."""

import os

# A thread of GNU OpenMP that waits for the others spins, for a millisecond or so unless told
# otherwise. Where other processes want the cores, too, it spins away the very time that the others
# need, at each of some thousand barriers of a picture. Read when torch is loaded.
os.environ.setdefault("GOMP_SPINCOUNT", "10000")
