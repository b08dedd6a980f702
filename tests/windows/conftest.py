"""The tests of the Windows DLLs and of the Delphi binding."""

from fixtures import all_platforms, sandbox  # noqa: F401 (pytest finds them by these names)
