"""An independent PyTorch model with the parameter names and the module order of the released nGPT code.

    python3 released_model.py CKPT.pt TOKENS.json OUT.json

Loads ckpt.pt as train.py does when it resumes (model, then optimizer), and writes the logits, the loss, and what
one more optimizer step makes of a parameter.
"""
import json
import math
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F


def unit(x, dim=-1):
    return x / x.norm(p=2, dim=dim, keepdim=True)


def rotate(x):
    """x [B, H, T, D]: the pair (2i, 2i+1) turned by position * 10000^(-2i/D)."""
    length, size = x.shape[-2:]
    angles = torch.outer(torch.arange(length).float(), 10000.0 ** (-torch.arange(0, size, 2).float() / size))
    even, odd = x[..., 0::2], x[..., 1::2]
    turned = torch.stack((even * angles.cos() - odd * angles.sin(), even * angles.sin() + odd * angles.cos()), -1)
    return turned.flatten(-2)


def released(x):
    """What the released code does instead (docs/scale-out.md, "What differs")."""
    length, size = x.shape[-2:]
    angles = torch.outer(torch.arange(length).float(), 10000.0 ** (-torch.arange(0, size, 2).float() / size))
    table = torch.stack((angles.sin(), angles.cos()), -1).flatten(-2)
    sine, cosine = table.chunk(2, -1)
    return torch.stack((-x[..., 1::2] * cosine, x[..., 0::2] * sine), -1).flatten(-2)


class RMSNorm(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * self.weight


class Block(nn.Module):
    def __init__(self, args, turn):
        super().__init__()
        self.args, self.turn = args, turn
        d = args["n_embd"]
        for name in ("key", "query", "value", "att_c_proj"):
            setattr(self, name, nn.Linear(d, d, bias=False))
        self.c_fc = nn.Linear(d, 8 * d, bias=False)
        self.mlp_c_proj = nn.Linear(4 * d, d, bias=False)
        if args["use_nGPT"]:
            for name in ("attn_alpha", "mlp_alpha", "sqk"):
                setattr(self, name, nn.Parameter(torch.ones(d)))
            self.suv = nn.Parameter(torch.ones(8 * d))
        else:
            self.rmsnorm_att, self.rmsnorm_mlp = RMSNorm(d), RMSNorm(d)

    def step(self, h, target, alpha):
        rate = (alpha * (0.05 / self.args["base_scale"])).abs()
        h = unit(h)
        return unit(h + rate * (unit(target) - h))

    def attention(self, x):
        batch, length, d = x.shape
        heads = self.args["n_head"]
        split = lambda y: y.view(batch, length, heads, d // heads).transpose(1, 2)
        q, k, v = (split(layer(x)) for layer in (self.query, self.key, self.value))
        q, k = self.turn(q), self.turn(k)
        scale = 1 / math.sqrt(d // heads)
        if self.args["use_nGPT"]:
            sqk = (self.sqk / self.args["base_scale"]).view(heads, 1, d // heads)
            q, k, scale = sqk * unit(q), sqk * unit(k), math.sqrt(d // heads)
        scores = (q @ k.transpose(-2, -1)) * scale
        future = torch.ones(length, length).triu(1).bool()
        weights = scores.masked_fill(future, -math.inf).softmax(-1)
        return self.att_c_proj((weights @ v).transpose(1, 2).reshape(batch, length, d))

    def mlp(self, x):
        uv = self.c_fc(x)
        if self.args["use_nGPT"]:
            uv = uv * self.suv * math.sqrt(self.args["n_embd"])
        u, v = uv.chunk(2, -1)
        return self.mlp_c_proj(u * F.silu(v))

    def forward(self, h):
        if self.args["use_nGPT"]:
            h = self.step(h, self.attention(h), self.attn_alpha)
            return self.step(h, self.mlp(h), self.mlp_alpha)
        h = h + self.attention(self.rmsnorm_att(h))
        return h + self.mlp(self.rmsnorm_mlp(h))


class Model(nn.Module):
    def __init__(self, args, turn):
        super().__init__()
        self.args = args
        d, vocabulary = args["n_embd"], args["vocab_size"]
        blocks = nn.ModuleList([Block(args, turn) for _ in range(args["n_layer"])])
        self.transformer = nn.ModuleDict({"wte": nn.Embedding(vocabulary, d), "h": blocks})
        self.lm_head = nn.Linear(d, vocabulary, bias=False)
        if args["use_nGPT"]:
            self.sz = nn.Parameter(torch.ones(vocabulary))
        else:
            self.rmsnorm_f = RMSNorm(d)

    def forward(self, tokens):
        h = self.transformer["wte"](tokens)
        for block in self.transformer["h"]:
            h = block(h)
        if self.args["use_nGPT"]:
            return self.lm_head(h) * (self.sz / self.args["base_scale"])
        return self.lm_head(self.rmsnorm_f(h))


def main():
    checkpoint = torch.load(sys.argv[1])
    given = json.load(open(sys.argv[2]))
    model = Model(checkpoint["model_args"], released if given["rope"] == "released" else rotate)
    model.load_state_dict(checkpoint["model"])
    parameters = dict(model.named_parameters())
    decay = [p for p in parameters.values() if p.dim() >= 2]
    rest = [p for p in parameters.values() if p.dim() < 2]
    optimizer = torch.optim.AdamW([{"params": decay, "weight_decay": 0.1}, {"params": rest, "weight_decay": 0.0}])
    optimizer.load_state_dict(checkpoint["optimizer"])

    x, y = torch.tensor(given["x"]), torch.tensor(given["y"])
    logits = model(x)
    loss = F.cross_entropy(logits.flatten(0, 1), y.flatten())
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    if model.args["use_nGPT"]:
        for name, p in parameters.items():
            if p.dim() == 2:
                p.data.copy_(unit(p.data, 0 if name.endswith("c_proj.weight") else 1))
    result = {
        "logits": logits.flatten().tolist(),
        "loss": loss.item(),
        "iter_num": checkpoint["iter_num"],
        "model_args": sorted(checkpoint["model_args"]),
        "names": list(checkpoint["model"]),
        "parameters": {name: p.flatten().tolist() for name, p in parameters.items()},
    }
    json.dump(result, open(sys.argv[3], "w"))


if __name__ == "__main__":
    main()
