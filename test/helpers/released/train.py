"""A small trainer with the interface of the released train.py: options, files, steps and traps are the same.

    python3 train.py --init_from=resume --dataset=NAME ...

Besides, it writes a line for each step into steps.jsonl: the rate, the loss, and where the sequences begin.
"""
import json
import math
import os
import pickle
import sys
from ast import literal_eval

import numpy as np
import torch

from model import GPT, GPTConfig
from released_model import unit

# options
init_from = "scratch"
dataset = "openwebtext"
use_nGPT = 1
n_layer = 12
n_head = 16
n_embd = 1024
block_size = 1024
batch_size = 8
gradient_accumulation_steps = 64
learning_rate = 15e-4
min_lr = 0.0
warmup_iters = 0
weight_decay = 0.0
beta1 = 0.9
beta2 = 0.95
grad_clip = 1.0
max_iters = 600000
lr_decay_iters = 600000
eval_interval = 1000
eval_iters = 200
log_interval = 10
eval_only = False
always_save_checkpoint = True
decay_lr = True
max_iters_per_launch = 1000000000
time_limit_seconds = 1000000000
backend = "nccl"
device = "cuda"
dtype = "float16"
compile = False
# end of options

for argument in sys.argv[1:]:
    name, text = argument.split("=")
    name = name[len("--"):]
    if name not in globals():
        raise ValueError(f"Unknown config key: {name}")
    try:
        value = literal_eval(text)
    except (SyntaxError, ValueError):
        value = text
    assert type(value) is type(globals()[name]), f"{name} has another type than {text}"
    globals()[name] = value

torch.set_num_threads(1)
folder = os.path.join("./../../data" if os.path.exists("./../../data") else "data", dataset)
splits = {name: np.fromfile(os.path.join(folder, name + ".bin"), dtype=np.uint16) for name in ("train", "val")}


def batch(split):
    """Inputs, targets, and where they begin."""
    tokens = torch.from_numpy(splits[split].astype(np.int64))
    positions = torch.randint(len(tokens) - block_size, (batch_size,))
    cut = lambda shift: torch.stack([tokens[i + shift : i + shift + block_size] for i in positions])
    return cut(0), cut(1), positions.tolist()


base_scale = 0.02 if use_nGPT == 0 else 1 / n_embd**0.5
model_args = dict(use_nGPT=use_nGPT, n_layer=n_layer, n_head=n_head, n_embd=n_embd, block_size=block_size)
model_args.update(base_scale=base_scale, bias=False, vocab_size=None, dropout=0.0)
iter_num = 0
if init_from == "resume":
    checkpoint = torch.load("./ckpt.pt", map_location=device)
    for key in ("use_nGPT", "base_scale", "n_layer", "n_head", "n_embd", "block_size", "bias", "vocab_size"):
        model_args[key] = checkpoint["model_args"][key]
    iter_num = checkpoint["iter_num"]
else:
    meta = os.path.join(folder, "meta.pkl")
    model_args["vocab_size"] = pickle.load(open(meta, "rb"))["vocab_size"] if os.path.exists(meta) else 50304

torch.manual_seed(0)
model = GPT(GPTConfig(**model_args))
if init_from == "resume":
    model.load_state_dict(checkpoint["model"])
else:
    for name, p in model.named_parameters():
        # As there, all learnable scales begin at what stands for 1, or for 0.05 of the eigen learning rates.
        if p.dim() >= 2:
            torch.nn.init.normal_(p, std=base_scale)
        elif use_nGPT and not name.endswith("suv"):
            p.data.fill_(base_scale)
optimizer = model.configure_optimizers(weight_decay, learning_rate, (beta1, beta2))
if init_from == "resume":
    optimizer.load_state_dict(checkpoint["optimizer"])


def normalize_matrices():
    if use_nGPT == 0:
        return
    for name, p in model.named_parameters():
        if p.dim() == 2:
            p.data.copy_(unit(p.data, 0 if name.endswith("c_proj.weight") else 1))


def rate(step):
    if step < warmup_iters:
        return learning_rate * step / warmup_iters
    if step > lr_decay_iters:
        return min_lr
    part = (step - warmup_iters) / (lr_decay_iters - warmup_iters)
    return min_lr + 0.5 * (1 + math.cos(math.pi * part)) * (learning_rate - min_lr)


@torch.no_grad()
def estimate():
    mean = lambda split: sum(model(*batch(split)[:2])[1].item() for _ in range(eval_iters)) / eval_iters
    return {split: mean(split) for split in splits}


normalize_matrices()
starting_iter_num = iter_num
while iter_num <= max_iters:
    torch.manual_seed(100 * iter_num)
    for group in optimizer.param_groups:
        group["lr"] = rate(iter_num) if decay_lr else learning_rate
    if iter_num % eval_interval == 0:
        losses = estimate()
        if iter_num > starting_iter_num:
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "model_args": model_args}
            state.update(iter_num=iter_num, config=model.config, rng_state_numpy=np.random.get_state())
            torch.save(state, "./ckpt.pt")
    total, begins = 0.0, []
    for _ in range(gradient_accumulation_steps):
        x, y, positions = batch("train")
        loss = model(x, y)[1] / gradient_accumulation_steps
        loss.backward()
        total, begins = total + loss.item(), begins + positions
    if grad_clip != 0.0:
        torch.nn.utils.clip_grad_norm_(model.parameters(), grad_clip)
    optimizer.step()
    optimizer.zero_grad()
    normalize_matrices()
    with open("steps.jsonl", "a") as file:
        # The losses of the last evaluation are wanted in every step: one has to come first.
        line = {"step": iter_num, "rate": optimizer.param_groups[0]["lr"], "loss": total, "positions": begins}
        file.write(json.dumps({**line, **losses}) + "\n")
    iter_num += 1
