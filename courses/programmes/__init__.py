"""学堂系列: the programmes that cohorts are held in, and the courses usual there."""
