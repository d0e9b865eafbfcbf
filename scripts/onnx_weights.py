#!/usr/bin/env python3
"""Reads the weights of a fully connected ONNX network (VNN-COMP's acasxu, mnist_fc, rl) without the onnx package.

    onnx_weights.py NET.onnx OUT.npz      arrays mean, W1, b1, W2, b2, … with y = W x + b, in the stored f32

Operators read: Flatten, Sub (a constant mean), MatMul, Gemm, Add, Relu; anything else is an error.
"""
import sys
import numpy as np


def fields(data):
    """(number, value) of each field of a protobuf message."""
    at = 0

    def varint():
        nonlocal at
        shift = result = 0
        while True:
            byte = data[at]
            at += 1
            result |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return result

    while at < len(data):
        key = varint()
        kind = key & 7
        if kind == 0:
            yield key >> 3, varint()
        elif kind == 2:
            size = varint()
            yield key >> 3, data[at : at + size]
            at += size
        else:
            size = {1: 8, 5: 4}[kind]
            yield key >> 3, data[at : at + size]
            at += size


def packed_ints(value):
    if isinstance(value, int):
        return [value]
    result, shift, number = [], 0, 0
    for byte in value:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            result.append(number)
            shift = number = 0
    return result


def tensor(data):
    dims, raw, name, floats, kind = [], None, "", b"", 1
    for number, value in fields(data):
        if number == 1:
            dims += packed_ints(value)
        elif number == 2:
            kind = value
        elif number == 4:
            floats += value
        elif number == 8:
            name = value.decode()
        elif number == 9:
            raw = value
    dtype = {1: "<f4", 7: "<i8", 11: "<f8"}[kind]
    return name, np.frombuffer(raw if raw is not None else floats, dtype).reshape(dims)


def node(data):
    inputs, outputs, kind, attributes = [], [], "", {}
    for number, value in fields(data):
        if number == 1:
            inputs.append(value.decode())
        elif number == 2:
            outputs.append(value.decode())
        elif number == 4:
            kind = value.decode()
        elif number == 5:
            parts = dict(fields(value))
            attributes[parts[1].decode()] = parts.get(3, parts.get(2, parts.get(5)))
    return kind, inputs, outputs, attributes


def layers(path):
    """The mean that is subtracted, and (W, b) of each layer."""
    model = dict(fields(open(path, "rb").read()))
    constants, nodes = {}, []
    for number, value in fields(model[7]):
        if number == 5:
            name, array = tensor(value)
            constants[name] = array
        elif number == 1:
            nodes.append(node(value))
    mean, result = np.zeros((), "f4"), []
    for kind, inputs, outputs, attributes in nodes:
        constant = [constants[i] for i in inputs if i in constants]
        if kind == "Constant":
            name, constants[outputs[0]] = outputs[0], tensor(attributes["value"])[1]
        elif kind in ("Flatten", "Relu", "Reshape"):
            pass
        elif kind == "Sub":
            mean = constant[0].reshape(-1)
        elif kind == "MatMul":
            # W x or x W: the constant may stand on either side.
            w = constant[0] if inputs[0] in constants else constant[0].T
            result.append([w, np.zeros(w.shape[0], "f4")])
        elif kind == "Gemm":
            w = constant[0] if attributes.get("transB", 0) else constant[0].T
            result.append([w, constant[1]])
        elif kind == "Add":
            result[-1][1] = result[-1][1] + constant[0].reshape(-1)
        else:
            raise SystemExit(f"{path}: the operator {kind} is not read")
    return mean, result


def save(path, out):
    mean, parts = layers(path)
    arrays = {} if mean.shape == () else {"mean": mean}
    for k, (w, b) in enumerate(parts, 1):
        arrays[f"W{k}"], arrays[f"b{k}"] = np.ascontiguousarray(w), np.ascontiguousarray(b)
    np.savez_compressed(out, **arrays)


if __name__ == "__main__":
    save(sys.argv[1], sys.argv[2])
