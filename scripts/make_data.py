"""Makes stdlib/data from the copies that scikit-learn bundles. Needs scikit-learn 1.9.1 and numpy 2.4.6:

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1 numpy==2.4.6
    venv/bin/python scripts/make_data.py [--check]

The same versions give the same bytes. --check writes nothing, and fails where a file differs from what would be written.
"""
import io
import pathlib
import sys
import zipfile

import numpy as np
from sklearn import datasets

DATA = pathlib.Path(__file__).resolve().parent.parent / "stdlib" / "data"


def npz(**arrays):
    """An .npz whose bytes depend on the arrays alone: fixed date, order, and permissions."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
            info = zipfile.ZipInfo(name + ".npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(info, member.getvalue(), compresslevel=9)
    return buffer.getvalue()


def smallest(array):
    """The array in the smallest integer or floating type that holds it exactly."""
    for dtype in ("u1", "i2", "f4"):
        if np.array_equal(array.astype(dtype).astype(array.dtype), array):
            return array.astype(dtype)
    return array


def files():
    """Name and bytes of every file."""
    sources = {
        "digits": datasets.load_digits(),
        "iris": datasets.load_iris(),
        "wine": datasets.load_wine(),
        "breast_cancer": datasets.load_breast_cancer(),
        "diabetes": datasets.load_diabetes(scaled=True),
    }
    for name, source in sources.items():
        x, y = source.data, source.target
        is_class = name != "diabetes"
        if name == "digits":
            x = smallest(x)
            assert x.dtype == np.uint8 and x.max() == 16
        else:
            assert x.dtype == np.float64
        yield f"{name}.npz", npz(x=x, y=y.astype("u1") if is_class else y.astype("f8"))
        classes = ",".join(map(str, source.target_names)) if is_class else ""
        features = ",".join(map(str, source.feature_names))
        yield f"{name}.txt", f"features: {features}\nclasses: {classes}\n".encode()


def main():
    differing = []
    for name, contents in files():
        path = DATA / name
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_bytes() != contents:
                differing.append(name)
        else:
            path.write_bytes(contents)
            print(f"{name}: {len(contents)} bytes")
    if differing:
        sys.exit("differ: " + ", ".join(differing))


if __name__ == "__main__":
    main()
