"""What is wrong is said with its place and its cure; nothing is left behind."""

import pickle

import coldaisle
import pytest


def refused(function, *args, **kwargs) -> coldaisle.ScenarioError:
    with pytest.raises(coldaisle.ScenarioError) as caught:
        function(*args, **kwargs)
    error = caught.value
    assert isinstance(error, ValueError)
    assert error.what and error.cure, error
    assert "--set" not in str(error)
    assert error.what.split()[0] in str(error)
    return error


def test_a_mistake_in_a_file_has_its_line_and_its_cure(hall, tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text(hall.read_text().replace("supply_c = 38", "suply_c = 38"))
    for function in (coldaisle.run, coldaisle.validate):
        error = refused(function, path)
        assert (error.file, error.line, error.column) == (path, 21, 1)
        assert error.key == "hall[0].cooling.immersion.suply_c"
        assert error.cure.startswith("did you mean 'supply_c'?")
        assert f"{path}:21:1" in str(error) and "^^^" in str(error)
    assert refused(coldaisle.compare, [hall, path]).line == 21


def test_a_mistake_in_a_data_file_names_the_file(hall, tmp_path):
    data, path = tmp_path / "load.csv", tmp_path / "profile.toml"
    data.write_text("time,it_kw\n2026-07-01T00:00,40\n2026-07-01T01:00,many\n")
    text = hall.read_text()
    path.write_text(text[: text.index("[workload")] + '[workload.profile]\nfile = "load.csv"\n')
    error = refused(coldaisle.run, path)
    assert "many" in str(error) and "load.csv" in str(error)
    assert error.key == "workload.profile.file"


@pytest.mark.parametrize(
    ("set", "part"),
    [
        ({"hall.0.racks": "many"}, "hall.0.racks"),
        ({"hall.0.racks": -1}, "hall.0.racks"),
        ({"hall.0.racks": 2.5}, "hall.0.racks"),
        ({"hall.0.racks": True}, "hall.0.racks"),
        ({"hall.7.racks": 1}, "its only entry is 0"),
        ({"hall": {0: {"rakcs": 1}}}, "did you mean 'racks'"),
        ({"hall.0": 3}, "is a table"),
        ({"site.price_usd_mwh": float("nan")}, "price_usd_mwh"),
        ({"site.climate": None}, "NoneType"),
        ({"site.climate": object()}, "object"),
        ({"": 1}, "no key"),
        ({"a=b": 1}, "no key"),
        ({2.5: 1}, "float"),
        ({"hall": {0: {None: 1}}}, "NoneType"),
        (["hall.0.racks=3"], "not a mapping"),
        ({"name": 'x"\n[site]'}, "name"),
    ],
)
def test_wrong_settings(hall, set, part):
    for function in (coldaisle.run, coldaisle.validate):
        assert part in str(refused(function, hall, set))
    assert part in str(refused(coldaisle.compare, [hall], set))


def test_numbers_too_large(hall):
    with pytest.raises(OverflowError, match="run.seed"):
        coldaisle.run(hall, {"run.seed": 2**63})
    with pytest.raises(OverflowError):
        coldaisle.run(hall, seed=-1)
    assert "seed" in str(refused(coldaisle.run, hall, seed=2**64 - 1))


def test_settings_that_hold_themselves(hall):
    endless = {}
    endless["hall"] = endless
    with pytest.raises((RecursionError, coldaisle.ScenarioError)):
        coldaisle.run(hall, endless)
    endless = []
    endless.append(endless)
    with pytest.raises((RecursionError, coldaisle.ScenarioError)):
        coldaisle.run(hall, {"event": endless})


def test_wrong_arguments(hall, tmp_path):
    assert refused(coldaisle.run, tmp_path / "none.toml").file == tmp_path / "none.toml"
    assert refused(coldaisle.run, tmp_path).file == tmp_path
    assert "timeseries" in refused(coldaisle.run, hall, tables=["time_series"]).cure
    refused(coldaisle.run, hall, jobs_sample=1.5)
    refused(coldaisle.run, hall, jobs_sample=float("nan"))
    assert "did you mean" in refused(coldaisle.catalogue, "server").cure
    assert "did you mean" in refused(coldaisle.catalogue, "servers", "hgx-h10").cure
    with pytest.raises(TypeError):
        coldaisle.run(3)
    with pytest.raises(KeyError, match="peak_kw"):
        coldaisle.run(hall, tables="racks").racks["peak"]


def test_what_is_the_users_is_not_replaced(hall, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "summary.json").write_text("mine")
    error = refused(coldaisle.run, hall, out=tmp_path / "out")
    assert "out" in str(error)
    assert (tmp_path / "out" / "summary.json").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_failed_run_is_another_exception(hall):
    missing = hall.parent / "no" / "such"
    with pytest.raises((coldaisle.RunError, coldaisle.ScenarioError)) as caught:
        coldaisle.run(hall, out=f"/proc/{missing.name}")
    assert isinstance(caught.value, coldaisle.RunError)
    assert isinstance(caught.value, RuntimeError)


def test_exceptions_are_pickled(hall):
    error = refused(coldaisle.run, hall, {"hall.0.racks": "many"})
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.cure, again.file) == (str(error), error.cure, error.file)


def test_no_panic_gets_through():
    if not hasattr(coldaisle._coldaisle, "_panic"):
        pytest.skip("a release build cannot be made to panic")
    with pytest.raises(coldaisle.RunError, match="on purpose"):
        coldaisle._coldaisle._panic()
