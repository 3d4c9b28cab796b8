"""A study over a Dask cluster: python dask_sweep.py STUDY.toml FOLDER [SCHEDULER]

The table is that of `coldaisle sweep`, byte for byte. Workers read the study from its path: on a cluster it lies in a shared folder.
"""

import sys

import coldaisle
from dask.distributed import Client

if __name__ == "__main__":
    path, folder, *scheduler = sys.argv[1:]
    study = coldaisle.Study(path)
    with Client(*scheduler) as client:
        rows = client.map(study.row, range(len(study)), pure=False)
        table = study.gather(client.gather(rows), out=folder)
    print(table, *table.warnings, sep="\n")
