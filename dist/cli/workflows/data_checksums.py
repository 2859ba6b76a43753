"""What a data set holds: the SHA-256 of each of its files, in a file beside them that Spark passes over."""

import hashlib
import os

# As sha256sum writes it. Spark reads no file whose name begins with an underscore.
NAME = "_SHA256SUMS"
CHUNK_BYTES = 1024 * 1024


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(CHUNK_BYTES), b""):
            digest.update(chunk)
    return digest.hexdigest()


def _files_in(folder):
    found = (os.path.join(path, name) for path, _, names in os.walk(folder) for name in names)
    return sorted(os.path.relpath(path, folder) for path in found)


def write_checksums(folder):
    lines = [f"{sha256_of(os.path.join(folder, name))}  {name}\n" for name in _files_in(folder) if name != NAME]
    with open(os.path.join(folder, NAME), "w", encoding="utf-8") as file:
        file.writelines(lines)


def find_difference(folder):
    """What is not as it was written, in a sentence; None where all is.

    Raises FileNotFoundError where there are no checksums.
    """
    with open(os.path.join(folder, NAME), encoding="utf-8") as file:
        written = {name: digest for digest, _, name in (line.rstrip("\n").partition("  ") for line in file)}
    there = {name for name in _files_in(folder) if name != NAME}
    for name in sorted(there ^ written.keys()):
        return f"{name} {'was not generated' if name in there else 'is missing'}"
    for name, digest in written.items():
        if sha256_of(os.path.join(folder, name)) != digest:
            return f"{name} is not as it was generated"
    return None
