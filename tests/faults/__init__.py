"""The fault suite: what may go wrong with a machine is done to indexing for real, again and again.

`make faults` runs it (`python -m tests.faults`): programs are killed, disks fill up, files change
or vanish under the indexer, pages of the databases are overwritten. Afterwards the library must be
what an undisturbed run makes of the same photos, with all that the owner had said, and nothing may
have been done twice. It needs Linux; the tests run a short version of it.
"""
