//! A study on many machines: shards, and the files by which Slurm and Kubernetes run them.
