"""The encoder as a small torch module: BERT layers, mean pooling, a projection, unit length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from coder.train.base import BaseModel, EncoderConfig, Float32

_LINEARS = ("q", "k", "v", "ao", "fi", "fo")


class Layer(nn.Module):
    """One post-norm transformer layer."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.q, self.k, self.v, self.ao = (nn.Linear(config.hidden, config.hidden) for _ in range(4))
        self.fi = nn.Linear(config.hidden, config.intermediate)
        self.fo = nn.Linear(config.intermediate, config.hidden)
        self.aln = nn.LayerNorm(config.hidden, eps=config.epsilon)
        self.oln = nn.LayerNorm(config.hidden, eps=config.epsilon)
        self.dropout = nn.Dropout(0.1)

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        """States (batch, length, hidden) through the layer; ``bias`` is added to the attention scores."""
        batch, length, hidden = states.shape
        shape = (batch, length, self.heads, hidden // self.heads)
        query, key, value = (part(states).view(shape).transpose(1, 2) for part in (self.q, self.k, self.v))
        # Written out: for a dozen tokens the fused attention's backward pass costs as much as all the rest of a layer.
        weights = (query @ key.transpose(2, 3) / math.sqrt(hidden // self.heads) + bias).softmax(dim=-1)
        attended = weights.to(value.dtype) @ value
        mixed: Tensor = self.ao(attended.transpose(1, 2).reshape(batch, length, hidden))
        states = self.aln(states + self.dropout(mixed))
        output: Tensor = self.oln(states + self.dropout(self.fo(functional.gelu(self.fi(states)))))
        return output


class Encoder(nn.Module):
    """Token ids (batch, length) and mask (batch, length; 1 = token) to unit vectors (batch, dimension)."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.config = config
        self.word = nn.Embedding(config.vocabulary, config.hidden)
        self.position = nn.Embedding(config.positions, config.hidden)
        self.norm = nn.LayerNorm(config.hidden, eps=config.epsilon)
        self.dropout = nn.Dropout(0.1)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.projection = nn.Linear(config.hidden, config.dimension, bias=False)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Unit vectors of the sentences; (batch, dimension)."""
        places = torch.cumsum(torch.ones_like(ids), dim=1) - 1
        states = self.dropout(self.norm(self.word(ids) + self.position(places)))
        bias = ((mask.to(states.dtype) - 1.0) * 1e4)[:, None, None, :]
        for layer in self.layers:
            states = layer(states, bias)
        weights = mask.to(states.dtype).unsqueeze(-1)
        pooled = (states * weights).sum(dim=1) / weights.sum(dim=1)
        unit: Tensor = functional.normalize(self.projection(pooled), dim=-1)
        return unit


def encoder_from_base(base: BaseModel, *, layers: Sequence[int], dimension: int) -> Encoder:
    """Build an encoder from the base tensors, keeping only the named layers; the projection starts orthonormal.

    The token-type vector is constant for single sentences, so it is folded into the positions.
    """
    config = replace(base.config, layers=len(layers), dimension=dimension)
    encoder = Encoder(config)
    source = base.tensors
    with torch.no_grad():
        _copy(encoder.word.weight, source["emb.word"])
        _copy(encoder.position.weight, source["emb.pos"] + source["emb.type"][0])
        _copy(encoder.norm.weight, source["emb.ln.w"])
        _copy(encoder.norm.bias, source["emb.ln.b"])
        for layer, index in zip(encoder.layers, layers, strict=True):
            for name in (*_LINEARS, "aln", "oln"):
                module = getattr(layer, name)
                _copy(module.weight, source[f"l{index}.{name}.w"])
                _copy(module.bias, source[f"l{index}.{name}.b"])
        nn.init.orthogonal_(encoder.projection.weight)
    return encoder


def _copy(parameter: Tensor, values: Float32) -> None:
    parameter.copy_(torch.from_numpy(np.ascontiguousarray(values)))
