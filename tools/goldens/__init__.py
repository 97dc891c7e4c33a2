"""The parts of make_goldens.py: what a suite is made of, who computes it, and who checks it."""
