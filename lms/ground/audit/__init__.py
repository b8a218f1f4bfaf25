"""审计日志: who did what to what, and when; written with the deed, sealed into a chain afterwards."""
