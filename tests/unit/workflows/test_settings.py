"""Settings: what is wrong is said in a sentence that names the variable, before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from api import cli
from workflows.errors import SettingInvalid
from workflows.settings import Settings, port
from workflows.store.database import address
from workflows.store.sealing import Keyring

BROKEN = [
    ("JINGFA_POOL_SIZE", "abc"),
    ("JINGFA_POOL_SIZE", "0"),
    ("JINGFA_POOL_SIZE", "2.5"),
    ("JINGFA_SESSION_IDLE_MINUTES", "x"),
    ("JINGFA_SESSION_HOURS", "nan"),
    ("JINGFA_SESSION_HOURS", "1e400"),
    ("JINGFA_SESSION_HOURS", "-1"),
    ("JINGFA_CONFIRM_MINUTES", "foo"),
    ("JINGFA_PASSWORDS", "weak"),
    ("JINGFA_BREACHED", "/no/such/file"),
    ("JINGFA_CIPHER", "rot13"),
    ("JINGFA_OUTGOING_NETWORKS", "10.0.0.0/99"),
    ("JINGFA_BASE_URL", "javascript:alert(1)"),
    ("JINGFA_BASE_URL", "http://[::1"),
    ("JINGFA_OIDC_ISSUER", "nonsense"),
    ("JINGFA_DEMO", "maybe"),
    ("PREFECT_API_URL", "nonsense"),
]


@pytest.mark.parametrize(("name", "value"), BROKEN)
def test_a_broken_setting_is_named_with_its_value_and_what_fits(name: str, value: str) -> None:
    """
    Each is one sentence: the variable, what should stand there, what does.
    """
    with pytest.raises(SettingInvalid, match=f"{name}.*请改正") as refused:
        Settings.from_environment({name: value})

    assert value in refused.value.message


def test_a_short_secret_is_refused_outside_a_demo_and_never_repeated() -> None:
    """
    Party hashes are keyed with it: a secret that can be guessed is none.
    """
    with pytest.raises(SettingInvalid, match="JINGFA_SECRET") as refused:
        Settings.from_environment({"JINGFA_SECRET": "hunter2"})

    assert "hunter2" not in refused.value.message
    assert Settings.from_environment({"JINGFA_SECRET": "test", "JINGFA_DEMO": "1"}).secret == "test"


@pytest.mark.parametrize("keys", ["garbage", "aes:ab12:AAAA", "rot:ab12:AAAA", "aes:ab12:*", "aes:a:b:c"])
def test_broken_keys_are_refused_without_repeating_them(keys: str, tmp_path: Path) -> None:
    """
    What stands in ``JINGFA_KEYS`` may be half a secret.
    """
    with pytest.raises(SettingInvalid, match="JINGFA_KEYS") as refused:
        Keyring.load(tmp_path, keys)

    assert keys not in refused.value.message


@pytest.mark.parametrize("url", ["garbage", "mysql://a/b", "postgresql://u:secret@h:notaport/x"])
def test_an_address_of_no_postgresql_is_refused_without_its_password(url: str) -> None:
    """
    ``DATABASE_URL`` with a typing error.
    """
    with pytest.raises(SettingInvalid, match="DATABASE_URL") as refused:
        address(url)

    assert "secret" not in refused.value.message


def test_the_port_is_a_number_between_1_and_65535() -> None:
    """
    ``JINGFA_PORT=http`` is a sentence, not a traceback.
    """
    assert port({}) == 8000
    with pytest.raises(SettingInvalid, match="JINGFA_PORT"):
        port({"JINGFA_PORT": "http"})


def test_a_command_with_broken_settings_says_so_and_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Nothing is started, nothing is printed on standard output.
    """
    monkeypatch.setenv("JINGFA_POOL_SIZE", "many")

    code = cli.main(["migrate"])

    out, err = capsys.readouterr()
    assert (code, out) == (1, "")
    assert err == "设置 JINGFA_POOL_SIZE 应为 1 至 500 的整数，现在是“many”。请改正后重新启动。\n"


def test_a_database_that_does_not_answer_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """
    The operator reads where we looked and what the driver said.
    """
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:geheim@127.0.0.1:1/jingfa")
    monkeypatch.setenv("JINGFA_DATA", str(tmp_path))

    code = cli.main(["worker", "--once"])

    said = capsys.readouterr().err
    assert code == 1
    assert "127.0.0.1:1/jingfa" in said
    assert "geheim" not in said


def test_a_file_that_is_not_there_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """
    A data folder below a file, on every command that needs one.
    """
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("JINGFA_DATA", str(tmp_path / "file" / "data"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://u@127.0.0.1:1/jingfa")

    code = cli.main(["worker", "--once"])

    assert code == 1
    assert "路径中有一段不是文件夹" in capsys.readouterr().err
