"""Adding a constant to an ONNX model without the onnx package, which serving does not install.

A protobuf message followed by another of its kind is the two merged: what follows only has to say what is added. The
values themselves are not among the bytes but handed over with the session (``add_external_initializers``).
"""

from __future__ import annotations

from collections.abc import Sequence

# Field numbers and values of onnx.proto3.
_MODEL_GRAPH, _GRAPH_INITIALIZER = 7, 5
_DIMENSION, _DATA_TYPE, _NAME, _EXTERNAL_DATA, _DATA_LOCATION = 1, 2, 8, 13, 14
_KEY, _VALUE = 1, 2
_INT8, _EXTERNAL = 3, 1


def with_constant(model: bytes, name: str, shape: Sequence[int]) -> bytes:
    """The model with an int8 constant of this name and shape, whose values come with the session."""
    location = _message(_KEY, b"location") + _message(_VALUE, name.encode())
    tensor = b"".join(
        (
            *(_number(_DIMENSION, size) for size in shape),
            _number(_DATA_TYPE, _INT8),
            _message(_NAME, name.encode()),
            _message(_EXTERNAL_DATA, location),
            _number(_DATA_LOCATION, _EXTERNAL),
        )
    )
    return model + _message(_MODEL_GRAPH, _message(_GRAPH_INITIALIZER, tensor))


def _message(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth says that more follow."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
