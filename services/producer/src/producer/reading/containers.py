from contextlib import contextmanager
from typing import NamedTuple
TEXTS=(".csv",".tsv",".txt"); SUFFIXES=(".xlsx",".xlsm",".xls",".ods",".xlsb",*TEXTS,".zip",".gz")
class Unpacked(NamedTuple):
    path: object; suffix: str; where: str
@contextmanager
def unpacked(path, scratch):
    if path.suffix==".zip":
        import zipfile
        z=zipfile.ZipFile(path); n=z.namelist()[0]; z.extract(n,scratch); yield Unpacked(scratch/n,(scratch/n).suffix,f"{path}, file {n!r}")
    else: yield Unpacked(path, path.suffix.lower(), str(path))
