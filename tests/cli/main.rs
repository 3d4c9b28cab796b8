//! The command line as a person meets it: the program is run, its exit status, its words and its files are looked at.
#![expect(clippy::too_many_lines, reason = "tables of cases")]

mod applicable;
mod broken_arguments;
mod broken_files;
mod broken_plans;
mod broken_scenarios;
mod catalogue_document;
mod circuits;
mod commands;
mod comparison;
mod documents;
mod doubt;
mod events;
mod failures;
mod figures;
mod hardship;
mod lab;
mod misspelt;
mod models;
mod other_it;
mod outages;
mod own_catalogue;
mod paths;
mod power;
mod queues;
mod results;
mod results_document;
mod scenario_document;
mod schedulers;
mod sessions;
mod shortfalls;
mod technologies;
mod template;
mod traces;
mod unserved;
