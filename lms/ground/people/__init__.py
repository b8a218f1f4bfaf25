"""人员与单位: who is known to the school, and where they belong; what is private is sealed."""
