"""PyTorch, eager: pytorch.py WORKLOAD THREADS. Answers questions as contenders/host.ts does."""
import base64
import json
import math
import os
import re
import sys
import time

FOLDER, THREADS = sys.argv[1:3]
# More threads help in the matrix products; torch's own on top of them would compete for the cores.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = THREADS

import numpy as np
import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "test", "helpers", "released"))
from released_model import Model, rotate, unit

torch.set_num_threads(1)
# torch may be linked to whatever is called libblas.so.3: the reference is right, and 30 times as slow.
BLAS = re.compile(r"(openblas|mkl|blis|flexiblas|atlas|accelerate)", re.IGNORECASE)
CHECKED_STEPS = 3
SAMPLE_S = 0.02
DTYPES = {"F32": np.float32, "I32": np.int32}


def read_arrays(name):
    """A safetensors file, by hand, so that PyTorch is all that is needed."""
    data = open(os.path.join(FOLDER, name), "rb").read()
    start = 8 + int.from_bytes(data[:8], "little")
    entries = json.loads(data[8:start])
    entries.pop("__metadata__", None)
    arrays = {}
    for key, entry in entries.items():
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[start + begin : start + end], DTYPES[entry["dtype"]])
        arrays[key] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return arrays


class Kernel:
    def __init__(self, compute):
        self.compute, self.repetitions = compute, 1

    def check(self):
        return self.compute().numpy()

    def sample(self):
        """Milliseconds of one run: as many as last SAMPLE_S."""
        while True:
            start = time.perf_counter()
            for _ in range(self.repetitions):
                self.compute()
            elapsed = time.perf_counter() - start
            if elapsed >= SAMPLE_S:
                return elapsed * 1e3 / self.repetitions
            wanted = 1.5 * SAMPLE_S / max(elapsed, 1e-9)
            self.repetitions = math.ceil(self.repetitions * min(max(wanted, 2), 10))


class Training:
    def __init__(self, settings, weights, batches):
        self.settings, self.batches, self.steps = settings, batches, 0
        size = settings["nEmbd"]
        names = {"n_embd": size, "n_layer": settings["nLayer"], "n_head": settings["nHead"]}
        self.model = Model({**names, "vocab_size": settings["vocabSize"], "use_nGPT": 1, "base_scale": size**-0.5}, rotate)
        own = self.model.state_dict()
        self.model.load_state_dict({name: weights[name] for name in own})
        betas = settings["beta1"], settings["beta2"]
        rate, epsilon = settings["learningRate"], settings["epsilon"]
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=rate, betas=betas, eps=epsilon)

    def step(self):
        x, y = self.batches[self.steps % len(self.batches)].long()
        self.steps += 1
        loss = F.cross_entropy(self.model(x).flatten(0, 1), y.flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.settings["gradClip"])
        self.optimizer.step()
        self.optimizer.zero_grad()
        with torch.no_grad():
            for name, p in self.model.named_parameters():
                if p.dim() == 2:
                    p.copy_(unit(p, 0 if name.endswith("c_proj.weight") else 1))
        return loss.item()

    def check(self):
        return np.array([self.step() for _ in range(CHECKED_STEPS)], np.float32)

    def sample(self):
        start = time.perf_counter()
        self.step()
        return (time.perf_counter() - start) * 1e3


def blas():
    """The name of the library that multiplies matrices. Raises RuntimeError where it is none to compare with."""
    maps = "/proc/self/maps"
    linked = open(maps).read() if os.path.exists(maps) else ""
    built = re.search(r"BLAS_INFO=(\w+)|$", torch.__config__.show()).group(1) or ""
    found = BLAS.search(linked) or BLAS.search(built)
    if found is None:
        raise RuntimeError("torch multiplies with the slow reference BLAS here (Debian: apt-get install libopenblas0)")
    return found.group(1).lower()


def prepare(name):
    inputs = read_arrays("inputs.safetensors")
    if name == "step":
        settings = json.load(open(os.path.join(FOLDER, "settings.json")))
        batches = [inputs["step batch %d" % i] for i in range(CHECKED_STEPS)]
        return Training(settings, read_arrays("weights.safetensors"), batches)
    if name.startswith("matmul"):
        a, b = inputs[name + " a"], inputs[name + " b"]
        return Kernel(lambda: a @ b)
    x = inputs[name + " x"]
    return Kernel(lambda: x.softmax(-1) if name == "softmax" else F.normalize(x, dim=-1))


def main():
    replies = os.fdopen(3, "w")
    prepared = {}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["ask"] == "describe":
                plural = "thread" if THREADS == "1" else "threads"
                reply = {"label": "PyTorch %s, %s, %s %s" % (torch.__version__, blas(), THREADS, plural)}
            else:
                name = request["name"]
                if name not in prepared:
                    prepared[name] = prepare(name)
                if request["ask"] == "sample":
                    reply = {"ms": prepared[name].sample()}
                else:
                    values = np.ascontiguousarray(prepared[name].check(), np.float32)
                    reply = {"values": base64.b64encode(values.tobytes()).decode()}
        except Exception as error:
            reply = {"error": str(error).split("\n")[0]}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


main()
