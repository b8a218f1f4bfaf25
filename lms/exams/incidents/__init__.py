"""考场日志: what pages reported and invigilators noted and did, sealed into a chain for each sitting."""
