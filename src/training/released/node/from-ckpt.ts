/** The script that takes the released code's checkpoint apart for `ngpt import`; it needs torch and numpy only. */
export const FROM_CKPT_PY = `"""Writes what \`ngpt import\` reads out of a ckpt.pt that the released nGPT train.py saved.

    python3 from_ckpt.py [CKPT.pt [FOLDER]]

By default from ckpt.pt beside this script into the folder back beside it. The released model.py is not needed.
"""
import json
import os
import pickle
import sys

import numpy as np
import torch

here = os.path.dirname(os.path.abspath(__file__))


class Unknown:
    """Stands for objects of code that is not here, such as the configuration that train.py saves."""

    def __init__(self, *args, **kwargs):
        pass

    def __setstate__(self, state):
        pass


class Pickle:
    """The module that torch.load reads pickles with: tensors, and nothing that could run other code."""

    class Unpickler(pickle.Unpickler):
        KNOWN = ("collections.OrderedDict", "torch.Size", "_codecs.encode", "numpy.ndarray", "numpy.dtype")

        def find_class(self, module, name):
            rebuilds = module == "torch._utils" and name.startswith("_rebuild_")
            arrays = module.endswith("core.multiarray") and name in ("_reconstruct", "scalar")
            is_dtype = module == "torch" and isinstance(getattr(torch, name, None), torch.dtype)
            if rebuilds or arrays or is_dtype or f"{module}.{name}" in self.KNOWN:
                return super().find_class(module, name)
            return Unknown

    @staticmethod
    def load(file, **options):
        return Pickle.Unpickler(file, **options).load()

    UnpicklingError = pickle.UnpicklingError


def write_safetensors(path, tensors):
    """Float32 and in order; what is bfloat16 there loses nothing."""
    arrays = {name: np.ascontiguousarray(t.detach().float().numpy(), dtype="<f4") for name, t in tensors.items()}
    header, end = {"__metadata__": {"format": "pt"}}, 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [end, end + array.nbytes]}
        end += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for array in arrays.values():
            file.write(array.tobytes())


def exported_settings(model_args):
    """What ckpt.pt does not say: the rotary embedding, batches and rates of the run that was exported beside this file."""
    path = os.path.join(here, "model_args.json")
    if not os.path.exists(path):
        return {}
    with open(path) as file:
        settings = json.load(file)
    sizes = ("use_nGPT", "n_layer", "n_head", "n_embd", "vocab_size")
    return settings if all(settings.get(key) == model_args.get(key) for key in sizes) else {}


path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "ckpt.pt")
folder = sys.argv[2] if len(sys.argv) > 2 else os.path.join(here, "back")
checkpoint = torch.load(path, map_location="cpu", pickle_module=Pickle)
prefix = "_orig_mod."  # torch.compile puts it before the names
model = {name[len(prefix):] if name.startswith(prefix) else name: t for name, t in checkpoint["model"].items()}

# The optimizer numbers its parameters: matrices, which decay, before all others.
names = [name for name in model if model[name].dim() >= 2] + [name for name in model if model[name].dim() < 2]
state, groups = checkpoint["optimizer"]["state"], checkpoint["optimizer"]["param_groups"]
assert [i for group in groups for i in group["params"]] == list(range(len(names))), "not the optimizer of this model"

args = {**exported_settings(checkpoint["model_args"]), **checkpoint["model_args"]}
args.update(iter_num=checkpoint["iter_num"], weight_decay=groups[0]["weight_decay"])
args["beta1"], args["beta2"] = groups[0]["betas"]

os.makedirs(folder, exist_ok=True)
write_safetensors(os.path.join(folder, "model.safetensors"), {name: model[name] for name in names})
moments = {f"{part}/{name}": state[i][part] for i, name in enumerate(names) for part in ("exp_avg", "exp_avg_sq")}
write_safetensors(os.path.join(folder, "optimizer.safetensors"), moments)
with open(os.path.join(folder, "model_args.json"), "w") as file:
    json.dump(args, file, indent=2)
print(f"wrote the run after step {args['iter_num']} to {folder}")
`;
