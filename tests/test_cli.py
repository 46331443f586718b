"""The command line: exit statuses, one-line errors, lazy imports, and the same JSON as the library."""

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from coder import cli
from coder.coding import CodedDiagnosis, CodedProcedure, Coding
from coder.errors import CoderError, InputError
from coder.pipeline import Coder
from coder.record import Record

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "discharge.txt"
COMMAND = (sys.executable, "-c", "import sys; from coder.cli import main; sys.exit(main())")


def coder(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, encoding="utf-8", timeout=120, cwd=ROOT, **options
    )


@pytest.fixture
def status_of(capfd: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str) -> tuple[int, str, str]:
        status = cli.main(arguments)
        out, err = capfd.readouterr()
        return status, out, err

    return run


def test_json_is_the_coding_of_the_library(status_of: Any) -> None:
    status, out, _ = status_of("code", str(EXAMPLE), "--format", "json")
    assert status == 0
    ours = json.loads(out)
    library = Coder.load().code(Record(text=EXAMPLE.read_bytes().decode())).model_dump(mode="json")
    assert {**ours, "timings_ms": None} == {**library, "timings_ms": None}


def test_evidence_is_the_text_at_its_offsets(status_of: Any) -> None:
    _, out, _ = status_of("code", str(EXAMPLE), "--format", "json")
    coding, text = Coding.model_validate_json(out), EXAMPLE.read_bytes().decode()
    items: list[CodedDiagnosis | CodedProcedure] = [*coding.diagnoses, *coding.procedures]
    evidence = [one for item in items for one in item.evidence]
    assert evidence
    assert all(text[one.start : one.end] == one.text for one in evidence)


def test_the_table_shows_codes_names_words_and_group(status_of: Any) -> None:
    status, out, err = status_of("code", str(EXAMPLE))
    assert (status, err) == (0, "")
    for words in (
        "编码",
        "名称",
        "角色",
        "概率",
        "病历原文",
        "主要诊断",
        "审核提示",
        "分组",
        "chs-drg-1.1",
        "E87.600",
        "低钾血症",
    ):
        assert words in out


def test_a_gb18030_file_is_read_and_said_so(status_of: Any, tmp_path: Path) -> None:
    path = tmp_path / "record.txt"
    path.write_text("出院诊断：低钾血症", encoding="gb18030")
    status, out, err = status_of("code", str(path))
    assert status == 0
    assert "E87.600" in out
    assert "GB18030" in err


