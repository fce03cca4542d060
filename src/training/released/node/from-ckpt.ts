/**
 * The script that takes the released code's checkpoint apart for `ngpt import`; it needs numpy and nothing else.
 * Explained in docs/scale-out.md.
 */
export const FROM_CKPT_PY = `"""Writes what \`ngpt import\` reads out of a ckpt.pt that the released nGPT train.py saved.

    python3 from_ckpt.py [CKPT.pt [FOLDER]]

By default from ckpt.pt beside this script into the folder back beside it. Of what the file holds only tensors, numbers
and text are read: it needs no code of train.py's, and none that a file brings along is run.
"""
import collections
import json
import os
import pickle
import sys
import zipfile

import numpy as np

here = os.path.dirname(os.path.abspath(__file__))

# torch.save: a zip archive of data.pkl and a file for each storage. Numbers of 16 bits with float32's exponent are bf16.
DTYPES = {"Float": "<f4", "BFloat16": "bf16", "Half": "<f2", "Double": "<f8", "Long": "<i8", "Int": "<i4", "Byte": "u1"}


class Unknown:
    """Stands for whatever else there is, such as the configuration that train.py saves."""

    def __init__(self, *args, **kwargs):
        pass

    def __setstate__(self, state):
        pass


class Reader(pickle.Unpickler):
    def __init__(self, archive):
        (entry,) = (name for name in archive.namelist() if name.endswith("/data.pkl"))
        super().__init__(archive.open(entry))
        self.archive, self.folder = archive, entry[: -len("data.pkl")] + "data/"

    def find_class(self, module, name):
        if module == "torch" and name.endswith("Storage"):
            return DTYPES[name[: -len("Storage")]]
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return self.tensor
        if (module, name) == ("torch._utils", "_rebuild_parameter"):
            return lambda tensor, *rest: tensor
        return collections.OrderedDict if (module, name) == ("collections", "OrderedDict") else Unknown

    def persistent_load(self, pid):
        _, dtype, key, _, _ = pid
        data = self.archive.read(self.folder + key)
        if dtype == "bf16":
            return (np.frombuffer(data, dtype="<u2").astype("<u4") << 16).view("<f4")
        return np.frombuffer(data, dtype=dtype)

    def tensor(self, storage, offset, size, stride, *rest):
        strides = [step * storage.itemsize for step in stride]
        return np.lib.stride_tricks.as_strided(storage[offset:], size, strides)


def write_safetensors(path, tensors):
    """Float32 and in order."""
    arrays = {name: np.ascontiguousarray(tensor, dtype="<f4") for name, tensor in tensors.items()}
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
if not zipfile.is_zipfile(path):
    sys.exit(f"from_ckpt.py: {path} is no checkpoint; wants the ckpt.pt that train.py saved")
with zipfile.ZipFile(path) as archive:
    checkpoint = Reader(archive).load()
prefix = "_orig_mod."  # torch.compile puts it before the names
model = {name[len(prefix):] if name.startswith(prefix) else name: t for name, t in checkpoint["model"].items()}

# The optimizer numbers its parameters: matrices, which decay, before all others.
names = [name for name in model if model[name].ndim >= 2] + [name for name in model if model[name].ndim < 2]
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
