import { MODEL_ARGS } from '../interface.js';

/**
 * The script that `ngpt export` puts beside the tensors; it needs torch and numpy and nothing of ours.
 * Explained in docs/scale-out.md.
 */
export const TO_CKPT_PY = `"""Builds ckpt.pt, from which the released nGPT train.py resumes, out of the files beside this script.

    python3 to_ckpt.py [OUT.pt]
"""
import json
import os
import sys

import numpy as np
import torch

here = os.path.dirname(os.path.abspath(__file__))


def read_safetensors(name):
    """Tensors by name, in the order of the file; only float32 is written there."""
    with open(os.path.join(here, name), "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    header.pop("__metadata__", None)
    tensors = {}
    for key, entry in header.items():
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[begin:end], dtype="<f4").reshape(entry["shape"])
        tensors[key] = torch.from_numpy(values.copy())
    return tensors


with open(os.path.join(here, "model_args.json")) as file:
    args = json.load(file)
model = read_safetensors("model.safetensors")
moments = read_safetensors("optimizer.safetensors")

# The order of the moments is that of the optimizer's parameters: matrices, which decay, before all others.
names = [key[len("exp_avg/"):] for key in moments if key.startswith("exp_avg/")]
decayed = [i for i, name in enumerate(names) if model[name].dim() >= 2]
others = [i for i, name in enumerate(names) if model[name].dim() < 2]
assert decayed + others == list(range(len(names))), "the moments are not in the optimizer's order"

state = {
    i: {
        "step": torch.tensor(float(args["iter_num"])),
        "exp_avg": moments["exp_avg/" + name],
        "exp_avg_sq": moments["exp_avg_sq/" + name],
    }
    for i, name in enumerate(names)
}
# The settings of this torch's own AdamW, so that none is missing.
parameter = torch.nn.Parameter(torch.zeros(1))
betas = (args["beta1"], args["beta2"])
group = torch.optim.AdamW([parameter], lr=args["learning_rate"], betas=betas, eps=1e-8).state_dict()["param_groups"][0]
groups = [
    {**group, "weight_decay": args["weight_decay"], "params": decayed},
    {**group, "weight_decay": 0.0, "params": others},
]

MODEL_ARGS = (${MODEL_ARGS.map((name) => `"${name}"`).join(', ')})
checkpoint = {
    # In the same order, so that whoever reads the moments by number finds their names here.
    "model": {name: model[name] for name in names},
    "optimizer": {"state": state, "param_groups": groups},
    "model_args": {key: args[key] for key in MODEL_ARGS},
    "iter_num": args["iter_num"],
    "config": args,
}
path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "ckpt.pt")
torch.save(checkpoint, path)
print("wrote", path)
`;
