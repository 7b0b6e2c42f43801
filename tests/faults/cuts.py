"""Files that end too early, at every byte; and files that end before the last block somebody noted."""

from tests.faults.counted import Counted, Tally
from tests.faults.readers import COMPLETE, read_everything, refuse_complete, state_of
from tests.faults.share import Share
from tests.faults.specimen import specimen
from vault.verify import State

NOT_NOTICED = "not seen as cut"
# What may be said of a file that was finished once and is cut now: cut, or what is worse.
CUT_OR_WORSE = (State.CUT, State.DAMAGED, State.FORGED)


def truncations(share: Share, *, seed: str, read_every: int = 1) -> Counted:
    """Cut to each size: complete never, cut when FINAL's anchor or fingerprint was kept, right bytes only."""
    original = specimen(f"cuts {seed}")
    tally = Tally("cut at a byte", never=[COMPLETE, NOT_NOTICED])
    final = original.anchors[-1]
    for at, size in enumerate(share.below(len(original.data))):
        data, example = original.data[:size], f"cut to {size} bytes"
        tally.tried()
        refuse_complete(data, original, tally, example)
        for evidence in (original.evidence([final]), original.evidence(fingerprint=final.hash)):
            with tally.trying(example):
                if state_of(data, tally, example, evidence=evidence) not in CUT_OR_WORSE:
                    tally.went_wrong(NOT_NOTICED, example)
        if at % read_every == 0:
            tally.saw("opened and read")
            read_everything(data, original, tally, example)
    return tally.counted()


def ends_before_anchor(*, seed: str) -> Counted:
    """Every anchor with every end of a block, one byte less, and one more: cut exactly when the anchor is newer."""
    original = specimen(f"cuts {seed}")
    tally = Tally("ends before its last anchor", never=[NOT_NOTICED, "wrongly seen as cut"])
    ends = [one.size for one in original.anchors]
    for anchor in original.anchors:
        for size in (near for end in ends for near in (end - 1, end, end + 1) if near <= ends[-1]):
            last = max((one.block for one in original.anchors if one.size <= size), default=-1)
            example = f"{size} bytes, anchor of block {anchor.block}"
            tally.tried()
            with tally.trying(example):
                data = original.data[:size] if size < ends[-1] else original.data[:-1]
                last = last if size < ends[-1] else len(original.entries) - 1
                cut = state_of(data, tally, example, evidence=original.evidence([anchor])) is State.CUT
                if cut != (last < anchor.block):
                    tally.went_wrong("wrongly seen as cut" if cut else NOT_NOTICED, example)
    return tally.counted()
