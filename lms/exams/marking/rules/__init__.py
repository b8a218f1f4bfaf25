"""Rules of marking: modes, points, and how steady markers are."""
