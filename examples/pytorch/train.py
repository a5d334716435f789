"""A small anchor-based face detector in PyTorch that Edgelore can tune (docs/external-trainer.md).

    npx edgelore run FOLDER --trainer "python3 examples/pytorch/train.py {config} {data} {out}"

It honours inputSize, width, depth, strides, headWidth, learningRate, optimiser, matchingIou, boxWeight, augmentation and batch, and says which other values
of the configuration it leaves aside. Copy it and put your own network in the place of `Detector`.
"""

import json
import math
import random
import sys
import time

import numpy as np
import torch
from PIL import Image, ImageEnhance, ImageOps
from torch import nn
from torch.nn import functional as F

HONOURED = ("inputSize", "width", "depth", "strides", "headWidth", "learningRate", "optimiser", "matchingIou", "boxWeight", "augmentation", "batch")
CHANNELS = {4: 16, 8: 32, 16: 64, 32: 96}
LOOKS = 4  # at the held-out images: after 1/4, 1/2, 3/4 and all of the budget
WARM_UP = 30  # steps


# Pictures: a square of inputSize, the picture in its top left corner. Boxes are left, top, width, height.


def load(item, size):
    """The upright picture as the boxes mean it, scaled to fit: image, boxes and ignore in its pixels, and the scale."""
    image = ImageOps.exif_transpose(Image.open(item["file"])).convert("RGB")
    scale = size / max(image.size)
    image = image.resize([max(1, round(side * scale)) for side in image.size])
    return image, np.array(item["boxes"], np.float32).reshape(-1, 4) * scale, np.array(item["ignore"], np.float32).reshape(-1, 4) * scale, scale


def augment(image, boxes, ignore, how, size):
    width, height = image.size
    if random.random() < 0.5:
        image = ImageOps.mirror(image)
        for each in (boxes, ignore):
            each[:, 0] = width - each[:, 0] - each[:, 2]
    if how in ("crop", "strong"):
        share = random.uniform(0.5, 1)
        w, h = max(1, int(width * share)), max(1, int(height * share))
        x, y = random.randint(0, width - w), random.randint(0, height - h)
        scale = size / max(w, h)
        image = image.crop((x, y, x + w, y + h)).resize((max(1, round(w * scale)), max(1, round(h * scale))))
        boxes, ignore = cropped(boxes, x, y, w, h) * scale, cropped(ignore, x, y, w, h) * scale
    if how == "strong":
        for change in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
            image = change(image).enhance(random.uniform(0.6, 1.4))
    return image, boxes, ignore


def cropped(boxes, x, y, w, h):
    """Boxes whose centre is inside the crop, clipped to it."""
    centres = boxes[:, :2] + boxes[:, 2:] / 2 - [x, y]
    boxes = boxes[((centres >= 0) & (centres < [w, h])).all(1)]
    low = np.clip(boxes[:, :2] - [x, y], 0, [w, h])
    high = np.clip(boxes[:, :2] + boxes[:, 2:] - [x, y], 0, [w, h])
    return np.concatenate([low, high - low], 1).astype(np.float32)


def tensor(image, size):
    square = np.zeros((size, size, 3), np.float32)
    square[: image.size[1], : image.size[0]] = np.asarray(image, np.float32) / 127.5 - 1
    return torch.from_numpy(square).permute(2, 0, 1)


# The network: stages of separable blocks; each level that a stride names says face or not and shifts its anchors.


def separable(inputs, outputs, stride=1):
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, 3, stride, 1, groups=inputs, bias=False), nn.BatchNorm2d(inputs), nn.ReLU(),
        nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
    )


class Detector(nn.Module):
    def __init__(self, values):
        super().__init__()
        self.strides = [int(stride) for stride in str(values["strides"]).split("-")]
        before = int(8 * values["width"])
        self.stem = nn.Sequential(nn.Conv2d(3, before, 3, 2, 1, bias=False), nn.BatchNorm2d(before), nn.ReLU())
        self.stages, self.heads = nn.ModuleDict(), nn.ModuleDict()
        for stride, channels in CHANNELS.items():
            if stride > max(self.strides):
                break
            channels = int(channels * values["width"])
            self.stages[str(stride)] = nn.Sequential(separable(before, channels, 2), *(separable(channels, channels) for _ in range(values["depth"] - 1)))
            if stride in self.strides:
                head = values["headWidth"]
                self.heads[str(stride)] = nn.Sequential(separable(channels, head), nn.Conv2d(head, 2 * 5, 1))
                nn.init.constant_(self.heads[str(stride)][-1].bias, 0)
                self.heads[str(stride)][-1].bias.data[::5] = -4  # faces are rare among anchors
            before = channels

    def forward(self, pictures):
        """[batch, anchors, 5]: a logit and four shifts each."""
        levels, x = [], self.stem(pictures)
        for stride, stage in self.stages.items():
            x = stage(x)
            if stride in self.heads:
                levels.append(self.heads[stride](x).permute(0, 2, 3, 1).flatten(1).unflatten(1, (-1, 5)))
        return torch.cat(levels, 1)


