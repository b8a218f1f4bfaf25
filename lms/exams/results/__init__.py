"""成绩: scores and grades, released as a row."""
