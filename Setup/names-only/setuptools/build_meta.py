"""Tells pip what a source package is called, without running anything from inside it.

Before pip saves a source package it asks the package's build backend for name and version, and the usual
backend answers by running the package's own setup.py. The answer also lies beside it, in PKG-INFO.
"""

from email.parser import HeaderParser
from pathlib import Path


class _NamesOnly:
    def get_requires_for_build_wheel(self, config_settings=None):
        return []

    def prepare_metadata_for_build_wheel(self, metadata_directory, config_settings=None):
        answer = Path("PKG-INFO").read_text(encoding="utf-8")
        package = HeaderParser().parsestr(answer)
        folder = Path(metadata_directory, f"{package['Name']}-{package['Version']}.dist-info")
        folder.mkdir()
        (folder / "METADATA").write_text(answer, encoding="utf-8")
        return folder.name


# The name under which pip looks for the backend of packages that do not declare one.
__legacy__ = _NamesOnly()
