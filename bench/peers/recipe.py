"""The founding recipe in PyTorch: python3 recipe.py FOLDER EPOCHS THREADS
Reads MNIST's four files and prints one JSON: seconds of training and validation, accuracy after every epoch."""

import gzip
import json
import os
import resource
import sys
import time

import numpy as np
import torch
from torch import nn

folder, epochs, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
BATCH = 32


def read(name, header):
    for path, opener in ((f"{name}.gz", gzip.open), (name, open)):
        path = os.path.join(folder, path)
        if os.path.exists(path):
            with opener(path, "rb") as file:
                return np.frombuffer(file.read(), np.uint8, offset=header)
    raise SystemExit(f"{folder} holds no {name}")


def split(prefix):
    images = read(f"{prefix}-images-idx3-ubyte", 16).reshape(-1, 1, 28, 28).astype(np.float32) / 255
    return torch.from_numpy(images), torch.from_numpy(read(f"{prefix}-labels-idx1-ubyte", 8).astype(np.int64))


torch.set_num_threads(threads)
torch.manual_seed(0)
x, labels = split("train")
x_test, labels_test = split("t10k")
network = nn.Sequential(
    nn.Conv2d(1, 32, 3),
    nn.ReLU(),
    nn.BatchNorm2d(32, eps=1e-3, momentum=0.01),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(32 * 13 * 13, 10),
)
adam = torch.optim.Adam(network.parameters(), lr=1e-3, eps=1e-7, foreach=True)

accuracies = []
start = time.perf_counter()
for _ in range(epochs):
    network.train()
    for batch in torch.randperm(len(x)).split(BATCH):
        loss = nn.functional.cross_entropy(network(x[batch]), labels[batch])
        adam.zero_grad(set_to_none=True)
        loss.backward()
        adam.step()
    network.eval()
    with torch.inference_mode():
        correct = sum(
            (network(images).argmax(1) == of).sum().item()
            for images, of in zip(x_test.split(250), labels_test.split(250))
        )
    accuracies.append(correct / len(x_test))
seconds = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"seconds": seconds, "cpuSeconds": used.ru_utime + used.ru_stime, "accuracies": accuracies}))