def anchors_of(strides, size):
    """[anchors, 4] as centre and size: two squares a cell, from the stride's own size to the next stride's."""
    levels = []
    for stride in strides:
        cells = math.ceil(size / stride)
        y, x = np.meshgrid(np.arange(cells), np.arange(cells), indexing="ij")
        centre = (np.stack([x, y], -1).reshape(-1, 1, 2) + 0.5) * stride
        sides = [2 * stride, 4 * stride] if stride < max(strides) else [3 * stride, 7 * stride]
        levels.append(np.concatenate([np.broadcast_to(centre, (cells * cells, 2, 2)), np.broadcast_to(np.array(sides).reshape(1, 2, 1), (cells * cells, 2, 2))], -1).reshape(-1, 4))
    return torch.from_numpy(np.concatenate(levels).astype(np.float32))


def overlaps(a, b):
    """Intersection over union, [a, b], of boxes as left, top, width, height; and the share of each a inside each b."""
    low = torch.maximum(a[:, None, :2], b[None, :, :2])
    high = torch.minimum(a[:, None, :2] + a[:, None, 2:], b[None, :, :2] + b[None, :, 2:])
    inside = (high - low).clamp(min=0).prod(-1)
    area_a, area_b = a[:, 2:].prod(-1)[:, None], b[:, 2:].prod(-1)[None]
    return inside / (area_a + area_b - inside).clamp(min=1e-9), inside / area_a.clamp(min=1e-9)


def targets(anchors, boxes, ignore, least):
    """What each anchor answers for: 1, 0 or -1 (not asked), and the shifts to its face."""
    corners = torch.cat([anchors[:, :2] - anchors[:, 2:] / 2, anchors[:, 2:]], 1)
    label, shift = torch.zeros(len(anchors)), torch.zeros(len(anchors), 4)
    if len(ignore):
        label[overlaps(corners, torch.from_numpy(ignore))[1].amax(1) >= 0.5] = -1
    if len(boxes):
        boxes = torch.from_numpy(boxes)
        iou, _ = overlaps(corners, boxes)
        best, face = iou.max(1)
        own = iou.argmax(0)  # every face has an anchor, its best
        best[own], face[own] = 1, torch.arange(len(boxes))
        label[(best > least - 0.1) & (best < least)] = -1
        label[best >= least] = 1
        chosen = boxes[face]
        shift = torch.cat([(chosen[:, :2] + chosen[:, 2:] / 2 - anchors[:, :2]) / anchors[:, 2:], torch.log(chosen[:, 2:].clamp(min=1) / anchors[:, 2:])], 1)
    return label, shift


def loss_of(out, label, shift, box_weight):
    asked, right = label >= 0, label == 1
    faces = right.sum().clamp(min=1)
    logit, wanted = out[..., 0][asked], label[asked]
    p = torch.sigmoid(logit)
    missed = torch.where(wanted == 1, 1 - p, p)
    focal = F.binary_cross_entropy_with_logits(logit, wanted, reduction="none") * missed**2 * torch.where(wanted == 1, 0.25, 0.75)
    return focal.sum() / faces + box_weight * F.smooth_l1_loss(out[..., 1:][right], shift[right], reduction="sum", beta=0.1) / faces / 4


# Finding faces, and how well: average precision as Edgelore counts it.


@torch.no_grad()
def find(network, anchors, picture, most=300):
    """Detections by falling score after suppression of those that overlap a better one by more than 0.4: boxes and scores."""
    out = network(picture[None])[0]
    score = torch.sigmoid(out[:, 0])
    top = score.topk(min(1000, len(score))).indices
    top = top[score[top] > 0.01]
    centre = anchors[top, :2] + out[top, 1:3] * anchors[top, 2:]
    side = anchors[top, 2:] * torch.exp(out[top, 3:].clamp(max=4))
    boxes, scores, kept = torch.cat([centre - side / 2, side], 1), score[top], []
    free = torch.ones(len(boxes), dtype=torch.bool)
    for at in range(len(boxes)):
        if free[at] and len(kept) < most:
            kept.append(at)
            free &= overlaps(boxes[at : at + 1], boxes)[0][0] <= 0.4
    return boxes[kept], scores[kept]


