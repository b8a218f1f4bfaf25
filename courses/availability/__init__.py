"""可授课时间: when an instructor can come: a weekly pattern, and what is different on some days."""
