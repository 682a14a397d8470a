"""What can go wrong in rendering, with codes that never change.

The tree stands apart from the web application's: a worker translates it at its border.
`RenderUserFault` is the requester's to mend; asking again with the same input fails the same way.
`RenderPlatformFault` is the operator's; `retryable` says whether another attempt, or another
worker, may succeed.
"""

from __future__ import annotations

from typing import ClassVar


class RenderError(Exception):
    """Base of everything the renderer raises on purpose. `detail` holds no prompt and no secret."""

    code: ClassVar[str] = "render_error"
    retryable: ClassVar[bool] = False

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class RenderUserFault(RenderError):
    """The input can't be rendered, by this model or by any."""

    code = "render_input_invalid"


class InvalidSpec(RenderUserFault, ValueError):
    """A specification breaks its own rules: sizes, counts, ranges, names."""

    code = "invalid_spec"


class AdapterIncompatible(RenderUserFault):
    """The adapter's file is not one that this model can wear: keys, shapes, values or format."""

    code = "adapter_incompatible"


class AdapterRefused(AdapterIncompatible):
    """An adapter's file is not taken in. `reason` is a stable code of its own; `facts` go with it,
    such as the names of the two models of an adapter that was made for another one.
    """

    def __init__(self, reason: str, detail: str, **facts: str | int | float) -> None:
        super().__init__(detail)
        self.reason = reason
        self.facts = facts


class RenderPlatformFault(RenderError):
    """The machine, the installation or the stored model is at fault."""

    code = "render_platform_fault"


class ModelMissing(RenderPlatformFault):
    """The model's folder, or a file that it must hold, is not on this machine."""

    code = "model_missing"
    retryable = True


class ModelBroken(RenderPlatformFault):
    """The model's folder is there but cannot be used: damaged, pickled, or not what was pinned."""

    code = "model_broken"


class EyesMissing(RenderPlatformFault):
    """The network that finds eyes, with which faces are to be placed, is not on this machine."""

    code = "eyes_missing"
    retryable = True


class AdapterMissing(RenderPlatformFault):
    """The adapter's file is not on this machine, or its bytes are not those of its hash."""

    code = "adapter_missing"
    retryable = True


class StartImageMissing(RenderPlatformFault):
    """A start image's file is not on this machine, or its bytes are not those of its hash."""

    code = "start_image_missing"
    retryable = True


class OutOfMemory(RenderPlatformFault):
    """The device has no memory left for the model itself. (For an image: a fault in the result.)"""

    code = "out_of_memory"
    retryable = True


class BackendMisused(RenderPlatformFault):
    """The process was set up wrongly: torch before a fork, an unknown backend, a bad setting."""

    code = "backend_misused"
