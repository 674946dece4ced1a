"""What the system did not let us do, as one sentence: what, where, what to do."""

import errno

from ascolta.errors import AscoltaError

FULL = "free some space and run again"
RIGHTS = "check its rights"
NAME = "check the name"
_DO = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EACCES: RIGHTS,
    errno.EPERM: RIGHTS,
    errno.EROFS: "choose a place that can be written to",
    errno.ENOENT: NAME,
    errno.ENOTDIR: NAME,
    errno.EISDIR: NAME,
    errno.EEXIST: "choose another name",
    errno.EMFILE: "raise the limit of open files (ulimit -n)",
}


def refused(error: OSError) -> AscoltaError:
    """An error of the system, by the file that it names, or else by what is read and written without a name."""
    said = error.strerror or str(error) or type(error).__name__
    where = f"{error.filename}: {said}" if error.filename else f"{said}: the output, or a file, cannot be used"
    do = _DO.get(error.errno or 0, "")
    return AscoltaError(f"{where}; {do}" if do else where)
