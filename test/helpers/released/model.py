"""What the released model.py offers to its train.py, around an independent model of the same equations and names."""
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from released_model import Model, released


@dataclass
class GPTConfig:
    use_nGPT: int
    n_layer: int
    n_head: int
    n_embd: int
    block_size: int
    vocab_size: int
    base_scale: float
    bias: bool
    dropout: float


def apply_rotary_position_embeddings(sinusoidal_pos, q, k):
    return released(q), released(k)


def turn(x):
    """Looks the function up when it runs: others may have put one of theirs in its place."""
    return apply_rotary_position_embeddings(None, x, x)[0]


class GPT(Model):
    def __init__(self, config):
        super().__init__(vars(config), turn)
        self.config = config

    def forward(self, tokens, targets):
        logits = super().forward(tokens)
        return logits, F.cross_entropy(logits.flatten(0, 1), targets.flatten())

    def configure_optimizers(self, weight_decay, learning_rate, betas):
        decay = [p for p in self.parameters() if p.dim() >= 2]
        rest = [p for p in self.parameters() if p.dim() < 2]
        groups = [{"params": decay, "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]
        return torch.optim.AdamW(groups, lr=learning_rate, betas=betas)
