//! Which inputs matter: one at a time, elementary effects, variance shares.
