//! The best design under limits, and the Pareto front of two or three aims.
