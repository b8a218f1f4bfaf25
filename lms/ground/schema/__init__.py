"""数据库结构: brought up to date, compared with the models, and taken one step further."""
