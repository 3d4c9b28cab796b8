//! Plants and queues of the sites, made by the engine once and kept on disk.

pub(super) mod kept_files;
pub(super) mod site_table;
pub(super) mod sites;
pub(super) mod waits;
