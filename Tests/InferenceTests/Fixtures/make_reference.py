#!/usr/bin/env python3
"""Makes the reference figures of the inference tests with other people's programs.

  make_reference.py vectors DLIB_MODEL > dlib-vectors.json
  make_reference.py places DECODER NETWORK > places-DECODER.json     (centerface, scrfd or yunet)

`vectors` needs dlib (made with dlib-bin 20.0.1) and numpy, `places` needs onnxruntime and numpy.
The pictures are made here and, by the same integer arithmetic, in MadePicture.swift: no photo is needed.
"""
import json
import sys

import numpy

SIDE = 150


class Dice:
    """A 64-bit linear congruential generator; the high bits are used."""

    def __init__(self, seed):
        self.state = seed

    def roll(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (self.state >> 33) % limit


def clamp(value):
    return max(0, min(255, value))


def gradient(x, y):
    return [x * 255 // 149, y * 255 // 149, 255 - (x + y) * 255 // 298]


def stripes(x, y):
    return [(x * 7 + y * 3) % 256, 200 if (x // 9 + y // 13) % 2 else 30, (y * 5) % 256]


class Noise:
    def __init__(self, seed):
        self.dice = Dice(seed)

    def __call__(self, x, y):
        return [self.dice.roll(256) for _ in range(3)]


class Clouds:
    """A coarse grid of random colours, interpolated."""

    def __init__(self, seed):
        dice = Dice(seed)
        self.grid = [[[dice.roll(256) for _ in range(3)] for _ in range(12)] for _ in range(12)]

    def __call__(self, x, y):
        column, right = divmod(x, 15)
        row, down = divmod(y, 15)
        result = []
        for c in range(3):
            top = self.grid[row][column][c] * (15 - right) + self.grid[row][column + 1][c] * right
            bottom = self.grid[row + 1][column][c] * (15 - right) + self.grid[row + 1][column + 1][c] * right
            result.append((top * (15 - down) + bottom * down) // 225)
        return result


class DrawnFace:
    """Ellipses where skin, hair, eyes, brows, nose and mouth would be, with a light from one side."""

    def __init__(self, seed):
        dice = Dice(seed)
        self.back = [dice.roll(200) for _ in range(3)]
        self.skin = [150 + dice.roll(90), 100 + dice.roll(80), 70 + dice.roll(70)]
        self.hair = [dice.roll(120), dice.roll(90), dice.roll(60)]
        self.wide = 46 + dice.roll(9)
        self.tall = 58 + dice.roll(9)
        self.eyes = 46 + dice.roll(7)
        self.apart = 25 + dice.roll(5)
        self.smile = 16 + dice.roll(9)
        self.lips = 4 + dice.roll(4)
        self.light = dice.roll(5) - 2
        self.dice = dice

    def __call__(self, x, y):
        def inside(cx, cy, rx, ry):
            return (x - cx) * (x - cx) * ry * ry + (y - cy) * (y - cy) * rx * rx < rx * rx * ry * ry

        colour = self.back
        if inside(75, 55, self.wide + 10, self.tall):
            colour = self.hair
        if inside(75, 78, self.wide, self.tall):
            shade = (x - 75) * self.light // 2 - (y - 78) // 4
            colour = [part + shade for part in self.skin]
            if inside(75, 72, 7, 15):
                colour = [part + 22 for part in colour]
            for side in (-1, 1):
                cx = 75 + side * self.apart
                if inside(cx, self.eyes - 11, 13, 3):
                    colour = self.hair
                if inside(cx, self.eyes, 10, 5):
                    colour = [235, 235, 235]
                if inside(cx, self.eyes, 4, 5):
                    colour = [30, 25, 20]
                if inside(75 + side * 6, 86, 3, 2):
                    colour = [90, 50, 40]
            if inside(75, 104, self.smile, self.lips):
                colour = [170, 60, 70]
            if inside(75, 104, self.smile - 4, 1):
                colour = [70, 20, 25]
        grain = self.dice.roll(9) - 4
        return [clamp(part + grain) for part in colour]


PAINTERS = [
    ("gradient", lambda: gradient), ("stripes", lambda: stripes), ("noise", lambda: Noise(11)),
    ("clouds", lambda: Clouds(23)), ("face 1", lambda: DrawnFace(1)), ("face 2", lambda: DrawnFace(2)),
    ("face 3", lambda: DrawnFace(3)), ("face 4", lambda: DrawnFace(44)),
]


def chip(paint):
    rows = [[paint(x, y) for x in range(SIDE)] for y in range(SIDE)]
    return numpy.array(rows, dtype=numpy.uint8)


def crowd():
    """Four drawn faces, two of them at half size, on clouds; 310 x 200 pixels."""
    clouds = Clouds(5)
    rows = [[clouds(x * 150 // 310, y * 150 // 200) for x in range(310)] for y in range(200)]
    picture = numpy.array(rows, dtype=numpy.uint8)
    for seed, left, top, step in ((1, 0, 20, 1), (2, 155, 45, 1), (3, 150, 0, 3), (44, 240, 0, 3)):
        face = chip(DrawnFace(seed))[step // 2::step, step // 2::step]
        picture[top:top + face.shape[0], left:left + face.shape[1]] = face
    return picture


def vectors(path):
    import dlib

    network = dlib.face_recognition_model_v1(path)
    answer = {}
    for name, make in PAINTERS:
        answer[name] = [round(value, 9) for value in network.compute_face_descriptor(chip(make()))]
    return {"dlib": dlib.__version__, "vectors": answer}


def places(decoder, path, least=0.05):
    import onnxruntime

    picture = crowd()
    canvas = numpy.zeros((224, 320, 3), dtype=numpy.float32)
    canvas[:picture.shape[0], :picture.shape[1]] = picture
    if decoder == "yunet":
        canvas = canvas[:, :, ::-1]
    if decoder == "scrfd":
        canvas = (canvas - 127.5) / 128
    session = onnxruntime.InferenceSession(open_shapes(path), providers=["CPUExecutionProvider"])
    tensor = numpy.ascontiguousarray(canvas.transpose(2, 0, 1)[None]).astype(numpy.float32)
    outputs = session.run(None, {session.get_inputs()[0].name: tensor})
    found = globals()["read_" + decoder](outputs, least)
    found = [f for f in found if f["score"] > least]
    return {"least": least, "found": sorted(found, key=lambda f: -f["score"])}


def open_shapes(path):
    """CenterFace declares a batch of 10 pictures of 32 pixels; its sizes are left open instead."""
    import onnx

    model = onnx.load(path)
    for port in list(model.graph.input) + list(model.graph.output):
        for index, size in enumerate(port.type.tensor_type.shape.dim):
            size.dim_param = f"{port.name}_{index}"
    constants = {constant.name for constant in model.graph.initializer}
    for port in [port for port in model.graph.input if port.name in constants]:
        model.graph.input.remove(port)
    return model.SerializeToString()


def place(x, y, width, height, landmarks, score):
    return {"box": [round(float(v), 4) for v in (x, y, width, height)], "score": round(float(score), 6),
            "landmarks": [[round(float(v), 4) for v in point] for point in landmarks]}


def read_centerface(outputs, least):
    heat, scale, offset, marks = (output[0] for output in outputs)
    for row, column in zip(*numpy.where(heat[0] > least)):
        h, w = 4 * numpy.exp(scale[:, row, column].astype(float))
        y = (row + float(offset[0, row, column]) + .5) * 4 - h / 2
        x = (column + float(offset[1, row, column]) + .5) * 4 - w / 2
        points = [(marks[2 * j + 1, row, column] * w + x, marks[2 * j, row, column] * h + y) for j in range(5)]
        yield place(x, y, w, h, points, heat[0, row, column])


def read_scrfd(outputs, least):
    flat = [output.reshape(-1, output.shape[-1]) for output in outputs]
    for level, stride in enumerate((8, 16, 32)):
        scores, sides, marks = (flat[level + 3 * kind] for kind in range(3))
        for index in numpy.where(scores[:, 0] > least)[0]:
            row, column = divmod(index // 2, 320 // stride)
            x, y = column * stride, row * stride
            left, top, right, bottom = sides[index].astype(float) * stride
            points = [(x + float(marks[index, 2 * j]) * stride, y + float(marks[index, 2 * j + 1]) * stride)
                      for j in range(5)]
            yield place(x - left, y - top, left + right, top + bottom, points, scores[index, 0])


def read_yunet(outputs, least):
    flat = [output.reshape(-1, output.shape[-1]) for output in outputs]
    for level, stride in enumerate((8, 16, 32)):
        classes, objects, boxes, marks = (flat[level + 3 * kind] for kind in range(4))
        for index in range(len(classes)):
            score = numpy.sqrt(numpy.clip(classes[index, 0], 0, 1) * numpy.clip(objects[index, 0], 0, 1))
            row, column = divmod(index, 320 // stride)
            w, h = numpy.exp(boxes[index, 2:].astype(float)) * stride
            x = (column + float(boxes[index, 0])) * stride - w / 2
            y = (row + float(boxes[index, 1])) * stride - h / 2
            points = [((column + float(marks[index, 2 * j])) * stride, (row + float(marks[index, 2 * j + 1])) * stride)
                      for j in range(5)]
            yield place(x, y, w, h, points, score)


if __name__ == "__main__":
    made = vectors(sys.argv[2]) if sys.argv[1] == "vectors" else places(sys.argv[2], sys.argv[3])
    lists = [key for key in made if isinstance(made[key], (dict, list))]
    for key in lists:  # One line for each entry keeps the files readable and short.
        entries = made.pop(key)
        named = entries.items() if isinstance(entries, dict) else ((None, entry) for entry in entries)
        lines = [(json.dumps(name) + ": " if name else "") + json.dumps(entry) for name, entry in named]
        brackets = "{}" if isinstance(entries, dict) else "[]"
        head = "".join(f"{json.dumps(name)}: {json.dumps(value)}, " for name, value in made.items())
        print("{" + head + f'"{key}": ' + brackets[0] + "\n" + ",\n".join(lines) + "\n" + brackets[1] + "}")
