"""The views: one file is one view, and the listing of this folder is the list of views."""

from importlib import import_module
from pkgutil import iter_modules

from projections.listing import Listing
from projections.projection import View


def all_views() -> dict[str, View | Listing]:
    """Find every view by its name: each module of this folder ends with `view = ...`."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    views: dict[str, View | Listing] = {module.view.name: module.view for module in modules}
    return dict(sorted(views.items()))


def stored_views() -> list[View]:
    """List the views that are kept in tables, by name."""
    return [view for view in all_views().values() if not isinstance(view, Listing)]
