"""Every write of this app, as verbs."""

from styles.services.base_models import register_base_model
from styles.services.palette import remove_colour, set_colour
from styles.services.reference_images import add_reference_image
from styles.services.revisions import (
    change_revision,
    copy_revision,
    create_revision,
    publish_revision,
    retire_revision,
)
from styles.services.styles import change_style, create_style

__all__ = [
    "add_reference_image",
    "change_revision",
    "change_style",
    "copy_revision",
    "create_revision",
    "create_style",
    "publish_revision",
    "register_base_model",
    "remove_colour",
    "retire_revision",
    "set_colour",
]
