"""Who the editors are: logging in, the second factor, how long a login lasts, and what each role may do."""
