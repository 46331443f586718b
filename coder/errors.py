"""Errors that the library raises on purpose.

Every message is one line of Chinese for the person at the keyboard: what is wrong, where, what to do next. No message
carries text of a record. The command line turns any :class:`CoderError` into exit status 2, the API into problem+json.

>>> from coder.errors import InputError
>>> raise InputError("病历文本为空：请提供至少一个非空白字符")
Traceback (most recent call last):
...
coder.errors.InputError: 病历文本为空：请提供至少一个非空白字符
"""

from __future__ import annotations


class CoderError(Exception):
    """Base of all errors of this library; ``str(error)`` is the one-line message."""


class InputError(CoderError):
    """The caller's record, file or argument cannot be used as it is."""


class ArtefactError(CoderError):
    """A shipped file (table, model, scheme) is missing, damaged or of another version."""


class TableError(CoderError):
    """An official table given for compilation is not what it should be; the message names file, sheet, row, column."""


class UnknownCodeSystemError(InputError):
    """A code system or crosswalk that is not shipped was asked for."""


class UnknownCodeError(InputError):
    """A code that its code system does not hold was asked for."""
