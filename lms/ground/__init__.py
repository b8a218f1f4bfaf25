"""底座: what every other wing stands on: storage, access, people, norms, audit, notices, jobs."""
