from .deadlines import DeadlinesForm

__all__ = ["DeadlinesForm"]
