//! Exports of small result folders, written here as a run and a forecast leave them.

mod back;
mod choices;
mod fixture;
mod folders;
mod formats;
mod readers;
mod whole;
