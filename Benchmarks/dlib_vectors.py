#!/usr/bin/env python3
"""dlib_vectors.py FACES OUT.csv - vectors of the real dlib with its own alignment, for `likeness evaluate --reference`.

FACES is a folder with manifest.csv (columns file and box). Each photo as dlib's own examples do it: HOG detector,
enlarged once or twice, five-point predictor, network. The face nearest to the manifest's box is taken; photos
where dlib finds none are named and left out. Runs in the peers' environment (face_recognition).
"""
import csv, os, sys, warnings


def overlap(a, b):
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0: return 0
    return w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h)


def vector(picture, box):
    import face_recognition
    for enlarged in (1, 2):
        places = face_recognition.face_locations(picture, enlarged)          # (top, right, bottom, left)
        best = max(places, key=lambda p: overlap((p[3], p[0], p[1], p[2]), box), default=None)
        if best and overlap((best[3], best[0], best[1], best[2]), box) > .2:
            return face_recognition.face_encodings(picture, [best], model='small')[0]


def main():
    import numpy
    from PIL import Image, ImageOps
    warnings.simplefilter('ignore')
    folder, out = sys.argv[1:]
    with open(out + '.part', 'w', newline='') as file:
        writer = csv.writer(file)
        writer.writerow(['file'] + [f'v{i}' for i in range(128)])
        for row in csv.DictReader(open(os.path.join(folder, 'manifest.csv'))):
            picture = ImageOps.exif_transpose(Image.open(os.path.join(folder, row['file']))).convert('RGB')
            found = vector(numpy.asarray(picture), [float(v) for v in row['box'].split()])
            if found is None: print('dlib finds no face:', row['file'])
            else: writer.writerow([row['file']] + [repr(float(v)) for v in found])
    os.replace(out + '.part', out)


if __name__ == '__main__': main()
