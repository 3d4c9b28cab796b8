//! Placements worked by hand.

use super::*;

fn cluster(servers: u32, gpus_per_server: u32) -> Cluster {
    Cluster::new(&[HallShape {
        servers,
        gpus_per_server,
    }])
    .unwrap()
}

fn take(cluster: &mut Cluster, gpus: u32) -> Allocation {
    let mut allocation = Allocation::default();
    cluster.take(cluster.place(gpus).unwrap(), &mut allocation);
    allocation
}

/// 20 GPUs on servers of 8: two whole and 4 on the next; 3 more fit beside them (best fit), 2 do not and
/// open a server.
#[test]
fn whole_servers_first_and_the_rest_where_it_fits_best() {
    let mut c = cluster(6, 8);
    let a = take(&mut c, 20);
    assert_eq!(
        (a.runs.as_slice(), a.partial),
        ([(0, 2)].as_slice(), Some((2, 4)))
    );
    assert_eq!(take(&mut c, 3).partial, Some((2, 3)));
    assert_eq!(take(&mut c, 2).partial, Some((3, 2)));
    assert_eq!(take(&mut c, 1).partial, Some((2, 1)));
    assert_eq!(c.free_gpus(), 48 - 26);
    c.release(&a);
    assert_eq!((c.busy_gpus(0), c.busy_gpus(2)), (0, 4));
    assert_eq!(take(&mut c, 24).runs, [(0, 2), (4, 1)]);
    assert_eq!(c.place(16), None); // one empty server is left
    assert_eq!(c.place(9).unwrap().shared, Some(2));
}

#[test]
fn a_gang_stays_in_one_hall() {
    let shape = |servers| HallShape {
        servers,
        gpus_per_server: 4,
    };
    let mut c = Cluster::new(&[shape(2), shape(3)]).unwrap();
    assert!(
        c.can_ever_hold(12, Locality::Hall)
            && !c.can_ever_hold(13, Locality::Hall)
            && !c.can_ever_hold(0, Locality::Hall)
    );
    assert_eq!(take(&mut c, 12).runs, [(2, 3)]);
    assert_eq!(c.place(9), None);
    assert_eq!(take(&mut c, 8).runs, [(0, 2)]);
    assert_eq!((c.gpus_per_server(1), c.free_gpus()), (4, 0));
}

#[test]
fn services_hold_whole_servers() {
    let mut c = cluster(4, 8);
    assert_eq!(c.hold(12, None), Some(vec![0, 1]));
    assert_eq!((c.busy_gpus(1), c.free_gpus()), (4, 16));
    assert!(c.can_ever_hold(16, Locality::Hall) && !c.can_ever_hold(17, Locality::Hall));
    assert_eq!(c.hold(17, None), None);
}

#[test]
fn impossible_halls_are_refused() {
    for (servers, gpus_per_server) in [(0, 8), (4, 0), (4, 2000)] {
        let shape = HallShape {
            servers,
            gpus_per_server,
        };
        assert!(Cluster::new(&[shape]).is_err());
    }
}
