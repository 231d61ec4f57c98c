from .details import DetailsForm
from .letters import LetterForm

__all__ = ["DetailsForm", "LetterForm"]
