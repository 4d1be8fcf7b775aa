"""The table of specs: ours, and an operator's own."""

from __future__ import annotations

import gzip
import importlib.resources
import json
from pathlib import Path

import botocore.session
import pytest

from provisioning.approvals.instance_types import instance_types
from provisioning.approvals.reading import read_approval
from provisioning.approvals.specs import OWN_TABLE, SPECS, Kind, SpecName, read_specs
from provisioning.errors import BadInput
from provisioning.offline.validate import check_inputs
from tests.conftest import EXAMPLES

# Read, not imported: moto's module of EC2 looks for its images when it is imported, before the server names ours.
TYPES = importlib.resources.files("moto").joinpath("ec2/resources/instance_types.json.gz")
OURS = OWN_TABLE.read_text(encoding="utf-8")


def test_the_servers_are_what_the_table_says() -> None:
    known = json.loads(gzip.decompress(TYPES.read_bytes()))
    for spec in SPECS.values():
        shown = known[spec.instance_type]
        assert shown["VCpuInfo"]["DefaultVCpus"] == spec.vcpu
        assert shown["MemoryInfo"]["SizeInMiB"] == spec.memory_gib * 1024
        assert check_inputs("aws:ec2/instance:Instance", {"instanceType": spec.instance_type}) == []


def test_the_sizes_that_are_told_and_one_step_below() -> None:
    sizes = [(s.vcpu, s.memory_gib, s.data_gb) for s in SPECS.values()]
    assert sizes == [(16, 64, 3000), (8, 32, 1000), (4, 16, 500), (4, 16, 500)]


def test_an_operator_may_have_a_table_of_his_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(OURS.replace("m6i.xlarge", "r6i.xlarge"), encoding="utf-8")
    monkeypatch.setenv("HIC_SPECS", str(own))
    assert SPECS[Kind.EXPLORATORY, SpecName.HEI].instance_type == "r6i.xlarge"
    assert read_approval(EXAMPLES / "exploratory-ubuntu.yaml").spec.instance_type == "r6i.xlarge"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("vcpu: 8", "vcpu: eight", "own.yaml:26"),
        ("data_gb: 3000", "data_gb: 0", "own.yaml:20"),
        ("instance_type: m6i.2xlarge", "instance_type: big", "own.yaml:25"),
        ("instance_type: m6i.2xlarge", "instance_type: m6i.3xlarge", "own.yaml:25"),
        ("instance_type: m6i.2xlarge", "instance_type: m6i.3xlarge", "m6i.4xlarge"),
        ("[[5, 322100], [10, 351600]]", "[[10, 322100], [5, 351600]]", "must rise"),
        ("    spec: 乙", "    spec: 甲", "special 甲 is given twice"),
        ("software_yen: 5700", "software: 5700", "software"),
    ],
)
def test_mistakes_in_the_table_are_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in OURS
    own = tmp_path / "own.yaml"
    own.write_text(OURS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_specs(own)
    assert told in str(caught.value)


def test_every_unknown_size_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    text = OURS.replace("m6i.4xlarge", "t99.colossal").replace("m6i.xlarge", "m6i.xlarg")
    own.write_text(text, encoding="utf-8")
    lines = [n for n, line in enumerate(text.splitlines(), 1) if line.endswith(("t99.colossal", "m6i.xlarg"))]
    with pytest.raises(BadInput) as caught:
        read_specs(own)
    assert [p.where.split()[0] for p in caught.value.problems] == [f"own.yaml:{line}" for line in lines]
    assert len(lines) == 3
    assert all(problem.fix for problem in caught.value.problems)
    assert "m6i.xlarge" in caught.value.problems[1].fix


def test_the_sizes_are_those_that_botocore_itself_knows() -> None:
    shape = botocore.session.get_session().get_service_model("ec2").shape_for("InstanceType")
    assert list(instance_types()) == list(shape.enum)
    assert len(instance_types()) > 1000


def test_a_size_that_aws_has_not_is_refused_before_anything_is_made() -> None:
    (problem,) = check_inputs("aws:ec2/instance:Instance", {"instanceType": "m6i.5xlarge"})
    assert problem.where == "instanceType"
    assert "m6i.4xlarge" in problem.fix


def test_an_empty_table_is_told(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("# nothing\n", encoding="utf-8")
    with pytest.raises(BadInput, match="holds no table"):
        read_specs(tmp_path / "own.yaml")
