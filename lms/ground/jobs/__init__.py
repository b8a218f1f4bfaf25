"""后台任务: long work that runs in worker processes, with progress, cancel and resume."""
