"""课程专题: what the school can teach, in which form and for how long."""
