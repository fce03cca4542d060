"""One training step of nano-cpu, or of 16 blocks of shakespeare or as many as are asked for, in PyTorch, for comparison:
`npm run bench -- --only step` and `npm run bench:step-memory` measure the same here.

    python3 bench/pytorch_step.py [THREADS [shakespeare [BLOCKS]]]
"""
import os
import resource
import statistics
import sys
import time

THREADS = sys.argv[1] if len(sys.argv) > 1 else "1"
LARGE = sys.argv[2:3] == ["shakespeare"]
BLOCKS = int(sys.argv[3]) if len(sys.argv) > 3 else 16
# More threads help in the matrix products; torch's own on top of them would compete for the cores.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = THREADS

import torch
import torch.nn.functional as F

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "test", "helpers", "released"))
from released_model import Model, rotate, unit

torch.set_num_threads(1)
torch.manual_seed(1)
BATCH, BLOCK, LAYERS, HEADS, SIZE = (BLOCKS, 256, 6, 6, 384) if LARGE else (12, 64, 4, 4, 128)


def peak():
    """Of the whole process, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


before = peak()
args = {"vocab_size": 65, "n_layer": LAYERS, "n_head": HEADS, "n_embd": SIZE, "use_nGPT": 1, "base_scale": SIZE**-0.5}
model = Model(args, rotate)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, betas=(0.9, 0.95), eps=1e-8)
x, y = (torch.randint(65, (BATCH, BLOCK)) for _ in range(2))


def step():
    F.cross_entropy(model(x).flatten(0, 1), y.flatten()).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()
    with torch.no_grad():
        for name, p in model.named_parameters():
            if p.dim() == 2:
                p.copy_(unit(p, 0 if name.endswith("c_proj.weight") else 1))


times = []
for i in range(4 if LARGE else 40):
    start = time.perf_counter()
    step()
    if i >= (2 if LARGE else 5):
        times.append(time.perf_counter() - start)
median = statistics.median(times)
print(f"PyTorch {torch.__version__}, {THREADS} thread(s): {median * 1e3:.1f} ms per step, {BATCH * BLOCK / median:.0f} tokens/s")
print(f"its memory grew by {peak() - before:.0f} MiB to {peak():.0f} MiB at most")
