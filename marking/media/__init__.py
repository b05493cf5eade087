"""Open picture files from strangers safely, and save pictures that carry nothing by accident."""

from marking.media.bounded import BoundedError, Child, Crashed, OutOfMemory, OutOfTime, run_bounded
from marking.media.encoding import encode_animation, encode_picture
from marking.media.formats import MediaType, sniff
from marking.media.frames import Animation, Frame
from marking.media.header import Header, Limits, read_header
from marking.media.picture import Picture, open_cut_off, open_picture
from marking.media.refusal import Refused

__all__ = [
    "Animation",
    "BoundedError",
    "Child",
    "Crashed",
    "Frame",
    "Header",
    "Limits",
    "MediaType",
    "OutOfMemory",
    "OutOfTime",
    "Picture",
    "Refused",
    "encode_animation",
    "encode_picture",
    "open_cut_off",
    "open_picture",
    "read_header",
    "run_bounded",
    "sniff",
]
