/**
 * The script of `ngpt export --layout released` for models that turn queries and keys by real rotations.
 * Explained in docs/scale-out.md.
 */
export const TRAIN_ROTARY_PY = `"""Starts the released train.py, beside this file, with a rotation as its rotary embedding.

    python3 train_rotary.py --init_from=resume ...      all options are train.py's

The released apply_rotary_position_embeddings is none; the model that was exported here was trained with this one.
"""
import runpy

import torch

import model


def rotate(x):
    """x [B, H, T, D]: the pair (2i, 2i+1) turned by position * 10000^(-2i/D)."""
    length, size = x.shape[-2:]
    frequency = 10000.0 ** (-torch.arange(0, size, 2, device=x.device).float() / size)
    angle = torch.outer(torch.arange(length, device=x.device).float(), frequency)
    even, odd = x[..., 0::2], x[..., 1::2]
    turned = (even * angle.cos() - odd * angle.sin(), even * angle.sin() + odd * angle.cos())
    return torch.stack(turned, dim=-1).flatten(-2)


def apply_rotary_position_embeddings(sinusoidal_pos, q, k):
    return rotate(q), rotate(k)


model.apply_rotary_position_embeddings = apply_rotary_position_embeddings
runpy.run_path("train.py", run_name="__main__")
`;
