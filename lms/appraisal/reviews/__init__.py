"""鉴定: a learner's appraisal, proposed by arithmetic, decided by a person."""
