"""开班文书: a cohort's application for approval, its call-up notice, and the plan of a year."""
