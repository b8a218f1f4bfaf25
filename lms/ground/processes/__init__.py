"""进程: the web server, the scheduler and the worker of one house, supervised together."""
