"""The window and its pages: the only package that knows Qt."""

from unionoffice.ui.qt_faults import keep_none_alive

keep_none_alive()
