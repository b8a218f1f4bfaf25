"""作答: the candidate's paper in the browser, kept answer by answer."""
