"""Reading papers: blueprints, supply, papers, usage, prints."""
