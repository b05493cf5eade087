"""Are there faces in a picture, and what may be said of one. Pure."""

from marking.faces.answers import Answer
from marking.faces.finding import Face, find_faces

__all__ = ["Answer", "Face", "find_faces"]
