"""PyTorch on the CPU: the network of the job's description, trained with Adam or run forward.

Speaks the line protocol of contestant.mjs. Computes in float32, or in float64 if job["dtype"] says so (for tests)."""

import json
import resource
import struct
import sys
import time

import numpy as np
import torch
from torch import nn

BATCHES = 8
KEEP = 0.99
EPSILON = 1e-3
KINDS = {"F32": np.float32, "F64": np.float64, "I32": np.int32}
NAMES = {np.dtype(np.float32): "F32", np.dtype(np.float64): "F64"}
ROLES = {"gamma": "weight", "beta": "bias", "runningMean": "running_mean", "runningVariance": "running_var"}


def read_tensors(path):
    with open(path, "rb") as file:
        data = file.read()
    start = 8 + struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, entry in json.loads(data[8:start]).items():
        begin, end = (start + offset for offset in entry["data_offsets"])
        tensors[name] = np.frombuffer(data[begin:end], KINDS[entry["dtype"]]).reshape(entry["shape"])
    return tensors


def write_tensors(path, tensors):
    header, end = {}, 0
    for name, array in tensors.items():
        header[name] = {
            "dtype": NAMES[array.dtype],
            "shape": list(array.shape),
            "data_offsets": [end, end + array.nbytes],
        }
        end += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in tensors.values():
            file.write(array.tobytes())


def layer(node):
    """The module of a node that has parameters, else None."""
    if node["op"] == "conv":
        sizes = {"stride": node["stride"], "padding": node["pad"], "bias": node["bias"]}
        return nn.Conv2d(node["I"], node["O"], node["k"], **sizes)
    if node["op"] == "norm":
        return nn.BatchNorm2d(node["C"], eps=EPSILON, momentum=1 - KEEP)
    if node["op"] == "dense":
        return nn.Linear(node["F"], node["O"])
    return None


PLAIN = {
    "relu": torch.relu,
    "pool": lambda x: nn.functional.max_pool2d(x, 2),
    "gap": lambda x: x.mean((2, 3), keepdim=True),
    "flatten": lambda x: x.flatten(1),
    "add": torch.add,
}


class Network(nn.Module):
    def __init__(self, description):
        super().__init__()
        self.nodes = description["nodes"]
        self.output = description["output"]
        self.layers = nn.ModuleDict()
        for node in self.nodes:
            module = layer(node)
            if module is not None:
                self.layers[node["id"]] = module

    def forward(self, x):
        values = {"input": x}
        for node in self.nodes:
            inputs = [values[name] for name in node["inputs"]]
            function = self.layers[node["id"]] if node["id"] in self.layers else PLAIN[node["op"]]
            values[node["id"]] = function(*inputs)
        return values[self.output]


class Runner:
    def __init__(self, job):
        torch.set_num_threads(job["threads"])
        self.forward_only = job["mode"] == "forward"
        dtype = torch.float64 if job.get("dtype") == "float64" else torch.float32
        tensors = read_tensors(job["fixture"])
        self.x = [torch.tensor(tensors[f"x/{k}"], dtype=dtype) for k in range(BATCHES)]
        self.labels = [torch.tensor(tensors[f"labels/{k}"], dtype=torch.int64) for k in range(BATCHES)]
        self.network = Network(job["description"]).to(dtype)
        self.entries = {name: self.entry(name) for name in tensors if "/" not in name}
        with torch.no_grad():
            for name, entry in self.entries.items():
                entry.copy_(torch.tensor(tensors[name]))
        self.network.train(not self.forward_only)
        rule = job["optimiser"]
        weights = self.network.parameters()
        self.adam = torch.optim.Adam(weights, lr=rule["learningRate"], eps=rule["epsilon"], foreach=True)
        self.cursor = 0

    def entry(self, name):
        node, role = name.rsplit(".", 1)
        return getattr(self.network.layers[node], ROLES.get(role, role))

    def step(self):
        k = self.cursor % BATCHES
        self.cursor += 1
        if self.forward_only:
            with torch.inference_mode():
                return self.network(self.x[k])
        loss = nn.functional.cross_entropy(self.network(self.x[k]), self.labels[k])
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        self.adam.step()
        return loss.item()

    def parameters(self):
        return {name: entry.detach().numpy().copy() for name, entry in self.entries.items()}


class Contestant:
    runner = None

    def describe(self, _request):
        versions = {"PyTorch": torch.__version__}
        return {"versions": versions, "conventions": {"epsilon": "torch", "runningVariance": "unbiased"}}

    def prepare(self, request):
        self.runner = Runner(request["job"])
        return {}

    def verify(self, request):
        first = self.runner.step()
        if self.runner.forward_only:
            write_tensors(request["out"], {"logits": first.numpy().reshape(-1)})
            return {"losses": []}
        write_tensors(request["out"], self.runner.parameters())
        return {"losses": [first] + [self.runner.step() for _ in range(request["steps"] - 1)]}

    def run(self, request):
        start = time.perf_counter()
        for _ in range(request["steps"]):
            self.runner.step()
        return {"milliseconds": 1000 * (time.perf_counter() - start)}

    def usage(self, _request):
        used = resource.getrusage(resource.RUSAGE_SELF)
        return {"peakBytes": used.ru_maxrss * 1024, "cpuSeconds": used.ru_utime + used.ru_stime}


contestant = Contestant()
for line in sys.stdin:
    request = json.loads(line)
    if request["do"] == "close":
        break
    try:
        answer = {"ok": True, **getattr(contestant, request["do"])(request)}
    except Exception as error:  # told to the harness, which prints it
        answer = {"ok": False, "error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
