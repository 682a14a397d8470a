"""``make chaos``: break the product for a while, then check that nothing it promised was broken.

Exit status 0 only when no violation was found and every fault of the plan was felt; with
``--mutants``, only when the sound product is clean under their plan and each mutant is seen.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from tests.chaos.faults import ALL_FAULTS
from tests.chaos.mutants import MUTANTS
from tests.chaos.report import print_outcome
from tests.chaos.run import Outcome, Plan, run

#: Under which faults all mutants, and the sound product for comparison, are run.
MUTANT_FAULTS = tuple(dict.fromkeys(fault for each in MUTANTS.values() for fault in each.faults))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--long", action="store_true", help="10,000 requests and 200 kills")
    parser.add_argument("--mutants", action="store_true", help="each safeguard taken out in turn")
    parser.add_argument("--mutant", action="append", choices=sorted(MUTANTS), default=[])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=None, help="how long faults happen")
    parser.add_argument("--limit", type=float, default=3_000, help="seconds; then it drains")
    parser.add_argument("--requests", type=int, default=None)
    parser.add_argument("--fault", action="append", default=[], choices=ALL_FAULTS)
    parser.add_argument("--keep", action="store_true", help="keep the run's folder")
    options = parser.parse_args()
    if options.mutants or options.mutant:
        return _run_mutants(options.mutant or list(MUTANTS), options)
    if options.long:
        plan = Plan(
            requests=options.requests or 10_000,
            seconds=options.seconds or 2_700,
            seed=options.seed,
            only=tuple(options.fault),
            pause=(1.0, 4.0),
            spacing=15,
            sizes=(1, 1, 1, 1, 1, 1, 1, 1, 2, 4),
            kills=200,
            limit=options.limit,
        )
    else:
        plan = Plan(
            requests=options.requests or 400,
            seconds=options.seconds or 190,
            seed=options.seed,
            only=tuple(options.fault),
            limit=options.limit,
        )
    outcome = run(plan, keep=options.keep)
    print_outcome(outcome)
    return 1 if outcome.violations or outcome.not_felt else 0


def _run_mutants(names: list[str], options: argparse.Namespace) -> int:
    """The sound product and then each mutant, under one plan and seed.

    Returns 1 if the sound product shows a violation, or a mutant shows none.
    """
    failed = []
    for name in ["", *names]:
        outcome = run(
            Plan(
                requests=options.requests or 120,
                seconds=options.seconds or 60,
                seed=options.seed,
                only=MUTANT_FAULTS,
                mutant=name,
                pause=(0.2, 0.8),
                # Two children screen, and members of one request end at the same moment.
                sizes=(2, 4, 4),
                limit=options.limit,
            ),
            keep=options.keep,
        )
        if bool(outcome.violations) != bool(name):
            failed.append(name or "control")
        what = MUTANTS[name].what if name else "nothing taken out"
        print(f"{name or 'control'} ({what}): {_summary(outcome)}", flush=True)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def _summary(outcome: Outcome) -> str:
    felt = ", ".join(f"{name} {felt}" for name, (_, felt) in outcome.fired.items())
    kinds = Counter(sentence.split(":")[0] for sentence in outcome.violations)
    listed = "; ".join(f"{kind} {count}" for kind, count in kinds.most_common()) or "none"
    return (
        f"{outcome.accepted} requests; felt: {felt}; {len(outcome.violations)} violations: {listed}"
    )


if __name__ == "__main__":
    sys.exit(main())
