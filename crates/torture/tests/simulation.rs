//! The simulation keeps what it promises of itself: a seed replays exactly, and a sweep reaches every operation.

use torture::dst;

#[test]
fn a_seed_replays_exactly() {
    for seed in 1..20 {
        let (one, two) = (dst::run(seed), dst::run(seed));
        assert_eq!((one.trace, one.rows, one.operations), (two.trace, two.rows, two.operations), "seed {seed}");
    }
}

#[test]
fn seeds_differ_and_do_something() {
    let outcomes: Vec<_> = (1..60).map(dst::run).collect();
    assert!(outcomes.iter().all(|outcome| outcome.findings.is_clean()), "{outcomes:?}");
    assert!(outcomes.iter().map(|outcome| outcome.acked).sum::<u64>() > 500);
    assert!(outcomes.iter().map(|outcome| outcome.deaths).sum::<u64>() > 50);
    assert!(outcomes.windows(2).all(|pair| pair[0].trace != pair[1].trace));
}

#[test]
fn a_sweep_reaches_every_operation() {
    let sweep = dst::sweep(1);
    assert!(sweep.findings.is_clean(), "{sweep:?}");
    assert!(sweep.points >= 200, "{sweep:?}");
}
