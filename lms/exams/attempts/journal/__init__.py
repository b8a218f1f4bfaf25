"""The durable answer journal: what many candidates write, in one transaction after another."""
