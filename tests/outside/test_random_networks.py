"""Networks of every kind of stage: verify finds nothing, and other programs compute what NumPy does."""

import pytest
from hypothesis import HealthCheck, given, settings
from networks import networks, some_input, unknown, with_weights

import sheetcnn
from sheetcnn.workbook.renderer import render_workbook

STRICT = {
    "derandomize": True,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
}


def assert_all_agree(network, tmp_path, engine):
    path = tmp_path / "random.xlsx"
    path.write_bytes(render_workbook(with_weights(network), unknown(some_input(network))).content)
    report = sheetcnn.verify(path, engines=[engine])
    (opinion,) = report.opinions
    assert report.findings == []
    assert (opinion.formulas, opinion.differences) == (report.formulas, 0)


@settings(max_examples=12, **STRICT)
@given(networks())
def test_ironcalc_agrees_on_random_networks(tmp_path, network):
    assert_all_agree(network, tmp_path, "ironcalc")


@pytest.mark.slow
@settings(max_examples=12, **STRICT)
@given(networks())
def test_libreoffice_agrees_on_random_networks(tmp_path, libreoffice, network):
    assert_all_agree(network, tmp_path, "libreoffice")
