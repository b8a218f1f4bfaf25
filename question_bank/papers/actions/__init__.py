"""Writing papers: blueprints, assembly, changes, sealing, enemies, prints."""
