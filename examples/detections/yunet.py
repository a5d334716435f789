"""What YuNet, a detector to download, finds in a folder of images: the file that `edgelore run --detections` judges.

    python3 yunet.py FOLDER found.json --model face_detection_yunet.onnx
"""

import argparse
import json
from pathlib import Path

import cv2

IMAGES = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=Path)
    options.add_argument("out", type=Path)
    options.add_argument("--model", required=True, help="the network as ONNX, from OpenCV's model zoo")
    chosen = options.parse_args()

    # A low threshold: average precision looks at all scores.
    detector = cv2.FaceDetectorYN.create(chosen.model, "", (320, 320), score_threshold=0.02, nms_threshold=0.4)
    found = []
    for file in sorted(path for path in chosen.folder.rglob("*") if path.suffix.lower() in IMAGES):
        picture = cv2.imread(str(file))  # turned upright, as its EXIF orientation says
        if picture is None:
            print(f"{file}: no image, passed over")
            continue
        detector.setInputSize((picture.shape[1], picture.shape[0]))
        _, faces = detector.detect(picture)
        for row in [] if faces is None else faces.tolist():
            left, top, width, height = row[:4]
            if width > 0 and height > 0:
                name = file.relative_to(chosen.folder).as_posix()
                found.append({"file": name, "bbox": [left, top, width, height], "score": row[-1]})
    chosen.out.write_text(json.dumps(found))
    print(f"{len(found)} detections in {chosen.out}")


if __name__ == "__main__":
    main()