def test_fields_that_are_not_used_are_said(status_of: Any, tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text('{"text": "出院诊断：低钾血症", "pateint": {}}', encoding="utf-8")
    assert "pateint" in status_of("code", str(path))[2]


BAD_FILES = {
    "empty.txt": b"",
    "large.txt": b"x" * 10_000_000,
    "binary.txt": bytes(range(256)),
    "unknown.txt": b"\xff\xff\xff",
    "no-text.json": b'{"patient": {"sex": "male"}}',
    "broken.json": b"{",
    "sex.json": '{"text": "姓名：李某 性别：女 年龄：50岁。出院诊断：肺炎", "patient": {"sex": "male"}}'.encode(),
    "absent.txt": None,
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_input_is_one_line_and_status_2(status_of: Any, tmp_path: Path, name: str) -> None:
    content = BAD_FILES[name]
    if content is not None:
        (tmp_path / name).write_bytes(content)
    status, out, err = status_of("code", str(tmp_path / name))
    assert (status, out) == (2, "")
    assert err.startswith("错误：")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "option", [("--system", "icd10-none"), ("--scheme", "chs-drg-none"), ("--procedure-system", "icd9-none")]
)
def test_an_unknown_system_or_scheme_is_one_line_and_status_2(status_of: Any, option: tuple[str, str]) -> None:
    status, _, err = status_of("code", str(EXAMPLE), *option)
    assert status == 2
    assert option[1] in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("arguments", [("code",), ("code", "x.txt", "--format", "xml"), ("nothing",), ("code", "-z")])
def test_wrong_usage_is_status_2(status_of: Any, arguments: tuple[str, ...]) -> None:
    status, out, err = status_of(*arguments)
    assert (status, out) == (2, "")
    assert err


def test_every_command_is_listed_and_loads(status_of: Any) -> None:
    status, out, _ = status_of("--help")
    assert status == 0
    for command in cli.MOUNTED:
        assert command.name in out
        assert status_of(command.name, "--help")[0] == 0


def test_a_missing_extra_is_named_with_the_remedy() -> None:
    command = cli.MountedCommand("train", "coder.no_such_module", "app", "", extra="train")
    with pytest.raises(CoderError, match=r"pip install 'clinical-coder-zh\[train\]'"):
        command.run([])


def test_an_error_of_a_mounted_command_is_one_line_and_status_2(status_of: Any, tmp_path: Path) -> None:
    status, _, err = status_of("batch", str(tmp_path / "in.xlsx"), "-o", str(tmp_path / "out.jsonl"))
    assert status == 2
    assert err.startswith("错误：")
    assert err.count("\n") == 1


@pytest.mark.parametrize(("raised", "status"), [(InputError("x"), 2), (KeyboardInterrupt(), 130)])
def test_how_a_command_ends_is_its_exit_status(
    monkeypatch: pytest.MonkeyPatch, status_of: Any, raised: BaseException, status: int
) -> None:
    def fail(*_: object) -> None:
        raise raised

    monkeypatch.setattr(Coder, "load", fail)
    assert status_of("code", str(EXAMPLE))[0] == status


@pytest.mark.slow
def test_coding_from_standard_input() -> None:
    ended = coder("code", "-", "-f", "json", input='{"id": "r9", "text": "出院诊断：低钾血症"}')
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["record_id"] == "r9"


@pytest.mark.slow
def test_a_reader_that_leaves_early_hears_nothing_more() -> None:
    script = f"{shlex.join([*COMMAND, 'code', str(EXAMPLE), '-f', 'json'])} | head -c 1"
    ended = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert (ended.stdout, ended.stderr) == ("{", "")


@pytest.mark.slow
def test_coding_imports_neither_server_nor_training_nor_evaluation() -> None:
    script = (
        "import sys; from coder.cli import main; main(['code', sys.argv[1], '-f', 'json']); "
        "print(sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, str(EXAMPLE)], capture_output=True, text=True, timeout=120, cwd=ROOT
    )
    loaded = set(json.loads(ended.stderr.replace("'", '"')))
    assert not loaded & {
        "fastapi",
        "uvicorn",
        "api",
        "eval",
        "torch",
        "transformers",
        "polars",
        "openpyxl",
        "pypinyin",
        "lightgbm",
    }


@pytest.mark.slow
def test_a_batch_of_real_records(tmp_path: Path) -> None:
    lines = ['{"id": "a", "text": "出院诊断：低钾血症"}', "{", '{"id": "c", "text": "出院诊断：2型糖尿病"}']
    source = tmp_path / "in.jsonl"
    source.write_text("\n".join(lines), encoding="utf-8")
    ended = coder("batch", str(source), "-o", str(tmp_path / "out.jsonl"), "--workers", "2")
    assert ended.returncode == 0
    assert "共 3 行：编码 2 行，退回 1 行" in ended.stderr
    codings = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [(coding["record_id"], coding["diagnoses"][0]["code"]) for coding in codings] == [
        ("a", "E87.600"),
        ("c", "E11.900"),
    ]
    (reject,) = (tmp_path / "out.rejects.jsonl").read_text("utf-8").splitlines()
    assert json.loads(reject)["row"] == 2


def test_the_console_script_leaves_with_the_status_and_all_output(tmp_path: Path) -> None:
    record = tmp_path / "record.txt"
    record.write_text("出院诊断：急性阑尾炎", encoding="utf-8")
    missing = tmp_path / "none.txt"
    program = "from coder.cli import run; run()"
    for arguments, status in ((["code", str(record), "--format", "json"], 0), (["code", str(missing)], 2)):
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments], capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert done.returncode == status
        assert ("K35" in done.stdout) is (status == 0)
        assert bool(done.stderr) is (status == 2)