def average_precision(images, iou):
    """Area under the interpolated curve of precision over recall. `images`: (boxes found, scores, faces, ignore) each.

    In a picture each detection, by falling score, takes the free face it overlaps most, if by at least `iou`. One that takes none is wrong, unless that share of it
    lies inside a place to ignore. Then all detections of all pictures by falling score.
    """
    counted, faces = [], 0
    for found, scores, boxes, ignore in images:
        faces += len(boxes)
        taken = set()
        for at in torch.argsort(scores, descending=True, stable=True).tolist():
            best, face = iou, None
            if len(boxes):
                row = overlaps(found[at : at + 1], boxes)[0][0]
                for each in range(len(boxes)):
                    if each not in taken and (row[each] > best or (face is None and row[each] >= best)):
                        best, face = row[each], each
            if face is not None:
                taken.add(face)
                counted.append((scores[at].item(), True))
            elif not len(ignore) or overlaps(found[at : at + 1], ignore)[1].max() < iou:
                counted.append((scores[at].item(), False))
    counted.sort(key=lambda each: -each[0])
    right = np.cumsum([is_right for _, is_right in counted])
    precision = right / np.arange(1, len(right) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    recall = np.diff(np.concatenate([[0], right])) / max(1, faces)
    return min(1.0, float((precision * recall).sum())) if len(right) else 0.0


def evaluate(network, anchors, held_out, size):
    network.eval()
    images = []
    for item in held_out:
        image, boxes, ignore, _ = load(item, size)
        images.append((*find(network, anchors, tensor(image, size)), torch.from_numpy(boxes), torch.from_numpy(ignore)))
    network.train()
    return average_precision(images, 0.5), average_precision(images, 0.75)


# The run.


def main(config_file, data_file, out_file):
    config, data = json.load(open(config_file)), json.load(open(data_file))
    values, budget = config["configuration"]["values"], config["budget"]
    aside = [f"{name} {value}" for name, value in values.items() if name not in HONOURED]
    print("left aside:", ", ".join(aside), flush=True)
    torch.manual_seed(config["seed"])
    random.seed(config["seed"])
    torch.use_deterministic_algorithms(True)

    size = values["inputSize"]
    network = Detector(values)
    anchors = anchors_of(network.strides, size)
    rate, weights = values["learningRate"], network.parameters()
    optimiser = torch.optim.AdamW(weights, rate) if values["optimiser"] == "adam" else torch.optim.SGD(weights, rate, momentum=0.9)
    curve, begun, step, order = [], time.monotonic(), 0, []

    def share():
        return min(1.0, step / budget["steps"] if "steps" in budget else (time.monotonic() - begun) / budget["seconds"])

    while (done := share()) < 1:
        # Warm-up, constant, then half a cosine down to zero: known without a forecast of the steps, whatever the budget.
        fallen = max(0.0, (done - 0.3) / 0.7)
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1, (step + 1) / WARM_UP) * 0.5 * (1 + math.cos(math.pi * fallen))
        pictures, labels, shifts = [], [], []
        for _ in range(values["batch"]):
            if not order:
                order = random.sample(range(len(data["training"])), len(data["training"]))
            image, boxes, ignore, _ = load(data["training"][order.pop()], size)
            image, boxes, ignore = augment(image, boxes, ignore, values["augmentation"], size)
            label, shift = targets(anchors, boxes, ignore, values["matchingIou"])
            pictures.append(tensor(image, size))
            labels.append(label)
            shifts.append(shift)
        loss = loss_of(network(torch.stack(pictures)), torch.stack(labels), torch.stack(shifts), values["boxWeight"])
        if not torch.isfinite(loss):
            sys.exit(f"the loss is {loss.item()} after {step} steps")
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 10)
        optimiser.step()
        step += 1
        done = share()
        if done * LOOKS >= len(curve) + 1 and done < 1:
            curve.append({"step": step, "ap50": evaluate(network, anchors, data["heldOut"], size)[0]})
        print(json.dumps({"progress": done, **({"ap50": curve[-1]["ap50"]} if curve else {})}), flush=True)

    ap50, ap75 = evaluate(network, anchors, data["heldOut"], size)
    curve.append({"step": step, "ap50": ap50})
    torch.save(network.state_dict(), out_file + ".pt")
    with open(out_file, "w") as out:
        json.dump({"ap50": ap50, "ap75": ap75, "curve": curve, "seconds": time.monotonic() - begun, "steps": step, "weights": out_file + ".pt"}, out)


if __name__ == "__main__":
    main(*sys.argv[1:4])
