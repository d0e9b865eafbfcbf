"""Makes the files that the tests of Interchange read, as NumPy writes them. Needs numpy 2.4.6:

    venv/bin/python scripts/make_fixtures.py

Arrays count 0, 1, 2, … (halves for real types), so that a test can say what each must hold.
"""
import gzip
import io
import pathlib
import struct
import zipfile

import numpy as np

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Fixtures" / "Interchange"
IDX_CODES = {"u1": 0x08, "i1": 0x09, ">i2": 0x0B, ">i4": 0x0C, ">f4": 0x0D, ">f8": 0x0E}


def counting(dtype, shape=(2, 3)):
    numbers = np.arange(np.prod(shape)).reshape(shape)
    kind = np.dtype(dtype).kind
    if kind == "b":
        return numbers % 2 == 1
    if kind == "c":
        return (numbers / 2 - 1j * numbers).astype(dtype)
    return (numbers / 2 if kind == "f" else numbers).astype(dtype)


def npy(array, version=None):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, version=version)
    return buffer.getvalue()


def idx(dtype):
    array = counting(dtype)
    return struct.pack(">BBBBII", 0, 0, IDX_CODES[dtype], 2, 2, 3) + array.astype(dtype).tobytes()


def fixed_zip(contents, **arrays):
    """As np.savez writes it, with a fixed date."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", contents, allowZip64=True) as archive:
        for name, array in arrays.items():
            info = zipfile.ZipInfo(name + ".npy", (1980, 1, 1, 0, 0, 0))
            info.compress_type = contents
            with archive.open(info, "w", force_zip64=True) as member:
                member.write(npy(array))
    return buffer.getvalue()


def files():
    for dtype in ("<f4", "<f8", ">f4", ">f8", "<f2", "<c8", "<c16", ">c16"):
        yield dtype.replace("<", "le_").replace(">", "be_") + ".npy", npy(counting(dtype))
    for dtype in ("b1", "i1", "i2", ">i2", "i4", ">i4", "i8", "u1", "u2", "u4", "u8", ">u8"):
        yield dtype.replace(">", "be_") + ".npy", npy(counting(dtype))
    yield "version2.npy", npy(counting("<f8"), version=(2, 0))
    yield "version3.npy", npy(counting("<f8"), version=(3, 0))
    yield "fortran.npy", npy(np.asfortranarray(counting("<f8", (2, 3, 4))))
    yield "fortran_i2.npy", npy(np.asfortranarray(counting("<i2")))
    yield "scalar.npy", npy(np.float64(2.5).reshape(()))
    yield "empty.npy", npy(np.zeros((0, 3)))
    yield "vector.npy", npy(counting("<f8", (5,)))
    yield "too_large_u8.npy", npy(np.array([1, 2**63], dtype="u8"))
    yield "object.npy", npy(np.array([None, {}], dtype=object))
    yield "text.npy", npy(np.array(["a", "bc"]))
    yield "fields.npy", npy(np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
    arrays = {"x": counting("<f8", (4, 5)), "labels": counting("u1", (4,)), "ok": np.bool_(True).reshape(())}
    yield "stored.npz", fixed_zip(zipfile.ZIP_STORED, **arrays)
    yield "deflated.npz", fixed_zip(zipfile.ZIP_DEFLATED, **arrays)
    for dtype in IDX_CODES:
        yield "idx_" + dtype.replace(">", "") + ".idx", idx(dtype)
    yield "idx_u1.idx.gz", gzip.compress(idx("u1"), mtime=0)


def main():
    FIXTURES.mkdir(parents=True, exist_ok=True)
    for name, contents in files():
        (FIXTURES / name).write_bytes(contents)


if __name__ == "__main__":
    main()
