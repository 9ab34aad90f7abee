"""Every error that focuspuller raises on purpose, and the exit code its command line ends with.

FocuspullerError                  1   a fault of focuspuller's own
├── UsageError                    2   options that do not go together
├── LibraryMissing                3   an optional library is not installed
├── MediaError                   10
│   ├── MediaNotFound            11
│   ├── MediaUnreadable          12   not media, truncated, corrupt
│   ├── FrameUnreadable          13   one frame of readable media
│   ├── UnsupportedFormat        14   a codec, container or pixel format that is not supported
│   └── FrameMissing             15   a host that gives no picture for that frame
├── DisparityError               20
│   ├── DisparityMissing         21
│   ├── DisparityLengthMismatch  22
│   └── DisparityNotFinite       23
├── ParameterError               30   a value outside its parameter's range
│   ├── OpticsError              31   focus at or inside the focal length, near not before far
│   └── CurveError               32   keys that no lens could have, duplicate keys, keys off the media
├── TimelineError                40
│   ├── TimelineUnreadable       41
│   ├── ClipNotFound             42
│   ├── ClipAmbiguous            43
│   ├── EffectNotFound           44
│   ├── EffectInvalid            45   metadata of ours that cannot be trusted
│   └── EffectFromFuture         46   written by a newer focuspuller
├── OutputError                  50
│   ├── OutputExists             51
│   ├── OutputIsInput            52
│   ├── OutputUnwritable         53   no permission, no folder, no space
│   ├── ResumeMismatch           54   pieces of another render lie beside the target
│   └── OutputBusy               55   another process is rendering the target
├── WeightsError                 60   weights missing, damaged, or of another network
│   └── TrainingDiverged         61   no weights came of it
├── DatasetError                 70   a folder that is no data set, or is damaged
│   └── AssetsUnusable           71   no pictures or cut-outs to make scenes of
├── RenderError                  80
│   ├── MemoryTooSmall           81   --memory is less than one frame needs
│   ├── DeviceMissing            82   no such device on this machine
│   └── DeviceFailed             83   out of memory there, or gone
└── Cancelled                   130

Raised where the outside comes in; the message is one line and ends with what to do.
"""


class FocuspullerError(Exception):
    """Root of the tree.

    Args:
        options: those of the command line that see to it, which nobody else has.
    """

    exit_code = 1

    def __init__(self, message: str = "", *, options: str = "") -> None:
        super().__init__(message)
        self.options = options


class UsageError(FocuspullerError):
    exit_code = 2


class LibraryMissing(FocuspullerError):
    exit_code = 3


class MediaError(FocuspullerError):
    exit_code = 10


class MediaNotFound(MediaError):
    exit_code = 11


class MediaUnreadable(MediaError):
    exit_code = 12


class FrameUnreadable(MediaError):
    exit_code = 13


class UnsupportedFormat(MediaError):
    exit_code = 14


class FrameMissing(MediaError):
    exit_code = 15


class DisparityError(FocuspullerError):
    exit_code = 20


class DisparityMissing(DisparityError):
    exit_code = 21


class DisparityLengthMismatch(DisparityError):
    exit_code = 22


class DisparityNotFinite(DisparityError):
    exit_code = 23


class ParameterError(FocuspullerError):
    exit_code = 30


class OpticsError(ParameterError):
    exit_code = 31


class CurveError(ParameterError):
    exit_code = 32


class TimelineError(FocuspullerError):
    exit_code = 40


class TimelineUnreadable(TimelineError):
    exit_code = 41


class ClipNotFound(TimelineError):
    exit_code = 42


class ClipAmbiguous(TimelineError):
    exit_code = 43


class EffectNotFound(TimelineError):
    exit_code = 44


class EffectInvalid(TimelineError):
    exit_code = 45


class EffectFromFuture(TimelineError):
    exit_code = 46


class OutputError(FocuspullerError):
    exit_code = 50


class OutputExists(OutputError):
    exit_code = 51


class OutputIsInput(OutputError):
    exit_code = 52


class OutputUnwritable(OutputError):
    exit_code = 53


class ResumeMismatch(OutputError):
    exit_code = 54


class OutputBusy(OutputError):
    exit_code = 55


class WeightsError(FocuspullerError):
    exit_code = 60


class TrainingDiverged(WeightsError):
    exit_code = 61


class DatasetError(FocuspullerError):
    exit_code = 70


class AssetsUnusable(DatasetError):
    exit_code = 71


class RenderError(FocuspullerError):
    exit_code = 80


class MemoryTooSmall(RenderError):
    exit_code = 81


class DeviceMissing(RenderError):
    exit_code = 82


class DeviceFailed(RenderError):
    exit_code = 83


class Cancelled(FocuspullerError):
    exit_code = 130


def as_bug(error: BaseException, remedy: str = "please report it") -> str:
    """What to say of a failure that is ours alone."""
    return f"{type(error).__name__}: {error}; this is a bug in focuspuller: {remedy}"
