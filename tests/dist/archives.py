"""Archives that are the same to the byte whenever they are made of the same files: entries sorted, one moment, plain modes, no owner."""

import gzip
import io
import tarfile
import time
import zipfile
from pathlib import Path


def files(folder):
    """(name within the archive, path) of every file, in the order of their names; the folder itself is the first part of each name."""
    found = ((path.relative_to(folder.parent).as_posix(), path) for path in Path(folder).rglob("*") if path.is_file())
    return sorted(found)


def mode(path):
    return 0o755 if path.stat().st_mode & 0o100 else 0o644


def write_zip(archive, folder, moment):
    with zipfile.ZipFile(archive, "w") as out:
        for name, path in files(folder):
            entry = zipfile.ZipInfo(name, time.gmtime(moment)[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix: then the mode counts
            entry.external_attr = (0o100000 | mode(path)) << 16
            out.writestr(entry, path.read_bytes(), compresslevel=9)


def write_tar(archive, folder, moment):
    with open(archive, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=moment) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as out:
            for name, path in files(folder):
                entry = tarfile.TarInfo(name)
                content = path.read_bytes()
                entry.size, entry.mtime, entry.mode = len(content), moment, mode(path)
                out.addfile(entry, io.BytesIO(content))
