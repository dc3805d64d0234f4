"""How fast CivStart is on this machine, each figure beside something bare measured in the same run."""
