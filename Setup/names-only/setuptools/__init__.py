"""Stands in for setuptools while pip fetches a source package: see build_meta.py."""
