"""How fast CivStart is on this machine, each figure beside a bare one of the same run."""
