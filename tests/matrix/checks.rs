//! Invariants of every step of the matrix.

use coldaisle::snapshot::Snapshot;

/// Nothing that a step shows is NaN where it must be known.
pub(crate) fn complete(s: &Snapshot) -> Result<(), String> {
    let p = &s.power;
    let site = [
        p.facility_w,
        p.it_w,
        p.compute_w,
        p.server_fans_w,
        p.psu_losses_w,
        p.network_w.unwrap_or(0.0),
        p.storage_w.unwrap_or(0.0),
        p.other_it_w.unwrap_or(0.0),
        p.electrical_losses_w,
        p.chillers_w,
        p.heat_rejection_fans_w,
        p.pumps_w,
        p.basin_heaters_w,
        p.hall_fans_w,
        p.cdu_pumps_w,
        p.other_w,
        p.generation_w,
        s.on_site.grid_w,
        s.plant.supply_c,
        s.plant.return_c,
        s.plant.heat_w,
        s.water.makeup_kg_s,
    ];
    let hall = &s.halls[0];
    let halls = [
        hall.it_w,
        hall.supply_c,
        hall.return_c,
        hall.max_inlet_c,
        hall.max_chip_c,
        hall.throttled_gpus,
        hall.utilisation,
        hall.heat_to_water_w,
    ];
    let racks = &hall.racks;
    let racks = [&racks.power_w, &racks.coolant_c, &racks.chip_c];
    let racks = racks.into_iter().flat_map(|flat| flat.iter().copied());
    let mut all = site.into_iter().chain(halls).chain(racks);
    match all.position(|figure| !figure.is_finite()) {
        Some(index) => Err(format!("figure {index} is not finite: {s:?}")),
        None => Ok(()),
    }
}

/// A measured load is drawn, or its missing part is reported.
pub(crate) fn measured_load(s: &Snapshot, work: &str) -> Result<(), String> {
    let drawn_w = match work {
        "it_kw" => s.power.it_w,
        "facility_kw" => s.power.facility_w - finite(s.on_site.storage_losses_w),
        _ if s.measured.is_none() => return Ok(()),
        _ => return Err(format!("{work} is not a measured load")),
    };
    let Some(load) = s.measured else {
        return Err("a measured load is not reported".into());
    };
    let met_w = load.asked_w - load.unserved_w + load.excess_w;
    if (met_w - drawn_w).abs() > 1.01e-4 * load.asked_w || load.unserved_w.min(load.excess_w) != 0.0
    {
        return Err(format!("{load:?}, drawn {drawn_w}"));
    }
    Ok(())
}

fn finite(figure: f64) -> f64 {
    if figure.is_finite() { figure } else { 0.0 }
}
