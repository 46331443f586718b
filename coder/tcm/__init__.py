"""Traditional Chinese medicine: disease and syndrome of a record, their western counterparts, and checks on both."""

from coder.tcm.coder import TcmCoder
from coder.tcm.guard import is_tcm_code, western_only
from coder.tcm.western import WesternMatch, western_candidates, western_matches

__all__ = ["TcmCoder", "WesternMatch", "is_tcm_code", "western_candidates", "western_matches", "western_only"]
