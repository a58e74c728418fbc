"""Puts `resources/` into the installed package; everything else stands in pyproject.toml."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["unionoffice*"]), "unionoffice.resources"],
    package_dir={"unionoffice.resources": "resources"},
    package_data={"unionoffice.resources": ["**/*"]},
)
