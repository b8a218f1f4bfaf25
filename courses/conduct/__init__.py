"""日常表现: what is commended and what is criticised in a learner."""
