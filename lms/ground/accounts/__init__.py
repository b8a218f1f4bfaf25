"""账号: who may log in, and as what."""
