from brandhub.common.plots import Line, plot_of


def test_values_lie_between_the_edges_and_highest_is_on_top() -> None:
    plot = plot_of(
        {"median": [0.0, 30.0, 60.0]},
        at=[0.0, 0.5, 1.0],
        low=0.0,
        high=60.0,
        upwards=["60", "30", "0"],
        across=["first", "last"],
    )
    assert plot.lines == (
        Line("median", "0.0,100.0 50.0,50.0 100.0,0.0", "M0.0 100.0h0M50.0 50.0h0M100.0 0.0h0"),
    )
    assert (plot.upwards, plot.across) == (("60", "30", "0"), ("first", "last"))


def test_one_value_all_along_is_a_level_line() -> None:
    plot = plot_of({"loss": [0.5, 0.5]}, at=[0.0, 1.0], low=0.5, high=0.5, upwards=[], across=[])
    assert plot.lines[0].points == "0.0,0.0 100.0,0.0"
